"""One question, one flight: whatever is asked twice is answered once."""

from __future__ import annotations

import asyncio
from functools import partial

from deliverkit.model.answer import Answer, Question
from deliverkit.resolver import Resolver


class Cached:
    """Keeps every answer for the life of the object, whatever its TTL, so that one audit sees one world.

    An unsettled answer is kept too, else two checks of one audit could rest on different answers to the same
    question; ``forget`` lets it be asked again.
    """

    def __init__(self, below: Resolver) -> None:
        self._below = below
        self._answers: dict[Question, Answer] = {}
        self._flights: dict[Question, asyncio.Task[Answer]] = {}

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Everything known so far, in the order in which it came in."""
        return tuple(self._answers.values())

    def forget(self, question: Question | None = None) -> None:
        """Ask ``question`` anew the next time, or everything where it is None; what is under way is not kept."""
        if question is None:
            self._answers.clear()
            self._flights.clear()
        else:
            self._answers.pop(question, None)
            self._flights.pop(question, None)

    async def ask(self, question: Question) -> Answer:
        known = self._answers.get(question)
        if known is not None:
            return known
        flight = self._flights.get(question)
        if flight is None:
            flight = self._flights[question] = asyncio.create_task(self._below.ask(question))
            flight.add_done_callback(partial(self._landed, question))
        return await asyncio.shield(flight)  # whoever gives up must not take the answer from the others

    def _landed(self, question: Question, flight: asyncio.Task[Answer]) -> None:
        if self._flights.get(question) is not flight:
            return  # forgotten on the way
        del self._flights[question]
        if not flight.cancelled() and flight.exception() is None:
            self._answers[question] = flight.result()
