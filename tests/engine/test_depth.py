"""An audit costs depth, not count: what can be asked at once is asked at once."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.lab import world
from deliverkit.lab.world import LabStream
from deliverkit.model.answer import Answer, Question
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached

_SETTLES = 200  # turns of the event loop in which everything that can be asked has been


class Rounds:
    """Answers in rounds: a round ends when nobody has anything more to ask before an answer comes."""

    def __init__(self, below: Resolver) -> None:
        self.below = below
        self.waiting: list[asyncio.Future[None]] = []
        self.rounds = 0

    async def ask(self, question: Question) -> Answer:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn
        return await self.below.ask(question)

    async def run(self) -> None:
        while True:
            for _ in range(_SETTLES):
                await asyncio.sleep(0)
            if self.waiting:
                self.rounds += 1
                released, self.waiting = self.waiting, []
                for turn in released:
                    turn.set_result(None)


@pytest.mark.parametrize("stream", world.streams(), ids=lambda s: s.subject.domain)
def test_six_round_trips_at_most(stream: LabStream) -> None:
    async def run() -> tuple[int, int]:
        rounds = Rounds(world.zone())
        driver = asyncio.create_task(rounds.run())
        found = await report(stream.subject, Cached(rounds), registry.discover())
        driver.cancel()
        return rounds.rounds, len(found.asked)

    depth, count = asyncio.run(run())
    assert depth <= 6
    assert count >= 10
