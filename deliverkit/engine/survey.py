"""Observing once, concurrently: every fact type that the checks want, each by its one observer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from deliverkit.facts import selectors
from deliverkit.facts._asking import Memo
from deliverkit.facts.observers import OBSERVERS, OF_KEYS
from deliverkit.facts.values import Seen
from deliverkit.model.selectors import Guesses
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver

World = Mapping[type, "asyncio.Task[Seen[Any]]"]


def survey(
    subject: Subject,
    resolver: Resolver,
    wanted: Iterable[type],
    guessing: asyncio.Task[Guesses] | None = None,
) -> World:
    """Start one task for each fact type; the resolver's cache makes shared questions free. Only facts about DKIM keys
    wait for the ``guessing`` of selectors."""

    resolver = Memo(resolver)

    async def observe(kind: type) -> Seen[Any]:
        if guessing is None or kind not in OF_KEYS:
            return await OBSERVERS[kind](subject, resolver)
        return await OBSERVERS[kind](selectors.completed(subject, await guessing), resolver)

    return {t: asyncio.ensure_future(observe(t)) for t in dict.fromkeys(wanted)}
