"""What no name server answers, through the same door: see `deliverkit.model.answer.BEYOND_DNS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deliverkit.model.answer import Answer, Question
from deliverkit.resolver import Resolver


class Beyond:
    """``doors``: from the type (``GET``, ``STARTTLS``) to what answers it; all else goes to ``below``."""

    def __init__(self, below: Resolver, doors: Mapping[str, Resolver]) -> None:
        self._below = below
        self._doors = doors

    async def ask(self, question: Question) -> Answer:
        return await self._doors.get(question.rtype, self._below).ask(question)


class OnDemand:
    """A door that ``build`` makes when it is first asked: few audits need one, and what it imports is dear."""

    def __init__(self, build: Callable[[], Resolver]) -> None:
        self._build = build
        self._door: Resolver | None = None

    async def ask(self, question: Question) -> Answer:
        if self._door is None:
            self._door = self._build()
        return await self._door.ask(question)
