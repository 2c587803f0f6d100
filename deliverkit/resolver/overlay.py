"""Proposed records over the world below: what would be answered, had they been published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.remedy import Action, RecordChange
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import ancestors

PROPOSED = Origin("proposed")

MAX_ALIASES = 16


@dataclass(frozen=True, slots=True)
class _RRset:
    """What stands at one name: the records of the type asked for, or the target of a CNAME in their place."""

    values: tuple[Rdata, ...]
    alias: str | None
    ttl: int | None


_NOTHING = _RRset((), None, None)


class Overlay:
    """Lays ``changes`` over ``below``, RRset by RRset, each change on top of those before it.

    * ``REPLACE`` needs no answer from below, so it settles a question that is unsettled there; ``ADD`` and
      ``REMOVE`` leave it unsettled.
    * A CNAME makes every other type at its name follow it; records put where a CNAME stands hide it for their
      type.
    * A name that gains its first record, and every name above it, is NODATA for other types, no longer
      NXDOMAIN. An RRset that loses its last record is NODATA.
    * A wildcard (RFC 4592) answers for names that do not exist below, or that a wildcard answers for there,
      which shows in equal answers.

    Blanks in names and values are filled with their samples. Where the proposal decided, the origin is ``PROPOSED``.
    """

    def __init__(self, changes: Sequence[RecordChange], below: Resolver) -> None:
        self._below = below
        self._changes: dict[str, list[RecordChange]] = {}
        for change in changes:
            place = Question(_fill(change.name, change), change.rtype)
            filled = replace(change, name=place.name, rtype=place.rtype, values=_filled(change))
            if filled.values or filled.action is not Action.ADD:
                self._changes.setdefault(place.name, []).append(filled)
        grown = [name for name, here in self._changes.items() if _leaves_records(here)]
        self._existing = frozenset((*grown, *(above for name in grown for above in ancestors(name))))

    async def ask(self, question: Question) -> Answer:
        return await self._resolve(question, frozenset())

    async def _resolve(
        self, question: Question, passed: frozenset[str], seen: Answer | None = None
    ) -> Answer:
        """``passed``: the names that aliases led through; ``seen``: the answer from below, if it is known."""
        if question.name in passed or len(passed) > MAX_ALIASES:
            detail = f"the proposed aliases (CNAME) form a circle, or a chain of more than {MAX_ALIASES}"
            return Answer(question, Status.SERVFAIL, origin=PROPOSED, detail=detail)
        changes = self._at(question.name, question.rtype)
        if any(change.action is Action.REPLACE for change in changes):
            return await self._proposed(question, passed, _applied(changes, question.rtype, _NOTHING))
        seen = seen or await self._below.ask(question)
        wildcard = None if changes else await self._wildcard(question, seen)
        if isinstance(wildcard, Answer):
            return wildcard
        if wildcard:
            changes = self._at(wildcard, question.rtype)
            if seen.status is Status.NXDOMAIN and wildcard in self._existing:
                seen = replace(seen, status=Status.NODATA, origin=PROPOSED)
        if changes and not seen.settled:
            return seen
        before = (
            _RRset((), seen.aliases[0], seen.ttl) if seen.aliases else _RRset(seen.records, None, seen.ttl)
        )
        after = _applied(changes, question.rtype, before)
        if (before.values, before.alias) == (after.values, after.alias):
            return await self._unchanged(question, passed, seen)
        return await self._proposed(question, passed, after)

    async def _proposed(self, question: Question, passed: frozenset[str], rrset: _RRset) -> Answer:
        if rrset.alias is None:
            status = Status.OK if rrset.values else Status.NODATA
            return Answer(question, status, rrset.values, ttl=rrset.ttl, origin=PROPOSED)
        rest = await self._resolve(Question(rrset.alias, question.rtype), passed | {question.name})
        return replace(_behind(question, (rrset.alias,), rrset.ttl, rest), authenticated=False)

    async def _unchanged(self, question: Question, passed: frozenset[str], seen: Answer) -> Answer:
        """No change at this name; but there may be one where its aliases lead."""
        for count, alias in enumerate(seen.aliases, 1):
            if self._at(alias, question.rtype) or self._wildcards_over(alias):
                known = replace(seen, question=Question(alias, question.rtype), aliases=seen.aliases[count:])
                rest = await self._resolve(known.question, passed | {question.name}, known)
                return _behind(question, seen.aliases[:count], seen.ttl, rest)
        last = seen.aliases[-1] if seen.aliases else question.name
        if seen.status is Status.NXDOMAIN and last in self._existing:
            return replace(seen, status=Status.NODATA, origin=PROPOSED)
        return seen

    def _at(self, name: str, rtype: str) -> list[RecordChange]:
        return [change for change in self._changes.get(name, ()) if change.rtype in (rtype, "CNAME")]

    def _wildcards_over(self, name: str) -> list[str]:
        """The changed wildcards that could answer for ``name``, nearest first."""
        if name in self._existing:
            return []
        return [wild for above in ancestors(name) if (wild := f"*.{above}") in self._changes]

    async def _wildcard(self, question: Question, seen: Answer) -> str | Answer | None:
        """The changed wildcard that answers ``question``, or the unsettled answer that leaves it open."""
        wildcards = self._wildcards_over(question.name)
        if not wildcards:
            return None
        if seen.aliases:
            for wild in wildcards:
                below = await self._below.ask(Question(wild, question.rtype))
                if (below.aliases, below.records) == (seen.aliases, seen.records):
                    return wild
            return None
        if seen.status is not Status.NXDOMAIN:
            for wild in wildcards if seen.records else ():
                if (await self._below.ask(Question(wild, question.rtype))).records == seen.records:
                    return wild
            return None
        for above in ancestors(question.name):
            if (wild := f"*.{above}") in wildcards:
                return wild
            # RFC 4592 section 3.3.1: only a wildcard right below the closest existing name counts.
            encloser = await self._below.ask(Question(above, question.rtype))
            if not encloser.settled:
                return replace(encloser, question=question)
            if encloser.status is not Status.NXDOMAIN or above in self._existing:
                return None
        return None


def _applied(changes: Iterable[RecordChange], rtype: str, rrset: _RRset) -> _RRset:
    for change in changes:
        values, alias, ttl = rrset.values, rrset.alias, change.ttl
        match change.action, change.rtype == rtype:
            case Action.REPLACE, True:
                rrset = _RRset(_united((), change.values), None, ttl)
            case Action.ADD, True:
                rrset = _RRset(_united(values, change.values), None, ttl)
            case Action.REMOVE, True:
                rrset = replace(rrset, values=_without(values, change.values))
            case Action.REPLACE, False:
                rrset = _RRset((), _target(change), ttl)
            case Action.ADD, False:
                rrset = _RRset((), alias or _target(change), ttl)
            case Action.REMOVE, False if not change.values or alias in change.values:
                rrset = replace(rrset, alias=None)
    return rrset


def _target(cname: RecordChange) -> str | None:
    return next((value for value in cname.values if isinstance(value, str)), None)


def _united(old: Iterable[Rdata], new: Iterable[Rdata]) -> tuple[Rdata, ...]:
    united: dict[Rdata, Rdata] = {}
    for value in (*old, *new):
        united.setdefault(_content(value), value)
    return tuple(united.values())


def _without(old: Iterable[Rdata], gone: Iterable[Rdata]) -> tuple[Rdata, ...]:
    contents = {_content(value) for value in gone}
    return tuple(value for value in old if contents and _content(value) not in contents)


def _content(value: Rdata) -> Rdata:
    """What makes two values the same record to a reader: where a TXT record is cut does not count."""
    return value.text if isinstance(value, Txt) else value


def _leaves_records(changes: Iterable[RecordChange]) -> bool:
    """Whether the name surely has records afterwards, whatever it had before."""
    rtypes = {change.rtype for change in changes}
    return any(
        _applied([change for change in changes if change.rtype == rtype], rtype, _NOTHING).values
        for rtype in rtypes
    )


def _behind(question: Question, path: tuple[str, ...], ttl: int | None, rest: Answer) -> Answer:
    """The answer ``rest``, reached from ``question`` through the aliases of ``path``."""
    ttls = [seconds for seconds in (ttl, rest.ttl) if seconds is not None]
    return replace(rest, question=question, aliases=path + rest.aliases, ttl=min(ttls, default=None))


def _fill(text: str, change: RecordChange) -> str:
    for placeholder, sample in change.blanks:
        text = text.replace(placeholder, sample)
    return text


def _filled(change: RecordChange) -> tuple[Rdata, ...]:
    """The values of ``change`` with the samples in the place of its blanks."""

    def fill(text: str) -> str:
        return _fill(text, change)

    def filled(value: Rdata) -> Rdata:
        match value:
            case Txt():
                text = fill(value.text)
                return value if text == value.text else Txt.of(text)
            case Mx():
                return replace(value, exchange=fill(value.exchange))
            case Soa():
                return replace(value, mname=fill(value.mname), rname=fill(value.rname))
            case _:
                return fill(value)

    return tuple(filled(value) for value in change.values)
