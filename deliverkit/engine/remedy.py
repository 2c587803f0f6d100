"""Proving fixes: a remedy is laid over the observed world and judged again before anybody is told to publish it."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Sequence

from deliverkit.engine.audit import report
from deliverkit.engine.compare import compare
from deliverkit.engine.registry import Check
from deliverkit.facts import selectors
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.report import Finding, Plan, Report, Step
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.overlay import Overlay

# A fix can bring another fault to light (a record that now parses, an envelope that now aligns); this many
# rounds that solve nothing of what they were chosen for are enough for everything the checks can say. Rounds that do
# are not counted, up to a number that no honest record needs: one fault may come to light behind another.
_ROUNDS = 8

_MOST_ROUNDS = 80
_MOST_WEIGHED = 16  # steps: of more, none is tried out for being needless, which costs an audit each

Key = tuple[str, str, str]


def apply(remedies: Iterable[Remedy], subject: Subject, resolver: Resolver) -> tuple[Subject, Resolver]:
    """The stream and the world as they would be with these remedies, in order."""
    settings: dict[str, str | tuple[str, ...]] = {}
    changes: list[RecordChange] = []
    for remedy in remedies:
        settings |= {s.field: s.value for s in remedy.settings}
        changes += remedy.changes
    if isinstance(selector := settings.get("selectors"), str):
        settings["selectors"] = (*subject.selectors, selector)
    changed = dataclasses.replace(subject, **settings)  # type: ignore[arg-type]
    return changed, Overlay(changes, resolver) if changes else resolver


async def plan(found: Report, resolver: Resolver, checks: Sequence[Check]) -> Plan:
    """Fix, judge again, fix what came to light, until nothing is left that has a remedy. What waits is left,
    and counts as nothing new, where anything else is to be done.

    ``resolver`` should hold the answers of the audit (cached or recorded): only questions that the fixes
    bring are new.
    """
    taken: list[Finding] = []
    solved_by: dict[Key, Key] = {}
    current = found
    # What was guessed stays guessed: a fix that is laid over the world shows no selector that the audit has not seen.
    subject = selectors.unguessed(found.subject)
    idle = 0
    for _ in range(_MOST_ROUNDS):
        chosen = _choose(current, {f.key for f in taken})
        if not chosen or idle == _ROUNDS:
            break
        before, taken = taken, taken + chosen
        after = await _judged_with(taken, subject, resolver, checks)
        gone = {f.key for f in current.findings} - {f.key for f in after.findings}
        own = {f.key for f in chosen}
        solved_by |= {key: key for key in gone & own}
        if gone - own:  # something was solved by the way: by which of them?
            for f in chosen:
                alone = await _judged_with([*before, f], subject, resolver, checks)
                solved_by |= dict.fromkeys(gone - own - {left.key for left in alone.findings}, f.key)
        idle += not gone & own
        current = after

    def judged(remedies: Sequence[Finding]) -> Awaitable[Report]:
        return _judged_with(remedies, subject, resolver, checks)

    taken, solved_by = await _without_needless(taken, solved_by, current, judged)
    return Plan(
        steps=_steps(taken, solved_by, found.findings),
        left=current.findings,
        introduced=tuple(f for f in compare(found, current).introduced if not _remedy(f).waits),
    )


async def _without_needless(
    taken: list[Finding],
    solved_by: dict[Key, Key],
    wanted: Report,
    judged: Callable[[Sequence[Finding]], Awaitable[Report]],
) -> tuple[list[Finding], dict[Key, Key]]:
    """The remedies without a step whose findings the other steps solve alone; those count as solved by these."""
    groups = _groups(taken)
    for group in groups if len(groups) <= _MOST_WEIGHED else ():
        own = {f.key for f in group}
        rest = [f for f in taken if f.key not in own]
        if not rest or (await judged(rest)).findings != wanted.findings:
            continue
        solved = {key for key, by in solved_by.items() if by in own}
        for f in rest:
            alone = await judged([f])
            gone = solved - {left.key for left in alone.findings}
            solved_by |= dict.fromkeys(gone, f.key)
            solved -= gone
        solved_by |= dict.fromkeys(solved, rest[-1].key)  # only all of them together do it
        taken = rest
    return taken, solved_by


async def _judged_with(
    taken: Sequence[Finding], subject: Subject, resolver: Resolver, checks: Sequence[Check]
) -> Report:
    changed, world = apply((_remedy(f) for f in taken), subject, resolver)
    return await report(changed, world, checks)


def _choose(current: Report, tried: set[Key]) -> list[Finding]:
    """The most urgent remedies that do not touch one another, so that each is judged on its own. Where the
    stream is to leave its envelope domain, nothing is mended there."""
    open_ones = [f for f in current.findings if f.remedy is not None and f.key not in tried]
    ready = [f for f in open_ones if not _remedy(f).waits]
    open_ones = ready if ready or tried else open_ones
    moves = any(s.field == "mail_from" for f in open_ones for s in _remedy(f).settings)
    chosen: list[Finding] = []
    touched: set[tuple[str, str]] = set()
    for finding in open_ones:
        touches = _touches(finding)
        if touches and not touches & touched and not (moves and _is_left(finding, current.subject)):
            chosen.append(finding)
            touched |= touches
    return chosen


def _is_left(finding: Finding, subject: Subject) -> bool:
    old = subject.envelope_domain
    changes = _remedy(finding).changes
    return old != subject.domain and any(c.name == old or c.name.endswith(f".{old}") for c in changes)


def _remedy(finding: Finding) -> Remedy:
    return finding.remedy or Remedy("")


def _touches(finding: Finding) -> set[tuple[str, str]]:
    remedy = _remedy(finding)
    return {(c.name, c.rtype) for c in remedy.changes} | {("", s.field) for s in remedy.settings}


def _steps(
    taken: Sequence[Finding], solved_by: dict[Key, Key], findings: Sequence[Finding]
) -> tuple[Step, ...]:
    """Remedies that touch the same RRset or setting are one step, shown as what finally has to stand there."""
    groups = _groups(taken)
    known = {f.key for f in findings}
    steps = []
    for group in groups:
        keys = {f.key for f in group}
        solves = tuple(key for key, by in solved_by.items() if by in keys and key in known)
        changes = _final([c for f in group for c in _remedy(f).changes])
        settings = {s.field: s for f in group for s in _remedy(f).settings}
        steps.append(Step(tuple(group), changes, tuple(settings.values()), solves))
    return tuple(steps)


def _groups(taken: Sequence[Finding]) -> list[list[Finding]]:
    groups: list[list[Finding]] = []
    for finding in taken:
        home = next((g for g in groups if any(_touches(f) & _touches(finding) for f in g)), None)
        if home is None:
            groups.append([finding])
        else:
            home.append(finding)
    return groups


def _final(changes: Sequence[RecordChange]) -> tuple[RecordChange, ...]:
    """What is left to do when every change is made in order: a replacement makes earlier ones needless."""
    final: list[RecordChange] = []
    for change in changes:
        if change.action is Action.REPLACE:
            final = [c for c in final if (c.name, c.rtype) != (change.name, change.rtype)]
        if change not in final:
            final.append(change)
    return tuple(final)
