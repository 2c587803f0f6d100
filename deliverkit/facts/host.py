"""Seeing the sending host: its HELO name, its reverse name, and whether they lead back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from deliverkit.facts._asking import addresses, ask, ask_all
from deliverkit.facts.values import (
    ForwardConfirmed,
    Helo,
    HeloHost,
    HeloMatch,
    HostIdentity,
    ReverseNames,
    Seen,
    SendingIp,
)
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within

# More names than this at one address are not looked at (RFC 7208 section 4.6.4 sets the same bound).
_MAX_PTR = 10

OUR_HOSTS = ("mail", "mta", "smtp-out")
"""Labels under the From domain for a host that has no name yet."""


async def sending_ips(subject: Subject, _: Resolver) -> Seen[SendingIp]:
    if not subject.ips:
        return Seen(missing="--ip")
    return Seen(tuple(SendingIp(scope=ip, ip=ip) for ip in subject.ips))


async def suggestion(subject: Subject, resolver: Resolver) -> str:
    """A host name that HELO and PTR could both hold: the given HELO or else a reverse name, if it is a good name
    and not machine-made, else one of ours under the From domain. It leads to a sending address or to none: what
    already leads to another host must not get a second address that is not that host's."""
    if subject.helo and await _would_do(subject.helo, subject, resolver):
        return subject.helo
    reverse = [name for answer in await _ptrs(subject, resolver) for name in answer.names]
    ours = [f"{label}.{subject.domain}" for label in OUR_HOSTS]
    for name in dict.fromkeys((*reverse[:_MAX_PTR], *ours)):
        if await _would_do(name, subject, resolver):
            return name
    return ours[0]


async def _would_do(name: str, subject: Subject, resolver: Resolver) -> bool:
    return _serves(name, subject) and await leads_nowhere_else(name, subject.ips, resolver)


async def leads_nowhere_else(name: str, ips: Collection[str], resolver: Resolver) -> bool:
    """Whether the name could be that of a host with these addresses: it leads to one of them, or to none at all."""
    a, aaaa = await addresses(resolver, name)
    own = {t: {ip for ip in ips if hostname.address_type(ip) == t} for t in ("A", "AAAA")}
    taken = [
        bool(own[t] and one.names) and own[t].isdisjoint(one.names) for t, one in (("A", a), ("AAAA", aaaa))
    ]
    return not any(taken) and bool(a.names or aaaa.names or not (a.aliases or aaaa.aliases))


def foreign(name: str, subject: Subject) -> bool:
    """Whether the name is, as names go, neither of the From domain's organisation nor of the envelope domain's."""
    own = (domain.lower().removesuffix(".") for domain in (subject.domain, subject.envelope_domain))
    return not any(is_within(name.lower().removesuffix("."), domain) for domain in own)


def _serves(name: str, subject: Subject) -> bool:
    return not hostname.fault(name) and all(hostname.generic(name, ip) == ("", "") for ip in subject.ips)


async def _ptrs(subject: Subject, resolver: Resolver) -> tuple[Answer, ...]:
    return await ask_all(resolver, [(hostname.reverse_name(ip), "PTR") for ip in subject.ips])


async def helo(subject: Subject, resolver: Resolver) -> Seen[Helo]:
    if subject.helo is None:
        return Seen(missing="--helo")
    return Seen((Helo(name=subject.helo, suggestion=await suggestion(subject, resolver)),))


async def helo_host(subject: Subject, resolver: Resolver) -> Seen[HeloHost]:
    if subject.helo is None:
        return Seen(missing="--helo")
    if hostname.fault(subject.helo):
        return Seen(absent="helo-no-public-name")
    a, aaaa = await addresses(resolver, subject.helo)
    # One address of either family proves that the name resolves; its absence needs both answers.
    rests_on = next(((one,) for one in (a, aaaa) if one.names), (a, aaaa))
    found = a.names + aaaa.names
    return Seen(
        (
            HeloHost(
                name=subject.helo,
                addresses=found,
                ips=subject.ips,
                aliases=a.aliases or aaaa.aliases,
                identity="" if found else await _identity(subject, resolver),
                foreign=foreign(subject.helo, subject),
                rests_on=rests_on,
            ),
        )
    )


async def _identity(subject: Subject, resolver: Resolver) -> str:
    """A reverse name of all sending addresses that leads back to all of them."""
    ptrs = await _ptrs(subject, resolver)
    shared = [n for n in (ptrs[0].names if ptrs else ()) if _serves(n, subject)]
    for name in shared:
        a, aaaa = await addresses(resolver, name)
        if all(name in ptr.names for ptr in ptrs) and set(subject.ips) <= {*a.names, *aaaa.names}:
            return name
    return ""


