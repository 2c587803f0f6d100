"""Draining an audit: progress on stderr, the report back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Protocol

from deliverkit.engine.audit import Event, Finished, Judged, Observed, Planned
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.texts import say
from deliverkit.wiring import examine


class Progress(Protocol):
    def __call__(self, event: Event) -> None: ...


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """A line on stderr that goes away; nothing where stderr is no terminal."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    asked = judged = planned = 0
    with console.status("") as status:

        def show(event: Event) -> None:
            nonlocal asked, judged, planned
            asked += isinstance(event, Observed)
            judged += isinstance(event, Judged)
            planned = len(event.checks) if isinstance(event, Planned) else planned
            text = say(
                "progress.asked", file="cli", asked=asked, judged=min(judged, planned), planned=planned
            )
            if planned and judged >= planned:
                text += ", " + say("progress.planning", file="cli")
            status.update(text)

        yield show


async def run(subject: Subject, resolver: Resolver, show: Progress) -> Report:
    async for event in examine(subject, resolver):
        show(event)
        if isinstance(event, Finished):
            return event.report
    raise asyncio.CancelledError
