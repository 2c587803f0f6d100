"""Seeing what passes DMARC beside one key or beside SPF: it tells how much the failure of that one weighs. It decides
no verdict, so no fact rests on it; what is not settled counts as not passing."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass
from typing import TypeVar

from deliverkit.facts import alignment, dkim, spf
from deliverkit.facts.values import DkimKey, DkimSelector, Seen, SpfRecords, SpfVerdict
from deliverkit.model.subject import Subject
from deliverkit.records.dkim import looks_like_key
from deliverkit.records.dkim_edit import padded
from deliverkit.resolver import Resolver


@dataclass(frozen=True, slots=True)
class _Passing:
    """``spf``: SPF passes in alignment for every given address. ``keys``: the key names that can pass so."""

    spf: bool = False
    keys: frozenset[str] = frozenset()

    def beside(self, key_name: str) -> bool:
        return self.spf or bool(self.keys - {key_name})


async def _passing(subject: Subject, resolver: Resolver) -> _Passing:
    (ids, results), asked = await asyncio.gather(
        alignment.with_spf(subject, resolver), dkim.answers(subject, resolver)
    )
    if isinstance(ids, Seen):
        if ids.absent != "dmarc-missing" or not alignment.settled(ids.rests_on):
            return _Passing()
        # Without a DMARC record nobody asks for alignment.
        by_spf = [spf.result == "pass" and alignment.settled(spf.rests_on) for spf in results]
        usable = (
            name
            for selector, name, answer in asked
            if answer.settled and (key := dkim.read(selector, name, answer)) and dkim.usable(key)
        )
        return _Passing(bool(by_spf) and all(by_spf), frozenset(usable))
    names = (*ids.rests_on, *ids.because(ids.envelope))
    by_spf = [spf.result == "pass" and alignment.settled((*names, *spf.rests_on)) for spf in results]
    return _Passing(
        ids.spf_aligned and bool(by_spf) and all(by_spf),
        frozenset(
            key.answer.question.name
            for key in ids.dkim_aligned
            if alignment.settled((*ids.rests_on, key.answer, *ids.because(key.domain)))
        ),
    )


# What stands for itself is told at once, and does not wait for what passes beside it. In an audit of all checks the
# questions are the ones that alignment asks at the same time.


async def dkim_selectors(subject: Subject, resolver: Resolver) -> Seen[DkimSelector]:
    seen = await dkim.dkim_selectors(subject, resolver)
    if all(len(f.records) == 1 and looks_like_key(f.records[0]) for f in seen.facts):
        return seen
    return _weighed(seen, await _passing(subject, resolver))


async def dkim_keys(subject: Subject, resolver: Resolver) -> Seen[DkimKey]:
    seen = await dkim.dkim_keys(subject, resolver)
    if all(dkim.usable(f) and padded(f.text) == f.text for f in seen.facts):
        return seen
    return _weighed(seen, await _passing(subject, resolver))


K = TypeVar("K", DkimSelector, DkimKey)


def _weighed(seen: Seen[K], passing: _Passing) -> Seen[K]:
    facts = (dataclasses.replace(f, other_passes=passing.beside(f.key_name)) for f in seen.facts)
    return dataclasses.replace(seen, facts=tuple(facts))


async def spf_verdicts(subject: Subject, resolver: Resolver) -> Seen[SpfVerdict]:
    """A receiver that asks for SPF or DKIM asks for no alignment, so any usable key counts."""
    seen = await spf.sure_verdicts(subject, resolver)
    if all(f.result == "pass" for f in seen.facts):
        return seen
    asked = await dkim.answers(subject, resolver)
    passes = any(a.settled and (k := dkim.read(s, n, a)) and dkim.usable(k) for s, n, a in asked)
    facts = (dataclasses.replace(f, other_passes=passes) for f in seen.facts)
    return dataclasses.replace(seen, facts=tuple(facts))


async def spf_records(subject: Subject, resolver: Resolver) -> Seen[SpfRecords]:
    seen = await spf.spf_records(subject, resolver)
    if all(f.records or f.misspelt or not alignment.settled(f.rests_on) for f in seen.facts):
        return seen
    passing = await _passing(subject, resolver)
    facts = (dataclasses.replace(f, other_passes=bool(passing.keys)) for f in seen.facts)
    return dataclasses.replace(seen, facts=tuple(facts))
