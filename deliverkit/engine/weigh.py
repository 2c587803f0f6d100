"""From a draft to a finding: which bounces it causes, with the receivers' replies."""

from __future__ import annotations

from deliverkit.bounces import replies
from deliverkit.engine.registry import Check
from deliverkit.facts.values import Fact
from deliverkit.model.answer import Answer
from deliverkit.model.bounce import Consequence, Reply
from deliverkit.model.report import Finding
from deliverkit.model.rule import Draft
from deliverkit.model.verdict import Severity


def weight(check: Check, facts: tuple[Fact, ...]) -> Severity:
    """What a failure on these facts weighs at most."""
    return min([check.rule.severity, *(f.ceiling for f in facts if f.ceiling is not None)])


def finding(
    check: Check, scope: str, draft: Draft, severity: Severity, evidence: tuple[Answer, ...]
) -> Finding:
    """``severity``: the most it may weigh; the draft can only lower it."""
    bounces = check.rule.bounces if draft.bounces is None else draft.bounces
    return Finding(
        id=check.id,
        scope=scope,
        severity=min(severity, draft.severity or severity),
        place=draft.place,
        message=draft.message,
        data=draft.data,
        evidence=evidence,
        consequences=tuple(
            Consequence(b.code, b.likelihood, b.stage, _replies(check.id, b.code, draft), b.inbound)
            for b in bounces
        ),
        remedy=draft.remedy,
        sources=tuple(s for s in check.rule.sources if _speaks(s, check.id, draft)),
        spoofing=_least(check.rule.spoofing, draft.spoofing),
    )


def _speaks(source: str, check_id: str, draft: Draft) -> bool:
    """Whether a source is one of this finding: a receiver is not, where its replies follow from others only."""
    known = replies.replies(check_id, receivers={source.partition(" ")[0]})
    return not known or any(replies.matches(r, draft.message, draft.data) for r in known)


def _least(most: Severity | None, lowered: Severity | None) -> Severity | None:
    return most if most is None or lowered is None else min(most, lowered)


def _replies(check_id: str, code: int, draft: Draft) -> tuple[Reply, ...]:
    known = replies.replies(check_id, code)
    return tuple(r for r in known if replies.fits(r, draft.message, draft.data))
