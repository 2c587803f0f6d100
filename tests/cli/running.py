"""Calling the command line as a user would, and name servers of ours on loopback for it to ask."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from click.testing import CliRunner, Result

from deliverkit.cli.commands import cli
from deliverkit.lab import world
from deliverkit.lab.server import NameServer
from deliverkit.lab.world import LabStream
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver import Resolver

PROGRAM = (sys.executable, "-c", "from deliverkit.cli.main import run; run()")


def call(*arguments: str, env: Mapping[str, str | None] | None = None) -> Result:
    """The command line in this process; a crash of it is raised here."""
    clean: dict[str, str | None] = {
        name: None for name in os.environ if name.startswith("DELIVERKIT_") or name == "NO_COLOR"
    }
    clean["XDG_CONFIG_HOME"] = "/nonexistent"  # whoever runs the tests may have a configuration of his own
    result = CliRunner(env=clean | dict(env or {})).invoke(cli, arguments, prog_name="deliverkit")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """The console script in a process of its own."""
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, env=environment(env), timeout=60, check=False
    )


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """That of this process, without what would change the command line's mind."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DELIVERKIT_", "PYTHONIO"))}
    for name in ("NO_COLOR", "COLUMNS", "TERM"):
        kept.pop(name, None)
    return kept | {"PYTHONUTF8": "1", "XDG_CONFIG_HOME": "/nonexistent"} | dict(more or {})


def stream(name: str) -> LabStream:
    found = world.stream(name)
    assert found is not None, name
    return found


class Asked:
    """Remembers every question on its way to ``below``."""

    def __init__(self, below: Resolver) -> None:
        self._below = below
        self.questions: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        return await self._below.ask(question)


class Ending:
    """Ends every question that ``which`` picks in ``status``, and passes on all others."""

    def __init__(self, status: Status, which: Callable[[Question], bool], below: Resolver) -> None:
        self._status = status
        self._which = which
        self._below = below

    async def ask(self, question: Question) -> Answer:
        if self._which(question):
            return Answer(question, self._status)
        return await self._below.ask(question)


@contextmanager
def served(resolver: Resolver) -> Iterator[str]:
    """A name server with the answers of ``resolver`` in a thread of its own; ``HOST:PORT``."""
    started: list[str] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with NameServer(resolver) as server:
            started.append(f"{server.address[0]}:{server.address[1]}")
            ready.set()
            await done.wait()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)


@dataclass(frozen=True)
class Silent:
    """A name server that hears everything and says nothing."""

    sock: socket.socket

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.sock.getsockname()[1]}"

    def wait(self) -> None:
        """Until the first question has come."""
        self.sock.settimeout(30)
        self.sock.recv(65535)


@contextmanager
def silent() -> Iterator[Silent]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield Silent(sock)


def closed() -> str:
    """``HOST:PORT`` where nobody listens."""
    with silent() as server:
        return server.address
