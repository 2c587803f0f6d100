"""Seeing SPF: the record, the whole tree below it, and the verdict for each sending address.

The tree is asked breadth first and at once, as if no term matched; evaluation then runs over the answers. Only what
the tree cannot know beforehand (macros, ptr) is asked during evaluation.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deliverkit.adapters import pyspf
from deliverkit.auth import check_host
from deliverkit.auth.results import Result, SpfResult
from deliverkit.facts._asking import Known, ask, once
from deliverkit.facts._spf_given import sure, wanting
from deliverkit.facts._spf_walk import FAULTS, Walker, split, spoilt
from deliverkit.facts.values import Seen, SpfOpinion, SpfRecords, SpfTerm, SpfText, SpfTree, SpfVerdict
from deliverkit.model.answer import Answer, Status, Txt
from deliverkit.model.subject import Subject
from deliverkit.records import hostname, spf, spf_slips
from deliverkit.records.spf import MAX_LOOKUPS, MAX_VOIDS
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within


@dataclass(frozen=True, slots=True)
class Published:
    """The one SPF record of the envelope domain, and the answer it came in."""

    domain: str
    text: str
    others: tuple[str, ...]
    answer: Answer
    foreign: bool

    @property
    def where(self) -> dict[str, Any]:
        """What every SpfFact tells of the place of the record."""
        return {
            "domain": self.domain,
            "others": self.others,
            "aliases": self.answer.aliases,
            "foreign": self.foreign,
        }

    @property
    def strings(self) -> tuple[str, ...]:
        """The character strings that the record consists of (RFC 7208 section 3.3)."""
        whole = next(r for r in self.answer.records if isinstance(r, Txt) and r.text == self.text)
        return tuple(s.decode("latin-1") for s in whole.strings)


async def published(subject: Subject, resolver: Resolver) -> Published | Seen[Any]:
    """The record as it stands, or why there is none to look at."""
    domain = subject.envelope_domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    answer = await ask(resolver, domain, "TXT")
    records, others = split(answer)
    if len(records) == 1:
        return Published(domain, records[0], others, answer, _foreign(subject))
    if answer.status is Status.NXDOMAIN:
        return Seen(absent="sender-domain-missing", rests_on=(answer,))
    if records:
        return Seen(absent="spf-several-records", rests_on=(answer,))
    misspelt = any(map(spf_slips.meant_as_spf, others))
    return Seen(absent="spf-version-misspelt" if misspelt else "spf-missing", rests_on=(answer,))


def _foreign(subject: Subject) -> bool:
    """Whether the envelope domain is, by its name, not of the From domain's organisation."""
    one, other = (domain.lower().removesuffix(".") for domain in (subject.envelope_domain, subject.domain))
    return not (is_within(one, other) or is_within(other, one))


async def single(subject: Subject, resolver: Resolver) -> Published | Seen[Any]:
    """The record, where its strings make the terms that were meant."""
    found = await published(subject, resolver)
    if isinstance(found, Published) and spf_slips.rejoin(found.strings)[1]:
        return Seen(absent="spf-strings-run-together", rests_on=(found.answer,))
    return found


async def spf_records(subject: Subject, resolver: Resolver) -> Seen[SpfRecords]:
    domain = subject.envelope_domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    answer = await ask(resolver, domain, "TXT")
    if answer.status is Status.NXDOMAIN:
        return Seen(absent="sender-domain-missing", rests_on=(answer,))
    records, others = split(answer)
    return Seen(
        (
            SpfRecords(
                domain=domain,
                records=records,
                others=others,
                aliases=answer.aliases,
                foreign=_foreign(subject),
                misspelt=tuple(filter(spf_slips.meant_as_spf, others)),
                ips=subject.ips,
                rests_on=(answer,),
            ),
        )
    )


async def spf_text(subject: Subject, resolver: Resolver) -> Seen[SpfText]:
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    return Seen(
        (
            SpfText(
                **sole.where,
                record=spf.parse(sole.text),
                ips=subject.ips,
                rests_on=(sole.answer,),
            ),
        )
    )


async def walk(
    sole: Published, resolver: Resolver, ips: Iterable[str]
) -> tuple[tuple[SpfTerm, ...], list[Answer]]:
    """The tree below the record, and every answer that it took. Of IPv4 and IPv6, as far as they are among
    ``ips``, the one that has more void look-ups."""
    families = tuple(sorted({hostname.address_type(ip) for ip in ips} or {"A"}))

    async def walked(family: str) -> tuple[tuple[SpfTerm, ...], list[Answer]]:
        walker = Walker(resolver, family)
        return await walker.record(spf.parse(sole.text), sole.domain, (sole.domain,)), walker.answers

    async def worst() -> tuple[tuple[SpfTerm, ...], list[Answer]]:
        return max([await walked(f) for f in families], key=lambda found: sum(t.voids for t in found[0]))

    return await once(resolver, ("walk", sole.domain, sole.text, families), worst)


async def spf_tree(subject: Subject, resolver: Resolver) -> Seen[SpfTree]:
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    terms, answers = await walk(sole, resolver, subject.ips)
    runs = await evaluate_all(subject, resolver, answers)
    used = (a for run in runs for a in run.decisive)
    return Seen(
        (
            SpfTree(
                **sole.where,
                record=sole.text,
                terms=terms,
                lookups=sum(t.lookups for t in terms),
                voids=sum(t.voids for t in terms),
                given=subject.ips,
                over=over(subject, runs),
                rests_on=tuple(dict.fromkeys([sole.answer, *answers, *used])),
            ),
        )
    )


