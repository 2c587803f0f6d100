"""Progress of an audit on stderr."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from deliverkit.engine.audit import Event, Judged, Observed, Planned
from deliverkit.texts import say


@contextlib.contextmanager
def progress() -> Iterator[Callable[[Event], None]]:
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
