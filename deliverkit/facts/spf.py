"""Seeing SPF: the record, the whole tree below it, and pyspf's verdict for each sending address.

The tree is asked breadth first and at once, as if no term matched; evaluation then runs over the answers. What
the tree cannot know beforehand (macros, ptr) evaluation names as missing, and it is asked then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deliverkit.adapters import pyspf
from deliverkit.facts._asking import addresses, ask, ask_all
from deliverkit.facts.values import Seen, SpfRecords, SpfTerm, SpfText, SpfTree, SpfVerdict
from deliverkit.model.answer import Answer, Mx, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname, spf
from deliverkit.resolver import Resolver

MAX_LOOKUPS, MAX_VOIDS, MAX_MX = 10, 2, 10  # RFC 7208 section 4.6.4
# A tree that is hostile or broken is not followed for ever; four times the limit tells enough.
_MAX_NODES = 4 * MAX_LOOKUPS


def _split(answer: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SPF records and the other texts."""
    texts = answer.texts
    return tuple(t for t in texts if spf.is_spf(t)), tuple(t for t in texts if not spf.is_spf(t))


@dataclass(frozen=True, slots=True)
class _Single:
    """The one SPF record of the envelope domain, and the answer it came in."""

    domain: str
    text: str
    others: tuple[str, ...]
    answer: Answer


async def _single(subject: Subject, resolver: Resolver) -> _Single | Seen[Any]:
    """The record, or why there is none to look at."""
    domain = subject.envelope_domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    answer = await ask(resolver, domain, "TXT")
    records, others = _split(answer)
    if len(records) == 1:
        return _Single(domain, records[0], others, answer)
    if answer.status is Status.NXDOMAIN:
        return Seen(absent="sender-domain-missing", rests_on=(answer,))
    return Seen(absent="spf-several-records" if records else "spf-missing", rests_on=(answer,))


async def spf_records(subject: Subject, resolver: Resolver) -> Seen[SpfRecords]:
    domain = subject.envelope_domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    answer = await ask(resolver, domain, "TXT")
    if answer.status is Status.NXDOMAIN:
        return Seen(absent="sender-domain-missing", rests_on=(answer,))
    records, others = _split(answer)
    return Seen(
        (SpfRecords(domain=domain, records=records, others=others, ips=subject.ips, rests_on=(answer,)),)
    )


async def spf_text(subject: Subject, resolver: Resolver) -> Seen[SpfText]:
    sole = await _single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    return Seen(
        (
            SpfText(
                domain=sole.domain,
                record=spf.parse(sole.text),
                others=sole.others,
                ips=subject.ips,
                rests_on=(sole.answer,),
            ),
        )
    )


async def _walk(sole: _Single, resolver: Resolver) -> tuple[tuple[SpfTerm, ...], list[Answer]]:
    walker = _Walker(resolver)
    return await walker.record(spf.parse(sole.text), sole.domain, (sole.domain,)), walker.answers


async def spf_tree(subject: Subject, resolver: Resolver) -> Seen[SpfTree]:
    sole = await _single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    terms, answers = await _walk(sole, resolver)
    runs = await _evaluate_all(subject, resolver, answers)
    used = (a for run in runs for a in run.used)
    return Seen(
        (
            SpfTree(
                domain=sole.domain,
                record=sole.text,
                others=sole.others,
                terms=terms,
                lookups=sum(t.lookups for t in terms),
                voids=sum(t.voids for t in terms),
                given=subject.ips,
                over=tuple(
                    ip for ip, run in zip(subject.ips, runs, strict=True) if run.result == "permerror"
                ),
                rests_on=tuple(dict.fromkeys([sole.answer, *answers, *used])),
            ),
        )
    )


async def spf_verdicts(subject: Subject, resolver: Resolver) -> Seen[SpfVerdict]:
    if not subject.ips:
        return Seen(missing="--ip")
    sole = await _single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    _, answers = await _walk(sole, resolver)
    runs = await _evaluate_all(subject, resolver, answers)
    return Seen(
        tuple(
            SpfVerdict(
                scope=ip,
                ip=ip,
                domain=sole.domain,
                sender=subject.envelope_sender,
                result=run.result,
                reason=run.reason,
                record=sole.text,
                others=sole.others,
                explained=_explained(run, sole.text),
                rests_on=run.used,
            )
            for ip, run in zip(subject.ips, runs, strict=True)
        )
    )


def _explained(run: pyspf.SpfRun, record: str) -> str:
    if run.result != "permerror":
        return ""
    if spf.parse(record).faults:
        return "spf-syntax"
    return {"lookups": "spf-too-many-lookups", "voids": "spf-too-many-void-lookups"}.get(run.limit, "")


async def _evaluate_all(subject: Subject, resolver: Resolver, known: Iterable[Answer]) -> list[pyspf.SpfRun]:
    return await asyncio.gather(*(evaluate(subject, ip, resolver, known) for ip in subject.ips))


