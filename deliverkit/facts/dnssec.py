"""Seeing bogus zones: where a question failed, it is asked again without validation, and the signatures are looked
at. Where nothing fails, nothing more is asked."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace

from deliverkit.facts import dkim
from deliverkit.facts._asking import ancestors
from deliverkit.facts.values import Seen, Validation, Withheld
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

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
    facts += await asyncio.gather(
        *(_diagnosed(zone, rows, walked[zone], resolver, seconds) for zone, rows in groups.items())
    )
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
    zone: str,
    rows: list[tuple[Answer, Answer, str]],
    walk: tuple[Answer, ...],
    resolver: Resolver,
    now: int,
) -> Validation:
    keys, ds = await asyncio.gather(
        *(resolver.ask(Question(zone, rtype, unchecked=True)) for rtype in ("DNSKEY", "DS"))
    )
    told = tuple(
        code
        for code in dict.fromkeys(c for failed, *_ in rows for c in _TOLD.findall(failed.detail))
        if code in _ABOUT_DNSSEC
    )
    fault = Validation(zone=zone)
    if keys.settled and ds.records:
        fault = _fault(zone, keys, ds, [bare for _, bare, _ in rows], now)
    if told and fault.fault in ("", "unexplained"):
        fault = replace(fault, fault="told")
    return replace(
        fault,
        scope=zone,
        withheld=tuple(
            Withheld(
                failed.question.name,
                failed.question.rtype,
                purpose,
                bare.records,
                bare.aliases[0] if bare.aliases else "",
            )
            for failed, bare, purpose in rows
        ),
        told=told,
        rests_on=tuple(dict.fromkeys((*(a for row in rows for a in row[:2]), *walk, keys, ds))),
    )


def _fault(zone: str, keys: Answer, ds: Answer, bare: list[Answer], now: int) -> Validation:
    from deliverkit.adapters import dnssec  # noqa: PLC0415 - dear, and wanted only here

    found = dnssec.zone_fault(zone, keys, ds, now)
    own = [a for a in bare if a.records and not a.aliases]
    for answer in own if found is None else ():
        found = found or dnssec.record_fault(zone, keys, answer, now)
    if found is None and own:
        return Validation(zone=zone)  # all that can be tried holds: then it was a failure of another kind
    if found is None or found.key == "unsupported":
        return Validation(zone=zone, fault="unexplained")
    return Validation(zone=zone, fault=found.key, date=found.date, tags=found.tags)
