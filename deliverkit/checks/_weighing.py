"""What a fault of SPF or DKIM weighs beside the other one."""

from __future__ import annotations

import dataclasses

from deliverkit.facts.values.base import Beside
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft
from deliverkit.model.verdict import Likelihood, Severity, Stage


def weighed(other: Beside, draft: Draft, stage: Stage) -> Draft:
    """Where the mail passes by the other one, the fault is at most what some receivers mind. Where that could not be
    told, nobody can say more either. Replies that name it the cause of no pass at all do not follow."""
    if other is Beside.FAIL:
        return draft
    return dataclasses.replace(
        told(other, draft),
        severity=min(draft.severity or Severity.WARNING, Severity.WARNING),
        bounces=(Bounce(941, Likelihood.POSSIBLE, stage),) if draft.bounces is None else draft.bounces,
    )


def told(other: Beside, draft: Draft) -> Draft:
    """The same for a fault that receivers refuse whatever passes beside it: it only tells which replies follow."""
    if other is Beside.FAIL:
        return draft
    return dataclasses.replace(draft, data={**draft.data, "other": str(other)})
