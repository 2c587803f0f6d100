"""Seeing blocklists: every list is tried at its RFC 5782 test points before it is believed."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TypeVar

from deliverkit.facts._asking import ask_all
from deliverkit.facts.blocklists import Blocklist, catalogue
from deliverkit.facts.sender import roles
from deliverkit.facts.values import DomainListing, IpListing, Listing, Seen
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

L = TypeVar("L", bound=Listing)

_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_REFUSALS = ipaddress.IPv4Network("127.255.255.0/24")  # Spamhaus, Validity: an error, never a listing
_IPV4_LISTED, _IPV4_CLEAN = "2.0.0.127", "1.0.0.127"  # RFC 5782 section 5
_NAME_LISTED, _NAME_CLEAN = "test", "invalid"


async def ip_listings(subject: Subject, resolver: Resolver) -> Seen[IpListing]:
    if not subject.ips:
        return Seen(missing="--ip")
    wanted = [
        (b, ip)
        for b in _asked(subject)
        for ip in subject.ips
        if ("ip" if ipaddress.ip_address(ip).version == 4 else "ip6") in b.kinds
    ]
    facts = await asyncio.gather(*(_listing(IpListing, b, ip, query_name(ip), resolver) for b, ip in wanted))
    return Seen(tuple(facts), absent="no-blocklist-for-this")


async def domain_listings(subject: Subject, resolver: Resolver) -> Seen[DomainListing]:
    domains = [d for d in roles(subject) if not hostname.fault(d)]
    wanted = [(b, d) for b in _asked(subject) if b.takes_domains for d in domains]
    facts = await asyncio.gather(*(_listing(DomainListing, b, d, d, resolver) for b, d in wanted))
    return Seen(tuple(facts), absent="no-blocklist-for-this" if domains else "sender-domain-invalid")


def query_name(ip: str) -> str:
    """The labels in front of the zone (RFC 5782 sections 2.1 and 2.4)."""
    return hostname.reverse_name(ip).removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


def _asked(subject: Subject) -> list[Blocklist]:
    rows = catalogue()
    return [rows[zone] for zone in subject.blocklists if zone in rows]


async def _listing(kind: type[L], row: Blocklist, target: str, labels: str, resolver: Resolver) -> L:
    listed, clean = (_NAME_LISTED, _NAME_CLEAN) if row.takes_domains else (_IPV4_LISTED, _IPV4_CLEAN)
    names = [f"{label}.{row.zone}" for label in (listed, clean, labels)]
    answers = await ask_all(resolver, [(name, "A") for name in names])
    return kind(
        scope=f"{row.zone} {target}",
        zone=row.zone,
        name=row.name,
        target=target,
        codes=tuple((code, row.codes[code]) for code in answers[2].names if code in row.codes),
        delist=row.delist,
        query=names[2],
        doubt=_doubt(row, *answers),
        ceiling=row.severity,
        rests_on=answers,
    )


def _doubt(row: Blocklist, listed: Answer, clean: Answer, answer: Answer) -> str | None:
    """Why this list says nothing about this target, as a text key; None when it can be believed."""
    for one in (listed, clean, answer):
        if any(not _within(ip, _LOOPBACK) for ip in one.names):
            return "dnsbl-rewritten"
        if any(_within(ip, _REFUSALS) or ip == "127.0.0.1" for ip in one.names):
            return "dnsbl-refused"
    if listed.settled and not listed.names:
        return "dnsbl-silent"
    if clean.names:
        return "dnsbl-lists-the-world"
    if answer.names and not any(ip in row.codes for ip in answer.names):
        return "dnsbl-unknown-code"
    return None


def _within(ip: str, network: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.ip_address(ip) in network
    except ValueError:
        return False
