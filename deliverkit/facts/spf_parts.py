"""Seeing the parts of SPF that single faults lie in; each fact rests on no more than decides it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any, TypeVar

from deliverkit.facts._asking import addresses, ask
from deliverkit.facts._spf_walk import FAULTS, MAX_NODES, reached, spoilt
from deliverkit.facts.spf import Published, evaluate_all, over, published, single, spf_verdicts, walk
from deliverkit.facts.values import (
    Seen,
    SpfDeadTerms,
    SpfExplanation,
    SpfHeadRoom,
    SpfHelo,
    SpfLength,
    SpfMailHosts,
    SpfOpenTerms,
    SpfReferences,
    SpfSoundText,
    SpfStrings,
    SpfTree,
)
from deliverkit.model.answer import Answer, Mx, Question
from deliverkit.model.subject import Subject
from deliverkit.records import hostname, spf, spf_edit, spf_slips
from deliverkit.records.spf import MAX_LOOKUPS, MAX_MX, MAX_VOIDS
from deliverkit.resolver import Resolver

T = TypeVar("T", bound=SpfTree)
NEAR = MAX_LOOKUPS - 1
"""From here on a record has no look-ups to spare."""
_HOST_FAULTS = frozenset({"too-many-mx"})
_REFERENCE_FAULTS = FAULTS.keys() - _HOST_FAULTS


async def _sound(subject: Subject, resolver: Resolver) -> Published | Seen[Any]:
    """The record, where it has no syntax error of its own."""
    sole = await single(subject, resolver)
    if isinstance(sole, Published) and spoilt(spf.parse(sole.text)):
        return Seen(absent="spf-syntax", rests_on=(sole.answer,))
    return sole


async def spf_sound_text(subject: Subject, resolver: Resolver) -> Seen[SpfSoundText]:
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    record = spf.parse(sole.text)
    return Seen(
        (
            SpfSoundText(
                **sole.where,
                record=record,
                ips=subject.ips,
                reached=reached(record),
                rests_on=(sole.answer,),
            ),
        )
    )


async def spf_open_terms(subject: Subject, resolver: Resolver) -> Seen[SpfOpenTerms]:
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    record = spf.parse(sole.text)
    passing = [t for t in reached(record) if t.qualifier == "+" and t.kind in {"all", "exists"}]
    passing = [t for t in passing if not t.has_macro][:MAX_NODES]
    found = await asyncio.gather(*(_found(t, sole.domain, resolver) for t in passing if t.kind == "exists"))
    matching = {answer.question.name for holds, answers in found if holds for answer in answers}
    return Seen(
        (
            SpfOpenTerms(
                **sole.where,
                record=record,
                ips=subject.ips,
                reached=reached(record),
                everybody=tuple(
                    t for t in passing if t.kind == "all" or Question(t.value, "A").name in matching
                ),
                rests_on=(sole.answer, *(a for _, answers in found for a in answers)),
            ),
        )
    )


async def spf_strings(subject: Subject, resolver: Resolver) -> Seen[SpfStrings]:
    sole = await published(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    meant, glued = spf_slips.rejoin(sole.strings)
    runs = (
        await evaluate_all(subject, resolver, (await walk(sole, resolver, subject.ips))[1]) if glued else []
    )
    return Seen(
        (
            SpfStrings(
                **sole.where,
                record=sole.text,
                glued=glued,
                meant=meant,
                given=subject.ips,
                failing=tuple(ip for ip, run in zip(subject.ips, runs, strict=False) if run.result != "pass"),
                rests_on=tuple(dict.fromkeys([sole.answer, *(a for run in runs for a in run.decisive)])),
            ),
        )
    )


async def spf_references(subject: Subject, resolver: Resolver) -> Seen[SpfReferences]:
    return await _tree(SpfReferences, {"TXT"}, _REFERENCE_FAULTS, subject, resolver)


async def spf_head_room(subject: Subject, resolver: Resolver) -> Seen[SpfHeadRoom]:
    seen = await _tree(SpfHeadRoom, {"TXT"}, frozenset(), subject, resolver)
    if any(NEAR <= fact.lookups <= MAX_LOOKUPS for fact in seen.facts):
        types = {"TXT", "MX", "A", "AAAA"}  # what could be written out for the terms
        return await _tree(SpfHeadRoom, types, frozenset(), subject, resolver)
    return seen


async def spf_mail_hosts(subject: Subject, resolver: Resolver) -> Seen[SpfMailHosts]:
    return await _tree(SpfMailHosts, {"TXT", "MX"}, _HOST_FAULTS, subject, resolver)


async def _tree(
    kind: type[T], types: Collection[str], faults: Collection[str], subject: Subject, resolver: Resolver
) -> Seen[T]:
    """The tree as far as answers of these types decide it."""
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    terms, answers = await walk(sole, resolver, subject.ips)
    faulty = any(node.fault in faults for top in terms for node in top.within)
    runs = await evaluate_all(subject, resolver, answers) if faulty else []
    decisive = [a for a in answers if a.question.rtype in types]
    return Seen(
        (
            kind(
                **sole.where,
                record=sole.text,
                terms=terms,
                lookups=sum(t.lookups for t in terms),
                voids=sum(t.voids for t in terms),
                given=subject.ips,
                over=over(subject, runs) if runs else (),
                rests_on=tuple(
                    dict.fromkeys([sole.answer, *decisive, *(a for r in runs for a in r.decisive)])
                ),
            ),
        )
    )


async def spf_length(subject: Subject, resolver: Resolver) -> Seen[SpfLength]:
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    octets = len(sole.domain) + len(sole.text)
    terms, answers = await walk(sole, resolver, subject.ips) if octets > spf_edit.SHORT else ((), [])
    return Seen(
        (
            SpfLength(
                **sole.where,
                record=sole.text,
                octets=octets,
                lookups=sum(t.lookups for t in terms),
                rests_on=(sole.answer, *(a for a in answers if a.question.rtype == "TXT")),
            ),
        )
    )


async def spf_dead_terms(subject: Subject, resolver: Resolver) -> Seen[SpfDeadTerms]:
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    asking = [t for t in reached(spf.parse(sole.text)) if t.kind in _FINDING and not (t.fault or t.has_macro)]
    asking = asking[:MAX_NODES]
    found = await asyncio.gather(*(_found(t, sole.domain, resolver) for t in asking))
    dead = [
        term.text
        for term, (holds, answers) in zip(asking, found, strict=True)
        if not holds and all(a.settled for a in answers)
    ]
    rests_on = [sole.answer, *(a for _, answers in found for a in answers)]
    if dead:
        # With one void look-up more, somewhere in the tree, this would be another check's matter.
        terms, answers = await walk(sole, resolver, subject.ips)
        if sum(t.voids for t in terms) > MAX_VOIDS:
            settled = tuple(a for a in (sole.answer, *answers) if a.settled)
            return Seen(absent="spf-too-many-void-lookups", rests_on=settled)
        rests_on += answers
    return Seen(
        (
            SpfDeadTerms(
                **sole.where,
                record=sole.text,
                terms=tuple(dict.fromkeys(dead)),
                rests_on=tuple(dict.fromkeys(rests_on)),
            ),
        )
    )


_FINDING = frozenset({"a", "mx", "exists"})


async def _found(term: spf.Term, domain: str, resolver: Resolver) -> tuple[bool, tuple[Answer, ...]]:
    """Whether the term finds an address, and the answers that decide it: one that holds some, else all."""
    target = term.value.removesuffix(".") or domain
    if term.kind == "exists":
        answer = await ask(resolver, target, "A")
        return bool(answer.names), (answer,)
    hosts = [target]
    first: tuple[Answer, ...] = ()
    if term.kind == "mx":
        mx = await ask(resolver, target, "MX")
        hosts = [r.exchange for r in mx.records if isinstance(r, Mx) and r.exchange]
        first = (mx,)
        if len(hosts) > MAX_MX:
            return True, first  # a fault of its own; evaluation ends before it looks for addresses
    pairs = await asyncio.gather(*(addresses(resolver, host) for host in hosts))
    answers = tuple(answer for pair in pairs for answer in pair)
    holding = next((a for a in answers if a.names), None)
    return (True, (*first, holding)) if holding else (False, (*first, *answers))


async def spf_explanation(subject: Subject, resolver: Resolver) -> Seen[SpfExplanation]:
    sole = await _sound(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    term = spf.parse(sole.text).modifier("exp")
    if term is None or term.has_macro:
        return Seen(absent="spf-without-explanation", rests_on=(sole.answer,))
    target = term.value.removesuffix(".").lower()
    answer = await ask(resolver, target, "TXT")
    return Seen(
        (
            SpfExplanation(
                **sole.where,
                record=sole.text,
                term=term.text,
                target=target,
                count=len(answer.texts),
                rests_on=(sole.answer, answer),
            ),
        )
    )


async def spf_helo(subject: Subject, resolver: Resolver) -> Seen[SpfHelo]:
    if subject.helo is None:
        return Seen(missing="--helo")
    if not subject.ips:
        return Seen(missing="--ip")
    name = subject.helo.lower().removesuffix(".")
    if hostname.fault(name):
        return Seen(absent="helo-no-public-name")
    if name == subject.envelope_domain.lower():
        return Seen(absent="helo-is-envelope")
    seen = await spf_verdicts(replace(subject, mail_from=name), resolver)
    if not seen.facts:
        return Seen(absent="helo-without-spf", rests_on=seen.rests_on)
    # The name is that of the reader's own server, whatever domain it is in.
    return Seen(
        tuple(
            SpfHelo(**{f.name: getattr(replace(v, foreign=False), f.name) for f in fields(v)})
            for v in seen.facts
        )
    )
