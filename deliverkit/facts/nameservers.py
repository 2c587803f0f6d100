"""Seeing the name servers: every one that a zone names is asked by itself what the mail depends on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from functools import cmp_to_key
from typing import TypeVar

from deliverkit.facts._asking import ask_all
from deliverkit.facts._meaning import meant_by, said_of
from deliverkit.facts._servers import Need, Server, Surveyed, mail_zones, serial
from deliverkit.facts.values import (
    CachedRecord,
    Fact,
    MailZone,
    NamedServer,
    RecordTtl,
    Seen,
    ServerAgreement,
    ServerAnswer,
    View,
)
from deliverkit.model.answer import Answer, Question, Soa
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver

OPTION = "--authoritative"
_LOOK = "authoritative"

F = TypeVar("F", bound=Fact)


async def zones(subject: Subject, resolver: Resolver) -> Seen[MailZone]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    facts = (
        MailZone(
            scope=zone.name,
            zone=zone.name,
            servers=(*(s.name for s in zone.servers), *zone.left_out),
            rests_on=zone.because,
        )
        for zone in found
    )
    return _seen(tuple(facts), unknown)


async def named_servers(subject: Subject, resolver: Resolver) -> Seen[NamedServer]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    facts = []
    for zone in found:
        for server in zone.servers:
            a, aaaa = server.looked_up
            enough = next(((one,) for one in (a, aaaa) if one.names), (a, aaaa))
            facts.append(
                NamedServer(
                    scope=f"{zone.name} {server.name}",
                    zone=zone.name,
                    server=server.name,
                    addresses=server.addresses,
                    others=tuple(s.name for s in zone.servers if s.addresses and s is not server),
                    rests_on=(*zone.because, *enough),
                )
            )
        facts += [
            NamedServer(
                scope=f"{zone.name} {name}",
                zone=zone.name,
                server=name,
                addresses=(),
                others=(),
                rests_on=zone.because,
                doubt=_doubt(False, asked=False),
            )
            for name in zone.left_out
        ]
    return _seen(tuple(facts), unknown)


async def server_answers(subject: Subject, resolver: Resolver) -> Seen[ServerAnswer]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    facts = []
    for zone in found:
        answering = [s.name for s in zone.servers if zone.answers(s)]
        for server in zone.servers:
            unknown += server.open
            for address in server.addresses:
                soa = zone.soa(address)
                others = tuple(name for name in answering if name != server.name)
                lame = not soa.records
                facts.append(
                    ServerAnswer(
                        scope=f"{zone.name} {server.name} {address}",
                        zone=zone.name,
                        server=server.name,
                        address=address,
                        status=soa.status,
                        others=others,
                        rests_on=(*zone.because, *(a for a in server.looked_up if address in a.names), soa),
                        # Where all seem to fail, it is rather something on the way that answers for them.
                        doubt=_doubt(not lame or bool(answering)),
                    )
                )
    return _seen(tuple(facts), unknown)


async def agreements(subject: Subject, resolver: Resolver) -> Seen[ServerAgreement]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    facts = []
    for zone in found:
        for need in (*zone.needs, Need(zone.name, "SOA", "serial")):
            views = _views(zone, need, subject.ips)
            if need.purpose == "serial" and _several_primaries(views):
                continue
            facts.append(
                ServerAgreement(
                    scope=f"{need.name} {need.rtype}",
                    zone=zone.name,
                    name=need.name,
                    rtype=need.rtype,
                    purpose=need.purpose,
                    views=views,
                    rests_on=_basis(zone, need),
                    doubt=_doubt(bool(views)),
                )
            )
    return _seen(tuple(facts), unknown)


async def cached_records(subject: Subject, resolver: Resolver) -> Seen[CachedRecord]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    rows = [(zone, need) for zone in found for need in zone.needs if need.purpose != "helo"]
    kept = await ask_all(resolver, [(need.name, need.rtype) for _, need in rows])
    facts = []
    for (zone, need), answer in zip(rows, kept, strict=True):
        views = _views(zone, need, ())
        if len(views) < 2:
            only = views[0] if views else View((), (), (), "", 0)
            cached = said_of(need, answer, ())
            facts.append(
                CachedRecord(
                    scope=f"{need.name} {need.rtype}",
                    name=need.name,
                    rtype=need.rtype,
                    cached=only.said if meant_by(need, cached) == meant_by(need, only.said) else cached,
                    published=only.said,
                    records=only.records,
                    alias=only.alias,
                    remaining=answer.ttl or 0,
                    rests_on=(answer, *_basis(zone, need)),
                    doubt=_doubt(bool(views)),
                )
            )
    return _seen(tuple(facts), unknown)


async def record_ttls(subject: Subject, resolver: Resolver) -> Seen[RecordTtl]:
    if _LOOK not in subject.looks:
        return Seen(missing=OPTION)
    found, unknown = await mail_zones(subject, resolver)
    facts = []
    without: list[Answer] = []
    for zone in found:
        for need in zone.needs:
            heard = [a for _, a in _heard(zone, need) if a.records]
            if heard:
                longest = max(heard, key=lambda a: a.ttl or 0)
                facts.append(
                    RecordTtl(
                        scope=f"{need.name} {need.rtype}",
                        name=need.name,
                        rtype=need.rtype,
                        records=longest.records,
                        alias=longest.aliases[0] if longest.aliases else "",
                        ttl=longest.ttl or 0,
                        rests_on=_basis(zone, need),
                    )
                )
            else:
                without += _basis(zone, need)
    if facts:
        return _seen(tuple(facts), (*unknown, *_open(without)))
    return replace(_seen((), (*unknown, *without)), absent="ns-no-record" if found else "ns-no-zone")


def _seen(facts: tuple[F, ...], rests_on: tuple[Answer, ...]) -> Seen[F]:
    return Seen(facts, absent="ns-no-zone", rests_on=tuple(dict.fromkeys(rests_on)))


def _doubt(answered: bool, *, asked: bool = True) -> str | None:
    if not asked:
        return "ns-too-many"
    return None if answered else "ns-none-answers"


def _open(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(a for a in answers if not a.settled)


def _taking_part(zone: Surveyed) -> Iterator[tuple[Server, str]]:
    for server in zone.servers:
        yield from ((server, address) for address in zone.answers(server))


def _heard(zone: Surveyed, need: Need) -> list[tuple[str, Answer]]:
    """What the servers say that answer for the zone, by name and address."""
    pairs = [
        (f"{server.name} {address}", zone.said[Question(need.name, need.rtype, at=address)])
        for server, address in _taking_part(zone)
    ]
    return [(server, answer) for server, answer in pairs if answer.settled]


def _basis(zone: Surveyed, need: Need) -> tuple[Answer, ...]:
    """The answers that decide what the zone's servers say to this. Of a server that answers at one address, another
    one that is silent leaves nothing open (this machine may have no IPv6); a lame one takes no part."""
    answers = [*zone.because, *zone.needs.get(need, ())]
    for server in zone.servers:
        good = zone.answers(server)
        for address in server.addresses:
            if address in good:
                answers += [zone.soa(address), zone.said[Question(need.name, need.rtype, at=address)]]
            elif not good and not zone.lame(address):
                answers.append(zone.soa(address))
        answers += [a for a in server.looked_up if not good or set(a.names) & set(good)]
    return tuple(dict.fromkeys(answers))


def _views(zone: Surveyed, need: Need, ips: tuple[str, ...]) -> tuple[View, ...]:
    groups: dict[Hashable, list[tuple[str, Answer]]] = {}
    for server, answer in _heard(zone, need):
        groups.setdefault(meant_by(need, said_of(need, answer, ips)), []).append((server, answer))
    views = []
    for rows in groups.values():
        first = rows[0][1]
        views.append(
            View(
                servers=tuple(server for server, _ in rows),
                said=said_of(need, first, ips),
                records=first.records,
                alias=first.aliases[0] if first.aliases else "",
                serial=max((serial(zone.soa(a.question.at)) for _, a in rows), key=_BY_AGE),
            )
        )
    views.sort(key=lambda view: view.servers)
    return tuple(sorted(views, key=lambda view: _BY_AGE(view.serial), reverse=True))


def _newer(one: int, other: int) -> int:
    """Whether a serial is newer (1), older (-1), or neither (RFC 1982 section 3.2): after 4294967295 comes 0."""
    ahead = (one - other) % 2**32
    if ahead in (0, 2**31):
        return 0
    return 1 if ahead < 2**31 else -1


_BY_AGE = cmp_to_key(_newer)


def _several_primaries(views: tuple[View, ...]) -> bool:
    """Whether the zone comes from several sources (two providers), each of which counts for itself."""
    return len({r.mname for view in views for r in view.records if isinstance(r, Soa)}) > 1
