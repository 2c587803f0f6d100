"""Which zones hold the records that a sender's mail depends on, and what each of their servers says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deliverkit.facts import dkim
from deliverkit.facts._asking import addresses, ancestors, ask, ask_all
from deliverkit.model.answer import Answer, Question, Soa, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

MOST_ZONES = 8
MOST_SERVERS = 13
"""Servers of one zone that are asked: as many as a zone that is served well has at most, the root's number."""
_MOST_ADDRESSES = 4  # of one server


@dataclass(frozen=True, slots=True)
class Need:
    """A question whose answer decides about the mail; ``purpose``: as in ServerAgreement."""

    name: str
    rtype: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Server:
    """A named server; ``looked_up``: A and AAAA of the name."""

    name: str
    looked_up: tuple[Answer, Answer]

    @property
    def addresses(self) -> tuple[str, ...]:
        a, aaaa = self.looked_up
        return (a.names + aaaa.names)[:_MOST_ADDRESSES]

    @property
    def open(self) -> tuple[Answer, ...]:
        return tuple(a for a in self.looked_up if not a.settled)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """``because``: what shows where the zone begins and who serves it. ``needs``: what is asked of its servers, and
    what shows that it lies in this zone. ``said``: what each address answers to the SOA question and to each need.
    ``left_out``: servers that are not asked, as they are too many."""

    name: str
    because: tuple[Answer, ...]
    servers: tuple[Server, ...]
    left_out: tuple[str, ...]
    needs: dict[Need, tuple[Answer, ...]]
    said: dict[Question, Answer]

    def soa(self, address: str) -> Answer:
        return self.said[Question(self.name, "SOA", at=address)]

    def lame(self, address: str) -> bool:
        """Whether the server there answers, but not for this zone (RFC 1912 section 2.8)."""
        return self.soa(address).status not in (Status.OK, Status.TIMEOUT, Status.UNRECORDED)

    def answers(self, server: Server) -> tuple[str, ...]:
        """The addresses at which the server answers for the zone."""
        return tuple(a for a in server.addresses if self.soa(a).status is Status.OK)


def needs(subject: Subject) -> tuple[Need, ...]:
    """What is asked of the sender's own names; not of services that its records lead to."""
    found = []
    for domain in dict.fromkeys((subject.domain, subject.envelope_domain)):
        if not hostname.fault(domain):
            found += [Need(domain, "MX", "mx"), Need(domain, "TXT", "spf")]
    if not hostname.fault(subject.domain):
        found += [Need(f"_dmarc.{above}", "TXT", "dmarc") for above in ancestors(subject.domain, least=2)]
    own = (subject.domain, subject.envelope_domain)
    for _, key_name in dkim.key_names(subject):
        if any(dkim.related(dkim.signing_domain(key_name), domain) for domain in own):
            found.append(Need(key_name, "TXT", "dkim"))
    if subject.helo and not hostname.fault(subject.helo):
        kinds = sorted({hostname.address_type(ip) for ip in subject.ips})
        found += [Need(subject.helo.lower(), kind, "helo") for kind in kinds]
    return tuple(found)


async def mail_zones(subject: Subject, resolver: Resolver) -> tuple[tuple[Surveyed, ...], tuple[Answer, ...]]:
    """The zones with what their servers say; and the open answers that leave a zone or its servers unknown."""
    wanted = needs(subject)
    walks = await asyncio.gather(*(_walk(need.name, resolver) for need in wanted))
    asked = await ask_all(resolver, [(need.name, need.rtype) for need in wanted])
    kept: dict[str, dict[Need, tuple[Answer, ...]]] = {}
    unknown: list[Answer] = []
    for need, (zone, walk), answer in zip(wanted, walks, asked, strict=True):
        # Above the sender's domain a policy counts where there is one; the name itself may be a registry's.
        foreign = need.purpose == "dmarc" and need.name != f"_dmarc.{subject.domain}"
        if foreign and not _is_policy(answer):
            unknown += [] if answer.settled else [answer]
        elif zone:
            kept.setdefault(zone, {})[need] = walk
        else:
            unknown += [a for a in walk if not a.settled]
    first = list(kept.items())[:MOST_ZONES]
    looked = await asyncio.gather(*(_look(zone, rows, resolver) for zone, rows in first))
    zones = tuple(zone for zone in looked if zone.servers)
    unknown += [a for z in looked for a in z.because if not a.settled]
    return zones, tuple(dict.fromkeys(unknown))


def _is_policy(answer: Answer) -> bool:
    """RFC 9989 section 4.10: a registry's own record (psd=y) is not the sender's."""
    texts = [text.replace(" ", "").lower() for text in answer.texts]
    return any(text.startswith("v=dmarc1") and "psd=y" not in text for text in texts)


async def _walk(name: str, resolver: Resolver) -> tuple[str, tuple[Answer, ...]]:
    """The zone that ``name`` lies in, '' where that stays open; and the answers that decide it."""
    above = ancestors(name, least=2)
    soas = await ask_all(resolver, [(n, "SOA") for n in above])
    for i, soa in enumerate(soas):
        # Behind an alias it is the SOA of another name (RFC 1034 section 3.6.2).
        if not soa.settled or (soa.records and not soa.aliases):
            return above[i] if soa.settled else "", soas[: i + 1]
    return "", soas


async def _look(zone: str, wanted: dict[Need, tuple[Answer, ...]], resolver: Resolver) -> Surveyed:
    ns = await ask(resolver, zone, "NS")
    names = sorted(set(ns.names))
    found = await asyncio.gather(*(addresses(resolver, name) for name in names[:MOST_SERVERS]))
    servers = tuple(Server(n, looked_up) for n, looked_up in zip(names, found, strict=False))
    questions = [
        Question(name, rtype, at=address)
        for address in dict.fromkeys(a for server in servers for a in server.addresses)
        for name, rtype in ((zone, "SOA"), *((need.name, need.rtype) for need in wanted))
    ]
    answers = await asyncio.gather(*(resolver.ask(question) for question in dict.fromkeys(questions)))
    return Surveyed(
        name=zone,
        because=(*next(iter(wanted.values())), ns),
        servers=servers,
        left_out=tuple(names[MOST_SERVERS:]),
        needs=wanted,
        said={answer.question: answer for answer in answers},
    )


def serial(soa: Answer) -> int:
    return next((r.serial for r in soa.records if isinstance(r, Soa)), 0)
