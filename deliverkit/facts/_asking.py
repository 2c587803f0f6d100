"""Asking several questions at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver import Resolver


async def ask(resolver: Resolver, name: str, rtype: str) -> Answer:
    return await resolver.ask(Question(name, rtype))


async def ask_all(resolver: Resolver, questions: Iterable[tuple[str, str]]) -> tuple[Answer, ...]:
    """All at once; answers in the order of the questions."""
    return tuple(await asyncio.gather(*(ask(resolver, name, rtype) for name, rtype in questions)))


async def addresses(resolver: Resolver, name: str) -> tuple[Answer, Answer]:
    """A and AAAA."""
    a, aaaa = await ask_all(resolver, [(name, "A"), (name, "AAAA")])
    return a, aaaa


def ancestors(domain: str, least: int = 1) -> tuple[str, ...]:
    """The domain and every name above it that has at least ``least`` labels, longest first."""
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(max(len(labels) - least, 0) + 1))


class Known:
    """A resolver that has these answers; all others come from ``below``, or where that is None, do not come."""

    def __init__(self, answers: Iterable[Answer], below: Resolver | None = None) -> None:
        self._answers = {answer.question: answer for answer in answers}
        self._below = below

    async def ask(self, question: Question) -> Answer:
        known = self._answers.get(question)
        if known is None and self._below is not None:
            return await self._below.ask(question)
        return known or Answer(question, Status.UNRECORDED)
