"""Driving the walkthrough over the example world, without a terminal and without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import ContentSwitcher, OptionList

from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.texts import say
from deliverkit_tui.app import Walkthrough
from deliverkit_tui.families import FAMILIES

Drive = Callable[[Pilot[None], Walkthrough], Awaitable[None]]


class Replaced:
    """The example world with another way to answer some questions; ``asked`` counts all."""

    def __init__(self, answers: Callable[[Question], Awaitable[Answer | None]]) -> None:
        self._answers = answers
        self.asked = 0

    async def ask(self, question: Question) -> Answer:
        self.asked += 1
        return await self._answers(question) or await world.zone().ask(question)


def subject(domain: str) -> Subject:
    stream = world.stream(domain)
    assert stream is not None
    return stream.subject


def drive(stream: str | Subject, how: Drive, resolver: Resolver | None = None) -> None:
    """Run ``how`` on the walkthrough of a stream (by its domain: one of the example world), at 80 by 24."""

    async def go() -> None:
        audited = subject(stream) if isinstance(stream, str) else stream
        app = Walkthrough(audited, resolver or Cached(world.zone()))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await how(pilot, app)

    asyncio.run(asyncio.wait_for(go(), 60))


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        await pilot.pause(0.01)
        if is_so():
            return
    raise AssertionError("it never came to be so")


async def finished(pilot: Pilot[None], app: Walkthrough) -> None:
    await until(pilot, lambda: "waiting" not in families(app).values())


def shown(widget: Widget) -> str:
    """What the screen shows of it, line by line."""
    lines = (widget.render_line(y).text.rstrip() for y in range(widget.size.height))
    return "\n".join(lines).rstrip()


def headline(app: Walkthrough) -> str:
    return shown(app.query_one("#headline"))


def families(app: Walkthrough) -> dict[str, str]:
    """Family -> the word beside its name, as it stands on the screen."""
    lines = shown(app.query_one("#families")).splitlines()
    names = (say(f"family.{family}", file="tui") for family in FAMILIES)
    words = (line.strip().removeprefix(name).strip() for line, name in zip(lines, names, strict=True))
    return dict(zip(FAMILIES, words, strict=True))


def right(app: Walkthrough) -> str:
    """The right side, one long line."""
    content = app.query_one(ContentSwitcher).visible_content
    assert content is not None
    part = content if isinstance(content, OptionList) else content.children[0]
    return " ".join(shown(part).split())
