"""A row of a data file as a world, and both evaluators in it."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path
from typing import Any

from deliverkit.adapters import pyspf
from deliverkit.auth.check_host import spf
from deliverkit.auth.results import SpfResult
from deliverkit.lab.faults import Fault, Faulty, Kind
from deliverkit.model.answer import Answer, Question, Txt
from deliverkit.resolver import Resolver
from deliverkit.resolver.wire import to_text
from deliverkit.resolver.zonefile import Zone

HERE = Path(__file__).parent
GIVEN = {"record", "zone", "silent", "ip", "mail_from", "helo", "receiver"}


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))[table]
    return found


def world(row: dict[str, Any]) -> Resolver:
    """``record``: the text at example.com; ``zone``: zone text besides; ``silent``: names that nobody answers for."""
    text = str(row.get("zone", ""))
    if "record" in row:
        text = f"example.com. TXT {to_text('TXT', Txt.of(row['record']))}\n{text}"
    return Faulty([Fault(Kind.TIMEOUT, name) for name in row.get("silent", ())], Zone.from_text(text))


def client(row: dict[str, Any]) -> tuple[str, str, str]:
    return (
        row.get("ip", "192.0.2.1"),
        row.get("mail_from", "user@example.com"),
        row.get("helo", "mail.example.com"),
    )


def evaluated(row: dict[str, Any]) -> SpfResult:
    return asyncio.run(spf(*client(row), world(row), row.get("receiver")))


def second_opinion(
    ip: str, mail_from: str, helo: str, resolver: Resolver, known: dict[Question, Answer]
) -> pyspf.SpfRun:
    """pyspf over the ``known`` answers; what it wants besides is asked."""

    async def run() -> pyspf.SpfRun:
        answers = dict(known)
        while (found := pyspf.evaluate(ip, mail_from, helo, answers)).missing:
            for question in found.missing:
                answers[question] = await resolver.ask(question)
        return found

    return asyncio.run(run())
