"""Step 1 of the flow: where the DNS sends the mail (RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from deliverkit.model.answer import Answer, Mx, Question, Status
from deliverkit.probing.model import Host, Judgement, Route, State
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

MAX_HOSTS = 5
"""A domain with more MX hosts than this has its best ones asked, and the rest counted."""


async def route(domain: str, resolver: Resolver, only: str = "") -> tuple[Route, Judgement | None]:
    """The mail hosts with their addresses, or why there are none. ``only``: the one host to ask, a name or an
    address; then the domain is not looked up."""
    if only and hostname.is_address(only):
        return Route((Host(only, (only,), given=True),)), None
    if only:
        host, asked = await _host(only, None, resolver)
        found = Route((host,), asked=asked)
        return found, _without_address(found, only)
    mx = await resolver.ask(Question(domain, "MX"))
    if not mx.settled:
        return Route(asked=(mx,)), _open(mx)
    if mx.status is Status.NXDOMAIN:
        return Route(asked=(mx,)), _dead("domain-missing", 905, domain)
    named = [record for record in mx.records if isinstance(record, Mx)]
    if not named:
        return await _implicit(domain, mx, resolver)
    usable = _ordered([record for record in named if record.exchange])
    if not usable:
        return Route(asked=(mx,)), _dead("null-mx", 927, domain)
    hosts = await asyncio.gather(*(_host(r.exchange, r.preference, resolver) for r in usable[:MAX_HOSTS]))
    answers = (mx, *(answer for _, asked in hosts for answer in asked))
    found = Route(tuple(host for host, _ in hosts), left_out=len(usable[MAX_HOSTS:]), asked=answers)
    return found, _without_address(found, domain)


def _ordered(records: Sequence[Mx]) -> list[Mx]:
    """By preference, and by chance among equals, as RFC 5321 section 5.1 asks for."""
    shuffled = random.sample(records, len(records))
    return sorted({r.exchange.casefold(): r for r in shuffled}.values(), key=lambda r: r.preference)


async def _implicit(domain: str, mx: Answer, resolver: Resolver) -> tuple[Route, Judgement | None]:
    host, asked = await _host(domain, None, resolver)
    found = Route((host,), implicit=True, asked=(mx, *asked))
    if host.addresses:
        return found, None
    return found, _without_address(found, domain) if host.open else _dead("no-mail-host", 927, domain)


async def _host(name: str, preference: int | None, resolver: Resolver) -> tuple[Host, tuple[Answer, ...]]:
    asked = await asyncio.gather(*(resolver.ask(Question(name, rtype)) for rtype in ("AAAA", "A")))
    addresses = tuple(address for answer in asked for address in answer.names if answer.status is Status.OK)
    return Host(name, addresses, preference, any(not a.settled for a in asked)), tuple(asked)


def _without_address(found: Route, domain: str) -> Judgement | None:
    if any(host.addresses for host in found.hosts):
        return None
    for answer in found.asked:
        if not answer.settled:
            return _open(answer)
    return _dead("hosts-without-address", 910, domain)


def _dead(reason: str, code: int, domain: str) -> Judgement:
    return Judgement(State.REFUSED, reason, code, data={"domain": domain})


def _open(answer: Answer) -> Judgement:
    return Judgement(State.UNKNOWN, "dns-open", data={"question": str(answer.question)})
