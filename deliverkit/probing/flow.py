"""The whole probe: the domain, then its mail hosts one after the other until one of them decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from deliverkit.probing import judging, routing
from deliverkit.probing.model import Asking, Attempt, Host, Probe, Route, Target
from deliverkit.probing.target import needs_utf8
from deliverkit.resolver import Resolver
from deliverkit.resolver.servers import parse_server
from deliverkit.smtp.addresses import is_public
from deliverkit.smtp.session import Call, Session, Step, converse

MAX_ADDRESSES = 10

Tell = Callable[[str, str], None]
"""Hears the mail host and the step that was taken there; ('', 'dns') for the DNS."""


async def probe(
    target: Target,
    asking: Asking,
    resolver: Resolver,
    tell: Tell = lambda _host, _step: None,
    *,
    routes: Mapping[str, str] | None = None,
) -> Probe:
    """Never raises for what the network does. ``routes``: from an address to where it really is, ``HOST:PORT`` (lab
    and tests). Addresses that are not public are not connected to, unless routed or typed by the user: the DNS of a
    stranger must not lead into the user's network."""
    tell("", "dns")
    route, dead = await routing.route(target.domain, resolver, asking.mx)
    if dead is not None:
        return Probe(target, asking, route, (), dead)
    attempts: list[Attempt] = []
    clock = asyncio.get_running_loop().time
    deadline = clock() + asking.total
    for host, address in _addresses(route):
        left = replace(asking, total=deadline - clock())
        if attempts and left.total <= 0:
            break
        call = _call(host, address, target, left, routes or {})
        if call is None:
            session = Session(host.name, address, asking.port, (Step("connect", trouble="not-public"),))
        else:
            heard = await converse(call, _told_of(host.name, tell))
            session = replace(heard, address=address, port=asking.port)
        attempts.append(judging.attempt(session, target, asking))
        if not judging.goes_on(attempts[-1]):
            break
    return judging.probe(target, asking, route, attempts)


def _addresses(route: Route) -> Iterator[tuple[Host, str]]:
    """Each address once: two MX hosts may share one."""
    found: dict[str, Host] = {}
    for host in route.hosts:
        for address in host.addresses:
            found.setdefault(address, host)
    for address, host in list(found.items())[:MAX_ADDRESSES]:
        yield host, address


def _call(host: Host, address: str, target: Target, asking: Asking, routes: Mapping[str, str]) -> Call | None:
    if not (host.given or address in routes or is_public(address)):
        return None
    where, port = parse_server(routes[address]) if address in routes else (address, asking.port)
    return Call(
        host=host.name,
        address=where,
        port=port,
        helo=asking.helo,
        sender=asking.sender,
        recipient=target.address,
        utf8=needs_utf8(target.address, asking.sender),
        tls=asking.tls,
        stage=asking.stage,
        total=asking.total,
    )


def _told_of(name: str, tell: Tell) -> Callable[[Step], None]:
    return lambda step: tell(name, step.name)
