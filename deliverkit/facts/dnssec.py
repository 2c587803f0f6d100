"""Seeing bogus zones: where a question failed, it is asked again without validation, and the signatures are looked
at. Where nothing fails, nothing more is asked."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from deliverkit.facts import dkim
from deliverkit.facts._asking import ancestors
from deliverkit.facts.values import Seen, Validation, Withheld
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

if TYPE_CHECKING:
    from deliverkit.adapters.dnssec import Fault

_TOLD = re.compile(r"EDE ([0-9]{1,5})\b")
_ABOUT_DNSSEC = {str(code) for code in range(6, 13)}
"""The codes of RFC 8914 section 4 that say that validation failed, and why."""


async def validations(subject: Subject, resolver: Resolver, now: int | None = None) -> Seen[Validation]:
    """``now``: the time that signatures are judged by, in Unix seconds; None for the present."""
    purposes = _purposes(subject)
    questions = list(purposes)
    answers = await asyncio.gather(*(resolver.ask(question) for question in questions))
    failing = [a for a in answers if a.status is Status.SERVFAIL]
    again = await asyncio.gather(*(_unchecked(a, resolver) for a in failing))
    facts = [
        Validation(scope=str(a.question), zone="", rests_on=(a,))
        for a in answers
        if a.settled and a.authenticated
    ]
    groups: dict[str, list[tuple[Answer, Answer, str]]] = {}
    walked: dict[str, tuple[Answer, ...]] = {}
    for answer, (bare, zone, walk) in zip(failing, again, strict=True):
        if bare.settled and zone:
            groups.setdefault(zone, []).append((answer, bare, purposes[answer.question]))
            walked[zone] = walk
        else:
            facts.append(Validation(scope=str(answer.question), zone="", rests_on=(answer, bare, *walk)))
    seconds = int(time.time()) if now is None else now
    found = await asyncio.gather(
        *(_diagnosed(zone, rows, walked[zone], resolver, seconds) for zone, rows in groups.items())
    )
    facts += [fact for of_zone in found for fact in of_zone]
    open_ones = tuple(a for a in answers if not a.settled and a not in failing)
    return Seen(
        tuple(facts), absent="dnssec-nothing-withheld", rests_on=open_ones if facts else tuple(answers)
    )


def _purposes(subject: Subject) -> dict[Question, str]:
    """What the mail hangs on, of the sender's own names, and what each is for; all of it is asked anyway."""
    found: list[tuple[Question, str]] = []
    for domain in (subject.domain, subject.envelope_domain):
        if not hostname.fault(domain):
            found += [(Question(domain, "MX"), "mx"), (Question(domain, "TXT"), "spf")]
    if not hostname.fault(subject.domain):
        found.append((Question(f"_dmarc.{subject.domain}", "TXT"), "dmarc"))
    found += [(Question(key_name, "TXT"), "dkim") for _, key_name in dkim.key_names(subject)]
    if subject.helo and not hostname.fault(subject.helo):
        found.append((Question(subject.helo, "A"), "helo"))
    return dict(found)


async def _unchecked(failed: Answer, resolver: Resolver) -> tuple[Answer, str, tuple[Answer, ...]]:
    """The answer without validation; the zone that it lies in, and the answers that show the zone."""
    above = ancestors(failed.question.name, least=2)
    bare, *soas = await asyncio.gather(
        resolver.ask(replace(failed.question, unchecked=True)),
        *(resolver.ask(Question(name, "SOA", unchecked=True)) for name in above),
    )
    for i, soa in enumerate(soas):
        if not soa.settled or (soa.records and not soa.aliases):
            return bare, above[i] if soa.settled else "", tuple(soas[: i + 1])
    return bare, "", tuple(soas)


async def _diagnosed(
    zone: str, rows: list[tuple[Answer, Answer, str]], walk: tuple[Answer, ...], resolver: Resolver, now: int
) -> list[Validation]:
    """One fact of the zone, for what is shown to be withheld in it, and one of each other question: its failure may
    be a passing one, and proofs that a name or a type does not exist are not looked at here."""
    keys, ds = await asyncio.gather(
        *(resolver.ask(Question(zone, rtype, unchecked=True)) for rtype in ("DNSKEY", "DS"))
    )
    faults = _faults(zone, keys, ds, [bare for _, bare, _ in rows], now)
    told = [[code for code in _TOLD.findall(failed.detail) if code in _ABOUT_DNSSEC] for failed, *_ in rows]
    shown = [row for row, fault, codes in zip(rows, faults, told, strict=True) if fault or codes]
    first = next(filter(None, faults), None)
    of_zone = Validation(
        scope=zone,
        zone=zone,
        withheld=tuple(
            Withheld(b.question.name, b.question.rtype, purpose, b.records, b.aliases[0] if b.aliases else "")
            for _, b, purpose in shown
        ),
        fault=first.key if first else "told" if shown else "",
        date=first.date if first else "",
        tags=first.tags if first else (),
        told=tuple(dict.fromkeys(code for codes in told for code in codes)),
        rests_on=tuple(dict.fromkeys((*(a for row in shown or rows for a in row[:2]), *walk, keys, ds))),
    )
    others = [row for row in rows if row not in shown] if shown else []
    return [
        of_zone,
        *(Validation(scope=str(f.question), zone="", rests_on=(f, b, *walk, keys, ds)) for f, b, _ in others),
    ]


def _faults(zone: str, keys: Answer, ds: Answer, bare: list[Answer], now: int) -> list[Fault | None]:
    """What is shown to be wrong with each answer: a fault of the keys is one of every answer in the zone."""
    if not (keys.settled and ds.records):
        return [None] * len(bare)
    from deliverkit.adapters import dnssec  # noqa: PLC0415 - dear, and wanted only here

    of_zone = dnssec.zone_fault(zone, keys, ds, now)
    if of_zone:
        return [_shown(of_zone)] * len(bare)
    return [
        _shown(dnssec.record_fault(zone, keys, a, now)) if a.records and not a.aliases else None for a in bare
    ]


def _shown(fault: Fault | None) -> Fault | None:
    return None if fault is None or fault.key == "unsupported" else fault