async def evaluate(
    subject: Subject, ip: str, resolver: Resolver, known: Iterable[Answer] = ()
) -> pyspf.SpfRun:
    """pyspf over the ``known`` answers: what it misses is asked, then it runs again."""
    answers = {answer.question: answer for answer in known}
    while True:
        run = pyspf.evaluate(ip, subject.envelope_sender, subject.helo or subject.envelope_domain, answers)
        if not run.missing:
            return run
        for question in run.missing:
            answers[question] = await resolver.ask(question)


class _Walker:
    """One walk of the tree. ``answers``: everything that was asked, in order."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.answers: list[Answer] = []
        self.nodes = 0

    async def record(self, record: spf.SpfRecord, domain: str, path: tuple[str, ...]) -> tuple[SpfTerm, ...]:
        """The terms of one record with their costs; terms behind ``all`` are never evaluated (section 5.1)."""
        terms = []
        end = record.all
        for term in record.terms:
            if term.kind == "redirect" and end is not None:
                continue  # RFC 7208 section 6.1: ignored where an "all" stands anywhere
            terms.append(term)
        ended = next((i for i, t in enumerate(terms) if t is end), None)
        if ended is not None:
            terms = terms[: ended + 1]
        return tuple(await asyncio.gather(*(self.term(t, domain, path) for t in terms)))

    async def term(self, term: spf.Term, domain: str, path: tuple[str, ...]) -> SpfTerm:
        if term.fault:
            return SpfTerm(term.text, 0, 0, (), fault="syntax")
        if term.kind in {"ip4", "ip6"}:
            return SpfTerm(term.text, 0, 0, (term.value,))
        if term.kind not in spf.QUERYING:
            return SpfTerm(term.text, 0, 0, ())
        self.nodes += 1
        if term.has_macro or term.kind in {"ptr", "exists"} or self.nodes > _MAX_NODES:
            void = term.kind == "exists" and not term.has_macro and self.nodes <= _MAX_NODES
            return await self._exists(term) if void else SpfTerm(term.text, 1, 0, None)
        target = term.value.removesuffix(".") or domain
        if term.kind in {"include", "redirect"}:
            return await self._other_record(term, target.lower(), path)
        if term.kind == "a":
            return self._addresses(term, 1, await self._ask_addresses(target))
        return await self._mx(term, target)

    async def _ask_addresses(self, name: str) -> tuple[Answer, Answer]:
        found = await addresses(self.resolver, name)
        self.answers += found
        return found

    def _addresses(self, term: spf.Term, lookups: int, found: Iterable[Answer]) -> SpfTerm:
        found = tuple(found)
        if not all(answer.settled for answer in found):
            return SpfTerm(term.text, lookups, 0, None)
        networks: list[str] = []
        void = 0
        for answer in found:
            six = answer.question.rtype == "AAAA"
            bits = term.prefix6 if six else term.prefix4
            networks += [ip if bits is None else f"{ip}/{bits}" for ip in answer.names]
            # Whichever family the client has, only one of the two questions is asked (section 5.3); the A one
            # stands for both.
            void += not six and answer.settled and not answer.records
        return SpfTerm(term.text, lookups, void, tuple(networks))

    async def _exists(self, term: spf.Term) -> SpfTerm:
        answer = await ask(self.resolver, term.value, "A")
        self.answers.append(answer)
        return SpfTerm(term.text, 1, int(answer.settled and not answer.records), None)

    async def _mx(self, term: spf.Term, target: str) -> SpfTerm:
        mx = await ask(self.resolver, target, "MX")
        self.answers.append(mx)
        if not mx.settled:
            return SpfTerm(term.text, 1, 0, None)
        if not mx.records:
            return SpfTerm(term.text, 1, 1, ())
        hosts = [r.exchange for r in sorted(_exchanges(mx), key=lambda r: (r.preference, r.exchange))]
        if len(hosts) > MAX_MX:
            return SpfTerm(term.text, 1, 0, (), fault="too-many-mx")
        found = await asyncio.gather(*(self._ask_addresses(h) for h in hosts if h))
        return self._addresses(term, 1, [answer for pair in found for answer in pair])

    async def _other_record(self, term: spf.Term, target: str, path: tuple[str, ...]) -> SpfTerm:
        if target in path:
            return SpfTerm(term.text, 1, 0, (), fault=f"{term.kind}-loop")
        (answer,) = await ask_all(self.resolver, [(target, "TXT")])
        self.answers.append(answer)
        records, _ = _split(answer)
        if not answer.settled:
            return SpfTerm(term.text, 1, 0, None)
        if len(records) != 1:
            key = f"{term.kind}-{'several' if records else 'without-record'}"
            # Void means no record of the type at all; a name with other texts is not void (section 4.6.4).
            return SpfTerm(term.text, 1, int(not answer.records), (), fault=key)
        children = await self.record(spf.parse(records[0]), target, (*path, target))
        networks = [c.networks for c in children]
        known = None not in networks
        return SpfTerm(
            term.text,
            1 + sum(c.lookups for c in children),
            sum(c.voids for c in children),
            tuple(n for group in networks for n in group or ()) if known else None,
            children,
            fault=f"{term.kind}-fault" if any(c.fault for c in children) else "",
        )


def _exchanges(answer: Answer) -> list[Mx]:
    return [r for r in answer.records if isinstance(r, Mx)]
