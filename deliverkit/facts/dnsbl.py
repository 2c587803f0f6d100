"""Seeing blocklists: every list is tried at its RFC 5782 test points before it is believed."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from deliverkit.facts._asking import addresses, ancestors, ask, ask_all
from deliverkit.facts.blocklists import Blocklist, Sort, catalogue
from deliverkit.facts.sender import roles
from deliverkit.facts.values import DomainListing, IpListing, Listing, Seen
from deliverkit.model.answer import Answer, Question
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.records import hostname
from deliverkit.resolver import Resolver
from deliverkit.resolver.overlay import PROPOSED

L = TypeVar("L", bound=Listing)

_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_LISTINGS = frozenset({Sort.LISTED, Sort.RANGE, Sort.REVERSE})
_DOUBTED_KEYS = {"spamhaus-dqs-key": "dnsbl-spamhaus-dqs-key", "abusix-key": "dnsbl-abusix-key"}
_MOST_SERVERS = 2  # of a list's own: who is refused by two is not helped by a third


async def ip_listings(subject: Subject, resolver: Resolver) -> Seen[IpListing]:
    if not subject.ips:
        return Seen(missing="--ip")
    kinds = {ip: "ip" if ipaddress.ip_address(ip).version == 4 else "ip6" for ip in subject.ips}
    looks = [
        _Look(b, kinds[ip], ip, query_name(ip))
        for b in _asked(subject)
        for ip in subject.ips
        if kinds[ip] in b.kinds
    ]
    return await _seen(IpListing, looks, kinds.keys(), subject, resolver, absent="no-blocklist-for-this")


async def domain_listings(subject: Subject, resolver: Resolver) -> Seen[DomainListing]:
    domains = [d for d in roles(subject) if not hostname.fault(d)]
    looks = [_Look(b, "domain", d, d) for b in _asked(subject) if "domain" in b.kinds for d in domains]
    return await _seen(
        DomainListing,
        looks,
        set(domains),
        subject,
        resolver,
        absent="no-blocklist-for-this" if domains else "sender-domain-invalid",
    )


def query_name(ip: str) -> str:
    """The labels in front of the zone (RFC 5782 sections 2.1 and 2.4)."""
    return hostname.reverse_name(ip).removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


@dataclass(frozen=True, slots=True)
class _Look:
    """One target at one list. ``labels``: the target in front of the zone."""

    row: Blocklist
    kind: str
    target: str
    labels: str

    @property
    def names(self) -> tuple[str, ...]:
        """The test point that must be listed, the one that must not, and the target."""
        return tuple(f"{label}.{self.row.zone}" for label in (*self.row.test_points(self.kind), self.labels))


def _asked(subject: Subject) -> list[Blocklist]:
    rows = catalogue()
    return [rows[zone] for zone in dict.fromkeys(subject.blocklists) if zone in rows]


async def _seen(
    kind: type[L],
    looks: Sequence[_Look],
    targets: Set[str],
    subject: Subject,
    resolver: Resolver,
    *,
    absent: str,
) -> Seen[L]:
    direct = "dnsbl-direct" in subject.looks
    facts = await asyncio.gather(*(_listing(kind, look, resolver, direct=direct) for look in looks))
    # Where no list was asked that decides, that the others are silent is no good news.
    decided = {look.target for look in looks if look.row.severity is Severity.ERROR}
    missing = None if targets <= decided else "--dnsbl core"
    return Seen(tuple(facts), missing=missing, absent=absent)


async def _listing(kind: type[L], look: _Look, resolver: Resolver, *, direct: bool) -> L:
    row = look.row
    answers = await ask_all(resolver, [(name, "A") for name in look.names])
    doubt = _doubt(look, answers)
    via = ""
    if direct and (doubt or not all(a.settled for a in answers)):
        answers, doubt, via = await _from_its_own_servers(look, resolver, answers, doubt)
    entries = tuple(entry for answer in answers[2].names for entry in row.read(answer))
    return kind(
        scope=f"{row.zone} {look.target}",
        zone=row.zone,
        name=row.name,
        target=look.target,
        query=look.names[2],
        entries=tuple(e for e in entries if e.sort in _LISTINGS),
        signs=tuple(f"{row.name}: {e.says}" for e in entries if e.sort is Sort.GOOD),
        via=via,
        doubt=doubt,
        ceiling=row.severity,
        rests_on=answers,
    )


def _doubt(look: _Look, answers: Sequence[Answer]) -> str | None:
    """Why this list says nothing about this target, as a text key; None when it can be believed."""
    row = look.row
    listed, clean, answer = answers
    said = [ip for one in answers for ip in one.names]
    if not all(map(_is_loopback, said)):
        return "dnsbl-rewritten"
    if any(map(row.refuses, said)):
        return _of_key(row) or "dnsbl-refused"
    if listed.settled and not listed.names:
        return _of_key(row) or "dnsbl-silent"
    if clean.names:
        return "dnsbl-lists-the-world"
    # What one resolver was told says nothing about what another one would be.
    if len({a.origin.source for a in answers if a.settled and a.origin != PROPOSED}) > 1:
        return "dnsbl-several-resolvers"
    read = [row.read(ip) for ip in answer.names]
    if not all(read) and not any(e.sort in _LISTINGS for entries in read for e in entries):
        return "dnsbl-unknown-code"
    return None


def _of_key(row: Blocklist) -> str:
    """The doubt where a list that wants an access key does not serve: a wrong key is the likeliest cause. '' for a
    public list."""
    return _DOUBTED_KEYS[row.placeholder] if row.key else ""


def _is_loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip) in _LOOPBACK
    except ValueError:
        return False


async def _from_its_own_servers(
    look: _Look, resolver: Resolver, refused: tuple[Answer, ...], doubt: str | None
) -> tuple[tuple[Answer, ...], str | None, str]:
    """The three answers of a name server of the list itself, the doubt about them, and its address; what the resolver
    said where none of them can be believed."""
    for ip in await _own_servers(look.row.zone, resolver):
        asked = (resolver.ask(Question(name, "A", at=ip)) for name in look.names)
        answers = tuple(await asyncio.gather(*asked))
        if all(a.settled for a in answers) and not _doubt(look, answers):
            return answers, None, ip
    wrong_key = doubt is not None and doubt == _of_key(look.row)
    return refused, doubt if wrong_key else "dnsbl-direct-failed", ""


async def _own_servers(zone: str, resolver: Resolver) -> tuple[str, ...]:
    """The addresses of a few name servers of the zone, or of the nearest one above that has any."""
    for name in ancestors(zone, least=2):
        hosts = (await ask(resolver, name, "NS")).names[:_MOST_SERVERS]
        if hosts:
            found = await asyncio.gather(*(addresses(resolver, host) for host in hosts))
            known = [ip for both in found for answer in both for ip in answer.names[:1]]
            return tuple(ip for ip in dict.fromkeys(known) if not _is_unreachable(ip))[:_MOST_SERVERS]
    return ()


def _is_unreachable(ip: str) -> bool:
    try:
        return hostname.is_unreachable(ip)
    except ValueError:
        return True
