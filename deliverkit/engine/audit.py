"""The audit: an event stream that ends in a Report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from deliverkit import __version__
from deliverkit.engine.judging import judge
from deliverkit.engine.registry import Check
from deliverkit.engine.survey import World, survey
from deliverkit.facts import selectors
from deliverkit.model.answer import Answer, Question
from deliverkit.model.report import Outcome, Report
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be judged."""

    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observed:
    """A question was answered, for the first time in this audit."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Judged:
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finished:
    report: Report


Event = Planned | Observed | Judged | Finished


class _Witness:
    """Tells of every new answer. A witness belongs to one audit, so it keeps what was asked in it."""

    def __init__(self, below: Resolver, events: asyncio.Queue[Event | None]) -> None:
        self.below = below
        self.events = events
        self.asked: dict[Question, Answer] = {}

    async def ask(self, question: Question) -> Answer:
        answer = await self.below.ask(question)
        if question not in self.asked:
            self.asked[question] = answer
            self.events.put_nowait(Observed(answer))
        return self.asked[question]


async def audit(subject: Subject, resolver: Resolver, checks: Sequence[Check]) -> AsyncIterator[Event]:
    """Observe and judge ``subject``; yields Planned, then Observed and Judged as they come, then Finished."""
    yield Planned(tuple(c.id for c in checks))
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    witness = _Witness(resolver, events)
    wants = {c.id: c.wants for c in checks}
    guessing = asyncio.ensure_future(selectors.guess(subject, witness)) if selectors.wanted(subject) else None
    world = survey(subject, witness, (t for types in wants.values() for t in types), guessing)
    judging = asyncio.gather(*(_when_seen(c, wants[c.id], world, events) for c in checks))
    judging.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        outcomes = await judging
        guesses = await guessing if guessing else None
    finally:
        tasks: list[asyncio.Future[Any]] = [judging, *world.values(), *([guessing] if guessing else [])]
        for task in tasks:
            task.cancel()
        # Waiting for them takes up their CancelledError, which asyncio would report on stderr otherwise.
        await asyncio.gather(*tasks, return_exceptions=True)
    yield Finished(
        Report(
            subject=selectors.completed(subject, guesses) if guesses else subject,
            outcomes=tuple(o for group in outcomes for o in group),
            asked=tuple(witness.asked[q] for q in sorted(witness.asked)),
            tool=f"deliverkit {__version__}",
            guesses=guesses,
        )
    )


async def report(subject: Subject, resolver: Resolver, checks: Sequence[Check]) -> Report:
    """The audit's last event alone."""
    async for event in audit(subject, resolver, checks):
        if isinstance(event, Finished):
            return event.report
    raise AssertionError("an audit always finishes")


async def _when_seen(
    check: Check, wants: tuple[type, ...], world: World, events: asyncio.Queue[Event | None]
) -> tuple[Outcome, ...]:
    seens = [await world[t] for t in wants]
    outcomes = judge(check, seens)
    for outcome in outcomes:
        events.put_nowait(Judged(outcome))
    return outcomes
