"""Seeing the sender domains: From and MAIL FROM, their mail hosts, their zone."""

from __future__ import annotations

import asyncio

from deliverkit.facts._asking import addresses, ancestors, ask_all
from deliverkit.facts.host import leads_nowhere_else, suggestion
from deliverkit.facts.values import MxHost, Seen, SenderDomain, SenderName, SenderSoa
from deliverkit.model.answer import Answer, Mx, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

FROM, MAIL_FROM = "From", "MAIL FROM"
# The preferred ones; a domain with more is hostile or broken, and no sender tries them all (RFC 5321 section 5.1).
MAX_MX = 30


def roles(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Sender domain -> the roles it plays, From first."""
    envelope = subject.envelope_domain
    if envelope == subject.domain:
        return {subject.domain: (FROM, MAIL_FROM)}
    return {subject.domain: (FROM,), envelope: (MAIL_FROM,)}


def _sound(subject: Subject) -> dict[str, tuple[str, ...]]:
    return {domain: role for domain, role in roles(subject).items() if not hostname.fault(domain)}


async def sender_names(subject: Subject, _: Resolver) -> Seen[SenderName]:
    sound = "" if hostname.fault(subject.domain) else subject.domain
    return Seen(
        tuple(
            SenderName(
                scope=domain,
                domain=domain,
                roles=role,
                fault=hostname.fault(domain),
                suggestion=sound if role == (MAIL_FROM,) else "",
            )
            for domain, role in roles(subject).items()
        )
    )


async def sender_domains(subject: Subject, resolver: Resolver) -> Seen[SenderDomain]:
    host = await suggestion(subject, resolver)
    host_ip = subject.ips[0] if subject.ips else ""
    facts = await asyncio.gather(
        *(_sender_domain(d, role, host, host_ip, resolver) for d, role in _sound(subject).items())
    )
    return Seen(tuple(facts), absent="sender-domain-invalid")


async def _sender_domain(
    domain: str, role: tuple[str, ...], host: str, host_ip: str, resolver: Resolver
) -> SenderDomain:
    mx, a, aaaa = await ask_all(resolver, [(domain, "MX"), (domain, "A"), (domain, "AAAA")])
    hosts = hosts_of(mx)
    rests_on: tuple[Answer, ...] = (mx,)
    if mx.status is Status.NODATA:
        # RFC 5321 section 5.1: without MX the domain's own address takes the mail; one family is enough.
        rests_on += next(((one,) for one in (a, aaaa) if one.names), (a, aaaa))
    return SenderDomain(
        scope=domain,
        domain=domain,
        roles=role,
        exists=mx.status is not Status.NXDOMAIN,
        mx=hosts,
        null_mx=_is_null(mx),
        addresses=a.names + aaaa.names,
        host=host,
        host_ip=host_ip,
        rests_on=rests_on,
    )


def hosts_of(mx: Answer) -> tuple[tuple[int, str], ...]:
    """Preference and name of every mail host, the preferred ones first; a null MX names none."""
    return tuple(sorted((r.preference, r.exchange) for r in mx.records if isinstance(r, Mx) and r.exchange))


def _is_null(mx: Answer) -> bool:
    """RFC 7505 section 3: a single MX record whose exchange is the root."""
    return mx.records == (Mx(0, ""),) or (
        len(mx.records) == 1 and isinstance(mx.records[0], Mx) and not mx.records[0].exchange
    )


async def mx_hosts(subject: Subject, resolver: Resolver) -> Seen[MxHost]:
    domains = tuple(_sound(subject))
    answers = await ask_all(resolver, [(domain, "MX") for domain in domains])
    facts = await asyncio.gather(
        *(
            _mx_host(domain, preference, exchange, mx, resolver)
            for domain, mx in zip(domains, answers, strict=True)
            for preference, exchange in hosts_of(mx)[:MAX_MX]
        )
    )
    without = tuple(mx for mx in answers if not hosts_of(mx))
    return Seen(tuple(facts), absent="sender-without-mx", rests_on=without)


async def _mx_host(domain: str, preference: int, exchange: str, mx: Answer, resolver: Resolver) -> MxHost:
    a, aaaa = await addresses(resolver, exchange)
    return MxHost(
        scope=f"{domain} {exchange}",
        domain=domain,
        exchange=exchange,
        preference=preference,
        mx=hosts_of(mx),
        aliases=a.aliases or aaaa.aliases,
        addresses=a.names + aaaa.names,
        meant=await _host_at(exchange, domain, resolver),
        rests_on=(mx, a, aaaa),
    )


async def _host_at(exchange: str, domain: str, resolver: Resolver) -> str:
    """A host name for the address that stands where an MX record should name a host; '' where none does."""
    if hostname.fault(exchange) != "address":
        return ""
    names = [f"{label}.{domain}" for label in ("mail", "mx", "mx-in")]
    for name in names:
        if await leads_nowhere_else(name, (exchange,), resolver):
            return name
    return names[0]


async def sender_soas(subject: Subject, resolver: Resolver) -> Seen[SenderSoa]:
    facts = []
    gone: tuple[Answer, ...] = ()
    for domain in _sound(subject):
        above = ancestors(domain, least=2)
        mx, *soas = await ask_all(resolver, [(domain, "MX"), *((name, "SOA") for name in above)])
        if mx.status is Status.NXDOMAIN:
            gone += (mx,)
            continue
        at = next((i for i, soa in enumerate(soas) if soa.status is Status.OK), None)
        walked = tuple(soas if at is None else soas[: at + 1])
        facts.append(
            SenderSoa(
                scope=domain, domain=domain, zone="" if at is None else above[at], rests_on=(mx, *walked)
            )
        )
    return Seen(tuple(facts), absent="sender-domain-missing", rests_on=() if facts else gone)