async def spf_verdicts(subject: Subject, resolver: Resolver) -> Seen[SpfVerdict]:
    if not subject.ips:
        return Seen(missing="--ip")
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    terms, answers = await walk(sole, resolver, subject.ips)
    runs = await evaluate_all(subject, resolver, answers)
    refused = sorted(
        (ip for ip, run in zip(subject.ips, runs, strict=True) if _is_refused(subject, run)), key=_number
    )
    facts = []
    for ip, run in zip(subject.ips, runs, strict=True):
        explained, rests_on = await _explained(run, ip, sole), run.decisive
        if run.limit and not explained and (explained := _limit(terms)):
            # Evaluation came to the limit by what macros made, but the record goes beyond it in any case.
            rests_on = tuple(dict.fromkeys([*run.decisive, *answers]))
        facts.append(
            SpfVerdict(
                scope=ip,
                ip=ip,
                **sole.where,
                sender=subject.envelope_sender,
                result=run.result,
                reason=str(run.reason),
                record=sole.text,
                explained=explained,
                wants=wanting(subject, run),
                refused=tuple(refused),
                rests_on=rests_on,
            )
        )
    return Seen(tuple(facts))


def _is_refused(subject: Subject, run: SpfResult) -> bool:
    return run.result in {Result.FAIL, Result.SOFTFAIL, Result.NEUTRAL} and not wanting(subject, run)


def _number(ip: str) -> tuple[int, int]:
    address = ipaddress.ip_address(ip)
    return address.version, int(address)


async def sure_verdicts(subject: Subject, resolver: Resolver) -> Seen[SpfVerdict]:
    """Those that rest on nothing invented."""
    seen = await spf_verdicts(subject, resolver)
    return sure(seen.facts, [v.wants for v in seen.facts]) if seen.facts else seen


def over(subject: Subject, runs: Iterable[SpfResult]) -> tuple[str, ...]:
    """The given addresses whose evaluation ends in permerror, or for want of an answer was not seen to end."""
    open_ones = {Result.PERMERROR, Result.TEMPERROR}
    return tuple(ip for ip, run in zip(subject.ips, runs, strict=True) if run.result in open_ones)


async def _explained(run: SpfResult, ip: str, sole: Published) -> str:
    """The check that tells why evaluation ended in permerror, '' where none does. Only the answers that evaluation
    took have a say: a fault that they show is one that it came to."""
    if run.result is not Result.PERMERROR:
        return ""
    if spoilt(spf.parse(sole.text)):
        return "spf-syntax"
    terms, _ = await walk(sole, Known(run.decisive), (ip,))
    if fault := next((t.fault for top in terms for t in top.within if t.fault in FAULTS), ""):
        return FAULTS[fault]
    return _limit(terms)


def _limit(terms: Iterable[SpfTerm]) -> str:
    """The check that tells which limit the whole tree goes beyond, ''."""
    terms = tuple(terms)
    if sum(t.lookups for t in terms) > MAX_LOOKUPS:
        return "spf-too-many-lookups"
    return "spf-too-many-void-lookups" if sum(t.voids for t in terms) > MAX_VOIDS else ""


async def evaluate_all(subject: Subject, resolver: Resolver, known: Iterable[Answer]) -> list[SpfResult]:
    return await asyncio.gather(*(evaluate(subject, ip, resolver, known) for ip in subject.ips))


async def evaluate(subject: Subject, ip: str, resolver: Resolver, known: Iterable[Answer] = ()) -> SpfResult:
    """check_host() over the ``known`` answers, and whatever else it comes to ask for."""
    sender, helo = subject.envelope_sender, subject.helo or subject.envelope_domain
    return await once(
        resolver,
        ("check_host", ip, sender, helo),
        lambda: check_host.spf(ip, sender, helo, Known(known, resolver)),
    )


async def spf_opinions(subject: Subject, resolver: Resolver) -> Seen[SpfOpinion]:
    if not subject.ips:
        return Seen(missing="--ip")
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    _, answers = await walk(sole, resolver, subject.ips)
    runs = await evaluate_all(subject, resolver, answers)
    others = await asyncio.gather(*(_pyspf(subject, ip, resolver, answers) for ip in subject.ips))
    opinions = [
        SpfOpinion(
            scope=ip,
            ip=ip,
            **sole.where,
            result=run.result,
            theirs=other.result,
            reason=other.reason,
            record=sole.text,
            rests_on=tuple(dict.fromkeys([*run.decisive, *other.used])),
        )
        for ip, run, other in zip(subject.ips, runs, others, strict=True)
    ]
    return sure(opinions, [wanting(subject, run) for run in runs])


async def _pyspf(subject: Subject, ip: str, resolver: Resolver, known: Iterable[Answer]) -> pyspf.SpfRun:
    """pyspf over the ``known`` answers: what it misses is asked, then it runs again."""
    answers = {answer.question: answer for answer in known}
    helo = subject.helo or subject.envelope_domain
    while True:
        run = pyspf.evaluate(ip, subject.envelope_sender, helo, answers)
        if not run.missing:
            return run
        for question in run.missing:
            answers[question] = await resolver.ask(question)
