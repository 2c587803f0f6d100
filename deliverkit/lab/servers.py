"""Name servers that differ: what each says that is asked by its address, and zones whose signatures fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from deliverkit.lab.faults import Fault
from deliverkit.lab.server import NameServer
from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within

View = Resolver | Status
"""What a name server holds, or how it fails whatever it is asked."""

_ORIGIN = Origin("lab")


class Views:
    """Answers a question that names a server from that server's own view, every other one from ``below``.

    ``servers``: from the address to, by the zone that the view is of, the view. ``bogus``: names at and below which
    a resolver that validates finds the signatures wrong, so that only an unchecked question is answered.
    """

    def __init__(
        self,
        below: Resolver,
        servers: Mapping[str, Mapping[str, View]],
        bogus: Collection[str] = (),
    ) -> None:
        self.below = below
        self.servers = servers
        self.bogus = bogus

    async def ask(self, question: Question) -> Answer:
        if question.at:
            return await self.at(question.at).ask(question)
        answer = await self.below.ask(question)
        failing = not question.unchecked and any(
            is_within(name, zone) for name in (question.name, *answer.aliases) for zone in self.bogus
        )
        return Answer(question, Status.SERVFAIL, origin=_ORIGIN, detail="bogus") if failing else answer

    def at(self, address: str) -> Resolver:
        """What the server at ``address`` says of its own."""
        return _One(self.below, self.servers.get(address, {}))


class _One:
    def __init__(self, below: Resolver, views: Mapping[str, View]) -> None:
        self._below = below
        self._views = views

    async def ask(self, question: Question) -> Answer:
        zones = (zone for zone in self._views if is_within(question.name, zone))
        view = self._views[zone] if (zone := max(zones, key=len, default=None)) is not None else self._below
        if isinstance(view, Status):
            return Answer(question, view, origin=_ORIGIN)
        return replace(await view.ask(replace(question, at="", unchecked=False)), question=question)


class Internet:
    """Serves ``views`` over real packets while its ``async with`` block runs: a resolver, and every server that has
    a view of its own. ``addresses``: the servers that may be asked by themselves, as far as they have none."""

    def __init__(
        self, views: Views, addresses: Iterable[str], faults: tuple[Fault, ...] = (), delay: float = 0.0
    ) -> None:
        self._resolver = NameServer(views, faults, delay)
        self._own = {address: NameServer(views.at(address), faults, delay) for address in views.servers}
        self._addresses = tuple(addresses)
        self._stack = AsyncExitStack()

    @property
    def address(self) -> str:
        """Where the resolver listens, as ``HOST:PORT``."""
        return "{}:{}".format(*self._resolver.address)

    @property
    def routes(self) -> dict[str, str]:
        """From the address of every name server to where it listens."""
        shared = dict.fromkeys(self._addresses, self.address)
        return shared | {address: "{}:{}".format(*server.address) for address, server in self._own.items()}

    async def __aenter__(self) -> Self:
        for server in (self._resolver, *self._own.values()):
            await self._stack.enter_async_context(server)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
