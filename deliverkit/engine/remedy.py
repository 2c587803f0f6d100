"""Proving fixes: a remedy is laid over the observed world and judged again before anybody is told to publish it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from deliverkit.engine.audit import report
from deliverkit.engine.compare import compare
from deliverkit.engine.registry import Check
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.report import Finding, Plan, Report, Step
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.overlay import Overlay

# A fix can bring another fault to light (a record that now parses, an envelope that now aligns); this many
# rounds of fixing and judging again are enough for everything the checks can say, and end a quarrel of two.
_ROUNDS = 8

Key = tuple[str, str, str]


def apply(remedies: Iterable[Remedy], subject: Subject, resolver: Resolver) -> tuple[Subject, Resolver]:
    """The stream and the world as they would be with these remedies, in order."""
    settings: dict[str, str] = {}
    changes: list[RecordChange] = []
    for remedy in remedies:
        settings |= {s.field: s.value for s in remedy.settings}
        changes += remedy.changes
    changed = dataclasses.replace(subject, **settings)  # type: ignore[arg-type]
    return changed, Overlay(changes, resolver) if changes else resolver


async def plan(found: Report, resolver: Resolver, checks: Sequence[Check]) -> Plan:
    """Fix, judge again, fix what came to light, until nothing is left that has a remedy.

    ``resolver`` should hold the answers of the audit (cached or recorded): only questions that the fixes
    bring are new.
    """
    taken: list[tuple[Key, Remedy]] = []
    solved_by: dict[Key, Key] = {}
    tried: set[Key] = set()
    current = found
    for _ in range(_ROUNDS):
        chosen = _choose(current.findings, tried, current.subject)
        if not chosen:
            break
        tried |= {f.key for f, _ in chosen}
        before, taken = taken, taken + [(f.key, remedy) for f, remedy in chosen]
        after = await _judged_with(taken, found.subject, resolver, checks)
        gone = {f.key for f in current.findings} - {f.key for f in after.findings}
        own = {f.key for f, _ in chosen}
        solved_by |= {key: key for key in gone & own}
        if gone - own:  # something was solved by the way: by which of them?
            for f, remedy in chosen:
                alone = await _judged_with([*before, (f.key, remedy)], found.subject, resolver, checks)
                solved_by |= dict.fromkeys(gone - own - {left.key for left in alone.findings}, f.key)
        current = after
    return Plan(
        steps=_steps(taken, solved_by, found.findings),
        left=current.findings,
        introduced=compare(found, current).introduced,
    )


async def _judged_with(
    taken: Sequence[tuple[Key, Remedy]], subject: Subject, resolver: Resolver, checks: Sequence[Check]
) -> Report:
    changed, world = apply((remedy for _, remedy in taken), subject, resolver)
    return await report(changed, world, checks)


def _choose(findings: Sequence[Finding], tried: set[Key], subject: Subject) -> list[tuple[Finding, Remedy]]:
    """The most urgent remedies that do not touch one another, so that each is judged on its own. Where the
    stream is to leave its envelope domain, nothing is mended there."""
    chosen: list[tuple[Finding, Remedy]] = []
    touched: set[tuple[str, str]] = set()
    open_ones = [f for f in findings if f.remedy is not None and f.key not in tried]
    moves = any(s.field == "mail_from" for f in open_ones if f.remedy for s in f.remedy.settings)
    for finding in open_ones:
        if finding.remedy is None or (moves and _leaves(finding.remedy, subject)):
            continue
        touches = _touches(finding.remedy)
        if touches and not touches & touched:
            chosen.append((finding, finding.remedy))
            touched |= touches
    return chosen


def _leaves(remedy: Remedy, subject: Subject) -> bool:
    old = subject.envelope_domain
    return old != subject.domain and any(c.name == old or c.name.endswith(f".{old}") for c in remedy.changes)


def _touches(remedy: Remedy) -> set[tuple[str, str]]:
    return {(c.name, c.rtype) for c in remedy.changes} | {("", s.field) for s in remedy.settings}


def _steps(
    taken: Sequence[tuple[Key, Remedy]], solved_by: dict[Key, Key], findings: Sequence[Finding]
) -> tuple[Step, ...]:
    """Remedies that touch the same RRset or setting are one step, shown as what finally has to stand there."""
    groups: list[list[tuple[Key, Remedy]]] = []
    for key, remedy in taken:
        home = next((g for g in groups if any(_touches(r) & _touches(remedy) for _, r in g)), None)
        if home is None:
            groups.append([(key, remedy)])
        else:
            home.append((key, remedy))
    known = {f.key for f in findings}
    steps = []
    for group in groups:
        keys = {key for key, _ in group}
        solved = tuple(k for k, by in solved_by.items() if by in keys and k in known)
        changes = _final([c for _, r in group for c in r.changes])
        settings = {s.field: s for _, r in group for s in r.settings}
        steps.append(Step(tuple(group), changes, tuple(settings.values()), solved))
    return tuple(steps)


def _final(changes: Sequence[RecordChange]) -> tuple[RecordChange, ...]:
    """What is left to do when every change is made in order: a replacement makes earlier ones needless."""
    final: list[RecordChange] = []
    for change in changes:
        if change.action is Action.REPLACE:
            final = [c for c in final if (c.name, c.rtype) != (change.name, change.rtype)]
        if change not in final:
            final.append(change)
    return tuple(final)
