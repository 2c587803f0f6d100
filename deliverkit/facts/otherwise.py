"""Seeing what passes beside one key or beside SPF: it tells how much the failure of that one weighs. It decides no
verdict, so no fact rests on it; what was not given, or got no usable answer, neither passes nor fails."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from deliverkit.facts import alignment, dkim, spf, spf_parts
from deliverkit.facts.values import (
    Beside,
    DkimKey,
    DkimSelector,
    Seen,
    SpfFact,
    SpfMailHosts,
    SpfOpinion,
    SpfRecords,
    SpfReferences,
    SpfSoundText,
    SpfStrings,
    SpfText,
    SpfTree,
    SpfVerdict,
)
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records.dkim import looks_like_key
from deliverkit.records.dkim_edit import padded
from deliverkit.records.spf import MAX_LOOKUPS, MAX_VOIDS
from deliverkit.resolver import Resolver

# What stands for itself is told at once, and does not wait for what passes beside it. In an audit of all checks the
# questions are the ones that alignment asks at the same time.


# --- beside a key -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Passing:
    """``spf``: whether SPF passes in alignment for every given address. ``keys``: the key names that can pass so, and
    ``open``: those of which it cannot be told."""

    spf: Beside = Beside.FAIL
    keys: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()

    def beside(self, key_name: str) -> Beside:
        if self.spf is Beside.PASS or self.keys - {key_name}:
            return Beside.PASS
        return Beside.UNKNOWN if self.spf is Beside.UNKNOWN or self.open - {key_name} else Beside.FAIL


async def _passing(subject: Subject, resolver: Resolver) -> _Passing:
    (ids, results), asked = await asyncio.gather(
        alignment.with_spf(subject, resolver), dkim.answers(subject, resolver)
    )
    usable = {name: _usable(selector, name, answer) for selector, name, answer in asked}
    if isinstance(ids, Seen):
        # Without a DMARC record nobody asks for alignment.
        if ids.absent != "dmarc-missing":
            return _Passing()
        settled = alignment.settled(ids.rests_on)
        aligned = {name: _when(True, settled) for name in usable}
        envelope = _when(True, settled)
    else:
        here = {key.answer.question.name: key for key in ids.keys}
        aligned = {
            name: _when(
                key in ids.dkim_aligned,
                alignment.settled((*ids.rests_on, key.answer, *ids.because(key.domain))),
            )
            for name, key in here.items()
        }
        envelope = _when(ids.spf_aligned, alignment.settled((*ids.rests_on, *ids.because(ids.envelope))))
    by_spf = [_when(r.result == "pass", alignment.settled(r.rests_on) and not r.wants) for r in results]
    both = {name: _all(usable[name], aligned[name]) for name in usable}
    return _Passing(
        _all(envelope, *(by_spf or [Beside.UNKNOWN])),
        frozenset(name for name, one in both.items() if one is Beside.PASS),
        frozenset(name for name, one in both.items() if one is Beside.UNKNOWN),
    )


def _usable(selector: str, name: str, answer: Answer) -> Beside:
    key = dkim.read(selector, name, answer)
    return _when(key is not None and dkim.usable(key), answer.settled)


def _when(passes: bool, settled: bool) -> Beside:
    return Beside.UNKNOWN if not settled else Beside.PASS if passes else Beside.FAIL


def _all(*of: Beside) -> Beside:
    """Passing takes every one; one that surely fails is enough to fail."""
    return next((worst for worst in (Beside.FAIL, Beside.UNKNOWN) if worst in of), Beside.PASS)


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
    facts = (dataclasses.replace(f, other=passing.beside(f.key_name)) for f in seen.facts)
    return dataclasses.replace(seen, facts=tuple(facts))


# --- beside SPF -------------------------------------------------------------------------------------------

S = TypeVar("S", bound=SpfFact)


async def _by_dkim(subject: Subject, resolver: Resolver) -> Beside:
    """A receiver that asks for SPF or DKIM asks for no alignment, so any usable key counts; checks of DMARC tell where
    alignment matters."""
    found = [_usable(*row) for row in await dkim.answers(subject, resolver)]
    if not found or (Beside.PASS not in found and Beside.UNKNOWN in found):
        return Beside.UNKNOWN
    return Beside.PASS if Beside.PASS in found else Beside.FAIL


async def _beside_spf(
    observe: Callable[[Subject, Resolver], Awaitable[Seen[S]]],
    sound: Callable[[S], bool],
    subject: Subject,
    resolver: Resolver,
) -> Seen[S]:
    """What ``observe`` sees, weighed where not every fact of it is ``sound``."""
    seen = await observe(subject, resolver)
    if all(map(sound, seen.facts)):
        return seen
    other = await _by_dkim(subject, resolver)
    return dataclasses.replace(seen, facts=tuple(dataclasses.replace(f, other=other) for f in seen.facts))


def _within_limits(tree: SpfTree) -> bool:
    return (
        tree.lookups <= MAX_LOOKUPS
        and tree.voids <= MAX_VOIDS
        and not any(node.fault for top in tree.terms for node in top.within)
    )


async def spf_records(subject: Subject, resolver: Resolver) -> Seen[SpfRecords]:
    return await _beside_spf(spf.spf_records, lambda f: len(f.records) == 1, subject, resolver)


async def spf_text(subject: Subject, resolver: Resolver) -> Seen[SpfText]:
    return await _beside_spf(spf.spf_text, lambda f: not f.record.faults, subject, resolver)


async def spf_sound_text(subject: Subject, resolver: Resolver) -> Seen[SpfSoundText]:
    def known(text: SpfSoundText) -> bool:
        return all(t.qualifier or t.kind in {"redirect", "exp"} for t in text.record.terms)

    return await _beside_spf(spf_parts.spf_sound_text, known, subject, resolver)


async def spf_strings(subject: Subject, resolver: Resolver) -> Seen[SpfStrings]:
    return await _beside_spf(spf_parts.spf_strings, lambda f: not f.glued, subject, resolver)


async def spf_tree(subject: Subject, resolver: Resolver) -> Seen[SpfTree]:
    return await _beside_spf(spf.spf_tree, _within_limits, subject, resolver)


async def spf_references(subject: Subject, resolver: Resolver) -> Seen[SpfReferences]:
    return await _beside_spf(spf_parts.spf_references, _within_limits, subject, resolver)


async def spf_mail_hosts(subject: Subject, resolver: Resolver) -> Seen[SpfMailHosts]:
    return await _beside_spf(spf_parts.spf_mail_hosts, _within_limits, subject, resolver)


async def spf_verdicts(subject: Subject, resolver: Resolver) -> Seen[SpfVerdict]:
    return await _beside_spf(spf.sure_verdicts, lambda f: f.result == "pass", subject, resolver)


async def spf_opinions(subject: Subject, resolver: Resolver) -> Seen[SpfOpinion]:
    return await _beside_spf(spf.spf_opinions, lambda f: f.result == f.theirs, subject, resolver)
