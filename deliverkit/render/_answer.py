"""What every format says first: which codes, what stands in the way of knowing, and whether the plan holds."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.model.report import Outcome, Plan, Report, Step
from deliverkit.model.verdict import Likelihood, Severity, Stage, Verdict


@dataclass(frozen=True, slots=True)
class Predicted:
    """One bounce code: how its worst cause weighs, how likely and how early it bites, and all its checks."""

    code: int
    severity: Severity
    likelihood: Likelihood
    stage: Stage
    checks: tuple[str, ...]


def predicted(report: Report) -> tuple[Predicted, ...]:
    """The codes to expect, the worst first. A NOTE harms nothing today, so its codes are not predicted."""
    rows = []
    for code, findings in report.by_bounce().items():
        causes = [
            (f.severity, c.likelihood, -c.stage, f.id)
            for f in findings
            for c in f.consequences
            if c.code == code and f.severity > Severity.NOTE
        ]
        if causes:
            severity, likelihood, stage, _ = max(causes)
            checks = tuple(sorted({check_id for *_, check_id in causes}))
            rows.append(Predicted(code, severity, likelihood, Stage(-stage), checks))
    return tuple(rows)


def having_reason(report: Report, verdict: Verdict, key: str) -> tuple[Outcome, ...]:
    return tuple(o for o in report.with_verdict(verdict) if o.reason and o.reason.key == key)


def by_reason(report: Report, verdict: Verdict, key: str) -> dict[str, tuple[Outcome, ...]]:
    """Outcomes by each item of their reason (an option, a circumstance, a question, a doubt), sorted by item."""
    rows: dict[str, list[Outcome]] = {}
    for outcome in having_reason(report, verdict, key):
        for item in outcome.reason.data if outcome.reason else ():
            rows.setdefault(item, []).append(outcome)
    return {item: tuple(rows[item]) for item in sorted(rows)}


def is_optional(step: Step, report: Report) -> bool:
    """Whether a step solves nothing that harms today."""
    solved = (f for f in report.findings if f.key in step.solves)
    return all(f.severity is Severity.NOTE for f in (*step.cures, *solved))


def is_proven(plan: Plan) -> bool:
    """Whether each fix of the plan does away with its finding, and none brings a new one."""
    meant = {f.key for step in plan.steps for f in step.cures}
    return not plan.introduced and not any(f.key in meant for f in plan.left)
