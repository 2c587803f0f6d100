"""Two reports of the same stream: what is new, what is gone, what stayed."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.model.report import Finding, Report
from deliverkit.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """``introduced``: findings whose check had passed, or had nothing to judge, before. ``present``: findings
    that were there before, or where the check could not tell before: such a one is never "introduced"."""

    introduced: tuple[Finding, ...]
    solved: tuple[Finding, ...]
    present: tuple[Finding, ...]


def compare(before: Report, after: Report) -> Comparison:
    was = {f.key for f in before.findings}
    now = {f.key for f in after.findings}
    unclear = {(o.check_id, o.scope) for o in before.with_verdict(Verdict.UNKNOWN)}
    blind = {check_id for check_id, scope in unclear if not scope}

    def is_new(f: Finding) -> bool:
        return f.key not in was and (f.id, f.scope) not in unclear and f.id not in blind

    return Comparison(
        introduced=tuple(f for f in after.findings if is_new(f)),
        solved=tuple(f for f in before.findings if f.key not in now),
        present=tuple(f for f in after.findings if not is_new(f)),
    )
