"""Several DMARC records above part the organisation

What it checks
--------------
Where the From domain's own DMARC record applies, or one further up, the names on the way have one record each.
Several records at a name are discarded, and here the domains that the stream uses depend on it: without that
record they no longer belong to one organisation. Where it makes no difference to the stream, nothing is told;
where several records leave the domain without any, `dmarc-several-records` tells it.

Why mail bounces
----------------
Receivers find the organisation of a domain by its DMARC records: the highest one counts. When the record of
`example.com` drops out, `news.example.com` and `bounce.example.com` are strangers to each other, so an envelope or a
signature of the one cannot speak for the other. DMARC fails, and the policy does what it asks for.

Remedy
------
Keep one record at that name and delete the rest. The record that is proposed is the mildest of them, so that no
mail is refused which arrives today.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc as grammar
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import FaultyParent

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.CERTAIN, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.10",
        "RFC 9989 section 4.10.2",
        "gmail 5.7.26 (2025-11)",
        "exchange-online 5.7.509 (2026-11)",
    ),
    since="0.1",
    spoofing=Severity.WARNING,
)
_LIKELIHOOD = {"reject": Likelihood.CERTAIN, "quarantine": Likelihood.LIKELY}


def judge(parent: FaultyParent) -> Iterator[Draft]:
    if not parent.lost:
        return
    enforced = parent.policy in _LIKELIHOOD
    likelihood = _LIKELIHOOD.get(parent.policy, Likelihood.POSSIBLE)
    text = dmarc_edit.mildest(parent.records)
    yield Draft(
        "parts" if parent.aligned else "fails",
        Place(f"_dmarc.{parent.at}", "TXT"),
        {
            "domain": parent.domain,
            "at": parent.at,
            "count": len(parent.records),
            "records": parent.records,
            "lost": parent.lost,
            "policy": parent.policy,
        },
        Remedy(
            "keep-one",
            (dmarc_edit.publish(parent.at, text, parent.aliases),),
            data={"record": text},
            safe=grammar.parse(text).p == "none",
        ),
        severity=Severity.NOTE if parent.aligned else None if enforced else Severity.WARNING,
        bounces=() if parent.aligned else (Bounce(941, likelihood, Stage.DATA),),
    )
