"""What no name server answers, through the same door: see `deliverkit.model.answer.BEYOND_DNS`."""

from __future__ import annotations

from collections.abc import Mapping

from deliverkit.model.answer import Answer, Question
from deliverkit.resolver import Resolver


class Beyond:
    """``doors``: from the type (``GET``, ``STARTTLS``) to what answers it; all else goes to ``below``."""

    def __init__(self, below: Resolver, doors: Mapping[str, Resolver]) -> None:
        self._below = below
        self._doors = doors

    async def ask(self, question: Question) -> Answer:
        return await self._doors.get(question.rtype, self._below).ask(question)