async def helo_match(subject: Subject, resolver: Resolver) -> Seen[HeloMatch]:
    if not subject.ips:
        return Seen(missing="--ip")
    host = await helo_host(subject, resolver)
    if not host.facts:
        return Seen(missing=host.missing, absent=host.absent)
    a, aaaa = await addresses(resolver, subject.helo or "")
    found = a.names + aaaa.names
    matches = set(subject.ips) <= set(found)
    identity = "" if matches else await _identity(subject, resolver)
    suggested = subject.helo or "" if matches else await suggestion(subject, resolver)
    facts = []
    for ip in subject.ips:
        own = a if hostname.address_type(ip) == "A" else aaaa
        rests_on = (own,) if own.names else (a, aaaa)
        if found or not all(answer.settled for answer in rests_on):
            facts.append(
                HeloMatch(
                    scope=ip,
                    ip=ip,
                    name=subject.helo or "",
                    addresses=found,
                    aliases=a.aliases or aaaa.aliases,
                    identity=identity,
                    suggestion=suggested,
                    foreign=foreign(suggested, subject),
                    rests_on=rests_on,
                )
            )
    return Seen(tuple(facts), absent="helo-unresolvable", rests_on=(a, aaaa) if not facts else ())


async def reverse_names(subject: Subject, resolver: Resolver) -> Seen[ReverseNames]:
    if not subject.ips:
        return Seen(missing="--ip")
    name = await suggestion(subject, resolver)
    ptrs = await _ptrs(subject, resolver)
    return Seen(
        tuple(
            ReverseNames(
                scope=ip,
                ip=ip,
                names=ptr.names,
                suggestion=name,
                foreign=foreign(name, subject),
                holder=_holder(ptr),
                rests_on=(ptr,),
            )
            for ip, ptr in zip(subject.ips, ptrs, strict=True)
        )
    )


async def forward_confirmed(subject: Subject, resolver: Resolver) -> Seen[ForwardConfirmed]:
    if not subject.ips:
        return Seen(missing="--ip")
    name = await suggestion(subject, resolver)
    facts = await asyncio.gather(
        *(_confirm(ip, name, foreign(name, subject), resolver) for ip in subject.ips)
    )
    ptrs = await _ptrs(subject, resolver)
    return Seen(
        tuple(f for f in facts if f is not None), absent="ptr-missing", rests_on=() if any(facts) else ptrs
    )


def _holder(ptr: Answer) -> str:
    """Where the PTR record stands: a network can hand the reverse names of a few addresses on by CNAME (RFC 2317)."""
    return ptr.aliases[-1] if ptr.aliases else ptr.question.name


async def _confirm(ip: str, name: str, is_foreign: bool, resolver: Resolver) -> ForwardConfirmed | None:
    ptr = await ask(resolver, hostname.reverse_name(ip), "PTR")
    names = ptr.names[:_MAX_PTR]
    if ptr.settled and not names:
        return None
    forward = await ask_all(resolver, [(n, hostname.address_type(ip)) for n in names])
    confirming = tuple(a for a in forward if ip in a.names)
    return ForwardConfirmed(
        scope=ip,
        ip=ip,
        names=names,
        confirmed=tuple(n for n, a in zip(names, forward, strict=True) if ip in a.names),
        addresses=tuple((n, a.names) for n, a in zip(names, forward, strict=True)),
        suggestion=name,
        foreign=is_foreign,
        holder=_holder(ptr),
        rests_on=(ptr, *(confirming[:1] or forward)),
    )


async def host_identity(subject: Subject, resolver: Resolver) -> Seen[HostIdentity]:
    confirmed, matches, ptrs = await asyncio.gather(
        forward_confirmed(subject, resolver), helo_match(subject, resolver), _ptrs(subject, resolver)
    )
    missing = confirmed.missing or matches.missing
    if missing:
        return Seen(missing=missing)
    if not matches.facts:
        return Seen(absent=matches.absent, rests_on=matches.rests_on)
    facts = []
    why: tuple[Answer, ...] = ()
    for match in matches.facts:
        reverse = next((c for c in confirmed.facts if c.scope == match.scope), None)
        if _settled(match.rests_on) and match.ip not in match.addresses:
            why += match.rests_on
        elif reverse is None:
            why += (ptrs[subject.ips.index(match.ip)],)
        elif _settled(reverse.rests_on) and not reverse.confirmed:
            why += reverse.rests_on
        else:
            facts.append(
                HostIdentity(
                    scope=match.ip,
                    ip=match.ip,
                    helo=match.name,
                    confirmed=reverse.confirmed,
                    rests_on=tuple(dict.fromkeys(reverse.rests_on + match.rests_on)),
                )
            )
    return Seen(tuple(facts), absent="host-not-identified", rests_on=() if facts else why)


def _settled(answers: tuple[Answer, ...]) -> bool:
    return all(a.settled for a in answers)
