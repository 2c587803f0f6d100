"""`deliverkit tui`: what it takes, what it refuses, and one run in a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deliverkit.model.subject import Subject
from deliverkit_tui import command as command_module
from tests.cli.running import PROGRAM, call, environment
from tests.tui.driving import subject

HEALTHY = subject("healthy.example")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["shop@example.com"],
            "DOMAIN: “shop@example.com” is a mail address; give its domain, example.com.",
        ),
        (
            ["a..example"],
            "DOMAIN: “a..example” cannot be a domain name: two dots stand together, or it begins with a dot.",
        ),
        (
            ["example.com", "--ip", "10.0.0.1"],
            "--ip: 10.0.0.1 cannot be seen from the Internet; give the public address that receivers see.",
        ),
        (
            ["example.com", "--mail-from", "bounce@"],
            "--mail-from: “bounce@” cannot be a sender address: there is no domain behind the @.",
        ),
        (
            ["example.com", "--resolver", "192.0.2.53:dns"],
            "--resolver: the port of the name server '192.0.2.53:dns' is not a number from 1 to 65535",
        ),
        (
            ["example.com", "--lab", "--resolver", "192.0.2.53"],
            "--lab, --replay and --resolver each name where the answers come from; give one of them.",
        ),
        (
            ["example.com", "--lab"],
            "“example.com” is no stream of the example world. Streams: deliverkit lab --list",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(arguments: list[str], line: str) -> None:
    result = call("tui", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "Missing argument 'DOMAIN'."),
        (
            ["example.com", "--ip", "auto"],
            "The walkthrough does not look for addresses: give --ip an address, or leave it out.",
        ),
        (
            ["healthy.example", "--lab"],
            "The walkthrough needs a terminal; 'deliverkit audit' does not.",
        ),
    ],
)
def test_a_wrong_call(arguments: list[str], line: str) -> None:
    result = call("tui", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == f"Error: {line}"


def test_an_access_key_that_cannot_be_one() -> None:
    result = call("tui", "example.com", env={"DELIVERKIT_SPAMHAUS_DQS_KEY": "two.labels"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: In the environment, DELIVERKIT_SPAMHAUS_DQS_KEY or ")
    assert "two.labels" not in result.stderr


class _Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["healthy.example", "--lab"], HEALTHY),
        (
            ["HEALTHY.example.", "--lab", "--ip", "203.0.113.9", "--helo", "web01."],
            Subject(
                "healthy.example", ("203.0.113.9",), "web01", None, HEALTHY.selectors, looks=HEALTHY.looks
            ),
        ),
        (["example.com", "--lab", "--helo", ""], Subject("example.com", helo="")),
        (
            ["bücher.example", "--mail-from", "<b@Letters.Example>", "--selector", "S1", "--selector", "s2"],
            Subject("xn--bcher-kva.example", mail_from="b@letters.example", selectors=("s1", "s2")),
        ),
    ],
)
def test_the_stream_that_is_audited(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: Subject
) -> None:
    walked: list[Subject] = []

    async def walk(subject: Subject, _: object) -> None:
        walked.append(subject)

    class System:
        stdin = stderr = _Terminal()

    monkeypatch.setattr(command_module, "sys", System)
    monkeypatch.setattr(command_module, "_walk", walk)
    result = call("tui", *arguments)
    assert (result.exit_code, result.stderr, walked) == (0, "", [expected])


class Terminal:
    """A process on a terminal of 80 by 24."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process = process
        self.handle = handle
        self.output = ""

    def read_until(self, text: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, f"no {text!r} in {self.output[-2000:]!r}"
            self._read()

    def quit(self, seconds: float) -> int:
        """Press q; the exit status of the process, which has this many seconds to end."""
        os.write(self.handle, b"q")
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, "it goes on"
            self._read()
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        if select.select([self.handle], [], [], 0.1)[0]:
            try:
                self.output += os.read(self.handle, 65536).decode("utf-8", "replace")
            except OSError:  # the process has closed its end
                time.sleep(0.05)


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = environment({"TERM": "xterm-256color"})
    process = subprocess.Popen(
        [*PROGRAM, *arguments], stdin=its, stdout=its, stderr=its, env=env, start_new_session=True
    )
    os.close(its)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_run_in_a_terminal() -> None:
    with terminal("tui", "broken.example", "--lab") as it:
        it.read_until("Yes. Receivers refuse this mail.")
        assert it.quit(10) == 0
        assert "Traceback" not in it.output


def test_quitting_in_a_terminal_while_no_answer_comes() -> None:
    """A question may wait for five seconds; the user does not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        with terminal("tui", "example.com", "--ip", "192.0.2.25", "--resolver", server) as it:
            it.read_until("Asking: ")
            assert it.quit(4) == 0
            assert "Traceback" not in it.output
            assert "never retrieved" not in it.output


def test_help_loads_no_textual_and_nothing_loads_the_command_line() -> None:
    code = """
import sys
import deliverkit_tui.command
assert "textual" not in sys.modules
import deliverkit_tui.app
assert not [name for name in sys.modules if name.startswith("deliverkit.cli")]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
