"""Good manners: not too many questions at once, few to any one blocklist, and a second try for bad luck."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within

_BAD_LUCK = frozenset({Status.TIMEOUT, Status.SERVFAIL})  # REFUSED is a decision, and would be made again


class Paced:
    """Holds questions back. ``window``: how many may be under way. ``zones``: from the name of a zone to how many
    questions about names in it may be (the longest name that fits counts). ``retries``: how often a
    TIMEOUT or SERVFAIL is asked again. Belongs to one event loop."""

    def __init__(
        self, below: Resolver, *, window: int = 64, zones: Mapping[str, int] | None = None, retries: int = 1
    ) -> None:
        self._below = below
        self._window = asyncio.Semaphore(window)
        nearest_first = sorted((zones or {}).items(), key=lambda item: -len(item[0]))
        self._zones = [(zone.lower(), asyncio.Semaphore(limit)) for zone, limit in nearest_first]
        self._retries = retries

    async def ask(self, question: Question) -> Answer:
        zone = next((limit for zone, limit in self._zones if is_within(question.name, zone)), nullcontext())
        # The zone first: what queues for a slow blocklist must not take up the window.
        async with zone, self._window:
            answer = await self._below.ask(question)
            for _ in range(self._retries):
                if answer.status not in _BAD_LUCK:
                    break
                answer = await self._below.ask(question)
            return answer
