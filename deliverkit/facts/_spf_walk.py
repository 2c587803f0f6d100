"""The tree below an SPF record, asked breadth first and at once, as if no term matched: what each term costs and
stands for, and the faults that would end evaluation there (RFC 7208 sections 4.6.4, 5 and 6.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from deliverkit.facts._asking import addresses, ask
from deliverkit.facts.values import SpfTerm
from deliverkit.model.answer import Answer, Mx
from deliverkit.records import spf
from deliverkit.records.spf import MAX_LOOKUPS, MAX_MX
from deliverkit.resolver import Resolver

# A tree that is hostile or broken is not followed for ever; four times the limit tells enough.
MAX_NODES = 4 * MAX_LOOKUPS

FAULTS = {
    "include-without-record": "spf-include-without-record",
    "redirect-without-record": "spf-redirect-without-record",
    "include-loop": "spf-include-loop",
    "redirect-loop": "spf-include-loop",
    "include-several": "spf-include-broken",
    "redirect-several": "spf-include-broken",
    "include-syntax": "spf-include-broken",
    "redirect-syntax": "spf-include-broken",
    "too-many-mx": "spf-too-many-mx",
}
"""Faults of a term that end evaluation in permerror, and the check that tells each."""


def split(answer: Answer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SPF records and the other texts."""
    texts = answer.texts
    return tuple(t for t in texts if spf.is_spf(t)), tuple(t for t in texts if not spf.is_spf(t))


def spoilt(record: spf.SpfRecord) -> bool:
    """Whether a syntax error ends every evaluation of the record, wherever it stands (RFC 7208 section 4.6)."""
    return any(term.breaks for term in record.terms)


def reached(record: spf.SpfRecord) -> tuple[spf.Term, ...]:
    """The terms that evaluation can come to: nothing behind ``all`` (RFC 7208 section 5.1), and no ``redirect``
    where an ``all`` stands anywhere (section 6.1)."""
    end = record.all
    if end is None:
        return record.terms
    before = record.terms[: record.terms.index(end) + 1]
    return tuple(t for t in before if t.kind != "redirect" or t.qualifier)


class Walker:
    """One walk of the tree. ``family``: A or AAAA, which of the two questions for an address a receiver asks
    (RFC 7208 section 5), and so which can be void. ``answers``: everything that was asked, in order."""

    def __init__(self, resolver: Resolver, family: str) -> None:
        self.resolver = resolver
        self.family = family
        self.answers: list[Answer] = []
        self.nodes = 0

    async def record(self, record: spf.SpfRecord, domain: str, path: tuple[str, ...]) -> tuple[SpfTerm, ...]:
        """The terms of one record with their costs; terms behind ``all`` are never evaluated (section 5.1)."""
        return tuple(await asyncio.gather(*(self.term(t, domain, path) for t in reached(record))))

    async def term(self, term: spf.Term, domain: str, path: tuple[str, ...]) -> SpfTerm:
        if term.fault:
            return SpfTerm(term.text, 0, 0, (), fault="syntax" if term.breaks else "")
        if term.kind in {"ip4", "ip6"}:
            return SpfTerm(term.text, 0, 0, (term.value,))
        if term.kind not in spf.QUERYING:
            return SpfTerm(term.text, 0, 0, ())
        self.nodes += 1
        if term.has_macro or term.kind in {"ptr", "exists"} or self.nodes > MAX_NODES:
            far = self.nodes > MAX_NODES
            void = term.kind == "exists" and not term.has_macro and not far
            return await self._exists(term) if void else SpfTerm(term.text, 1, 0, None, open=far)
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
        networks: list[str] = []
        void = False
        known = True
        for answer in found:
            bits = term.prefix6 if answer.question.rtype == "AAAA" else term.prefix4
            networks += [ip if bits is None else f"{ip}/{bits}" for ip in answer.names]
            # A term counts once, however many of its names are void (section 4.6.4).
            void = void or (answer.question.rtype == self.family and answer.settled and not answer.records)
            known = known and answer.settled
        return SpfTerm(term.text, lookups, int(void), tuple(networks) if known else None, open=not known)

    async def _exists(self, term: spf.Term) -> SpfTerm:
        answer = await ask(self.resolver, term.value, "A")
        self.answers.append(answer)
        void = answer.settled and not answer.records
        return SpfTerm(term.text, 1, int(void), () if void else None, open=not answer.settled)

    async def _mx(self, term: spf.Term, target: str) -> SpfTerm:
        mx = await ask(self.resolver, target, "MX")
        self.answers.append(mx)
        if not mx.settled:
            return SpfTerm(term.text, 1, 0, None, open=True)
        if not mx.records:
            return SpfTerm(term.text, 1, 1, ())
        hosts = [r.exchange for r in sorted(_exchanges(mx), key=lambda r: (r.preference, r.exchange))]
        if len(hosts) > MAX_MX:
            return SpfTerm(term.text, 1, 0, (), fault="too-many-mx", target=target)
        found = await asyncio.gather(*(self._ask_addresses(h) for h in hosts if h))
        return self._addresses(term, 1, [answer for pair in found for answer in pair])

    async def _other_record(self, term: spf.Term, target: str, path: tuple[str, ...]) -> SpfTerm:
        if target in path:
            return SpfTerm(term.text, 1, 0, (), fault=f"{term.kind}-loop", target=target)
        answer = await ask(self.resolver, target, "TXT")
        self.answers.append(answer)
        records, _ = split(answer)
        if not answer.settled:
            return SpfTerm(term.text, 1, 0, None, target=target, open=True)
        if len(records) != 1:
            key = f"{term.kind}-{'several' if records else 'without-record'}"
            # Evaluation ends here, so that no further look-up could make this one a void too many.
            return SpfTerm(term.text, 1, 0, (), fault=key, target=target)
        record = spf.parse(records[0])
        children = await self.record(record, target, (*path, target))
        networks = [c.networks for c in children if c.passing]
        known = None not in networks
        return SpfTerm(
            term.text,
            1 + sum(c.lookups for c in children),
            sum(c.voids for c in children),
            tuple(n for group in networks for n in group or ()) if known else None,
            children,
            fault=_inherited(term, record, children),
            target=target,
        )


def _inherited(term: spf.Term, record: spf.SpfRecord, children: Iterable[SpfTerm]) -> str:
    """``include-syntax`` where the record there has an error of its own, ``include-fault`` where what it leads to
    has."""
    if spoilt(record):
        return f"{term.kind}-syntax"
    return f"{term.kind}-fault" if any(child.fault for child in children) else ""


def _exchanges(answer: Answer) -> list[Mx]:
    return [r for r in answer.records if isinstance(r, Mx)]
