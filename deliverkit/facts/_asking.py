"""Asking several questions at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, TypeVar

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver import Resolver

T = TypeVar("T")


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


class Memo:
    """A resolver that keeps what was worked out from its answers, so that facts of one survey share it."""

    def __init__(self, below: Resolver) -> None:
        self._below = below
        self._made: dict[Hashable, Any] = {}

    async def ask(self, question: Question) -> Answer:
        return await self._below.ask(question)

    async def once(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What ``make`` gives, made for the first who asks for ``key``; the others wait for it."""
        made = self._made.get(key)
        if made is not None:
            return await asyncio.shield(made)
        made = self._made[key] = asyncio.get_running_loop().create_future()
        try:
            made.set_result(result := await make())
        except Exception as error:
            made.set_exception(error)
            made.exception()  # told to whoever asked first; where nobody else waits, that is enough
            raise
        except asyncio.CancelledError:
            made.cancel()
            raise
        return result


async def once(resolver: Resolver, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
    """``make()``, or what it gave before where the resolver keeps that."""
    return await (resolver.once(key, make) if isinstance(resolver, Memo) else make())


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
