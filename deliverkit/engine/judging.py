"""Judging settled facts only. This is where UNKNOWN and SKIPPED come from, so that no check has to care."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deliverkit.engine import weigh
from deliverkit.engine.registry import Check
from deliverkit.facts.values import Fact, Seen
from deliverkit.model.answer import Answer, Question
from deliverkit.model.report import Outcome, Reason
from deliverkit.model.subject import OPT_IN
from deliverkit.model.verdict import Verdict


def judge(check: Check, seens: Sequence[Seen[Any]]) -> tuple[Outcome, ...]:
    """One outcome for each thing the check looks at; ``seens`` in the order of ``check.wants``."""
    missing = tuple(dict.fromkeys(s.missing for s in seens if s.missing))
    if any(s.missing and not s.facts for s in seens):
        decided = tuple(a for s in seens if s.missing for a in s.rests_on)
        return (_without(check, "", Verdict.SKIPPED, _wanting(missing), decided),)
    for seen in seens:
        if not seen.facts and not _open(seen.rests_on):
            reason = Reason("not-applicable", (seen.absent,))
            return (_without(check, "", Verdict.SKIPPED, reason, seen.rests_on),)
    outcomes = [_judge_one(check, scope, facts) for scope, facts in _join(seens)]
    unseen = tuple(a for s in seens if _open(s.rests_on) for a in s.rests_on)
    if unseen:
        reason = Reason("open-questions", tuple(str(q) for q in _open(unseen)))
        outcomes.append(_without(check, "", Verdict.UNKNOWN, reason, unseen))
    if missing:
        outcomes.append(_without(check, "", Verdict.SKIPPED, _wanting(missing), ()))
    return tuple(outcomes)


def _wanting(options: tuple[str, ...]) -> Reason:
    """A look that nobody asked for leaves no gap in what was to be looked at."""
    return Reason("opt-in" if OPT_IN.issuperset(options) else "not-given", options)


def _judge_one(check: Check, scope: str, facts: tuple[Fact, ...]) -> Outcome:
    answers = tuple(dict.fromkeys(a for f in facts for a in f.rests_on))
    severity = weigh.weight(check, facts)
    rests_on = tuple(a.question for a in answers)
    gaps = _open(answers)
    doubts = tuple(f.doubt for f in facts if f.doubt)
    if (gaps and not check.rule.tolerates_gaps) or doubts:
        reason = Reason("open-questions", tuple(map(str, gaps))) if gaps else Reason("doubt", doubts)
        return Outcome(check.id, scope, severity, Verdict.UNKNOWN, (), reason, rests_on)
    findings = tuple(weigh.finding(check, scope, d, severity, answers) for d in check.judge(*facts))
    if findings:
        return Outcome(check.id, scope, severity, Verdict.FAIL, findings, None, rests_on)
    if gaps:
        reason = Reason("open-questions", tuple(map(str, gaps)))
        return Outcome(check.id, scope, severity, Verdict.UNKNOWN, (), reason, rests_on)
    signs = tuple(sign for f in facts for sign in f.signs)
    praise = Reason("good-sign", signs) if signs else None
    return Outcome(check.id, scope, severity, Verdict.PASS, (), praise, rests_on)


def _join(seens: Sequence[Seen[Any]]) -> list[tuple[str, tuple[Fact, ...]]]:
    """Facts of equal scope belong together; a fact without scope belongs to every one."""
    scopes = dict.fromkeys(f.scope for s in seens for f in s.facts if f.scope) or {"": None}
    joined = []
    for scope in scopes:
        row = [next((f for f in s.facts if f.scope in ("", scope)), None) for s in seens]
        if all(f is not None for f in row):
            joined.append((scope, tuple(f for f in row if f is not None)))
    return joined


def _open(answers: Sequence[Answer]) -> tuple[Question, ...]:
    return tuple(a.question for a in answers if not a.settled)


def _without(
    check: Check, scope: str, verdict: Verdict, reason: Reason, answers: tuple[Answer, ...]
) -> Outcome:
    rests_on = tuple(dict.fromkeys(a.question for a in answers))
    return Outcome(check.id, scope, check.rule.severity, verdict, (), reason, rests_on)
