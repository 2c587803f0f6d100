"""Seeing the name servers: every one that a zone names is asked by itself what the mail depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from deliverkit.facts._asking import ask_all
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
from deliverkit.model.answer import Answer, Mx, Question, Soa, Status
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver

OPTION = "--authoritative"
_LOOK = "authoritative"
_BEGINNINGS = {"spf": "v=spf1", "dmarc": "v=dmarc1"}

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
            facts.append(
                CachedRecord(
                    scope=f"{need.name} {need.rtype}",
                    name=need.name,
                    rtype=need.rtype,
                    cached=_said(need, answer, ()),
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
    groups: dict[tuple[str, ...], list[tuple[str, Answer]]] = {}
    for server, answer in _heard(zone, need):
        groups.setdefault(_said(need, answer, ips), []).append((server, answer))
    views = []
    for said, rows in groups.items():
        first = rows[0][1]
        views.append(
            View(
                servers=tuple(server for server, _ in rows),
                said=said,
                records=first.records,
                alias=first.aliases[0] if first.aliases else "",
                serial=max(serial(zone.soa(answer.question.at)) for _, answer in rows),
            )
        )
    return tuple(sorted(views, key=lambda view: (-view.serial, view.servers)))


def _said(need: Need, answer: Answer, ips: tuple[str, ...]) -> tuple[str, ...]:
    """What counts of an answer, in an order of its own: other texts may stand beside an SPF record, and of the
    addresses of a host only those that send."""
    if not answer.records:
        # To who wants a text, a name that does not exist is no other thing than one without texts.
        return (str(answer.status if need.purpose == "mx" else Status.NODATA),)
    match need.purpose:
        case "spf" | "dmarc":
            beginning = _BEGINNINGS[need.purpose]
            said = [text for text in answer.texts if text.lower().startswith(beginning)]
        case "helo":
            said = [ip for ip in answer.names if ip in ips]
        case "serial":
            said = [str(serial(answer))]
        case "mx":
            said = [f"{r.preference} {r.exchange or '.'}" for r in answer.records if isinstance(r, Mx)]
        case _:
            said = list(answer.texts)
    return tuple(sorted(said)) or (str(Status.NODATA),)


def _several_primaries(views: tuple[View, ...]) -> bool:
    """Whether the zone comes from several sources (two providers), each of which counts for itself."""
    return len({r.mname for view in views for r in view.records if isinstance(r, Soa)}) > 1
