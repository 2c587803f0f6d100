"""MTA-STS policy is kept for a short time only

What it checks
--------------
A policy in `enforce` mode has a `max_age` of a week (604800 seconds) or more.

Why mail bounces
----------------
No mail of yours bounces because of it. A sender protects mail to you as long as it knows the policy. Who can
cut a sender off from the policy for a short time waits until it is forgotten, and has won. RFC 8461 expects
weeks.

Remedy
------
Raise `max_age` to a week at least, several weeks when your mail hosts seldom change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import mta_sts

if TYPE_CHECKING:
    from deliverkit.facts.values import MtaStsPolicy

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8461 section 3.2", "RFC 8461 section 10.2"),
    since="0.1",
)


def judge(policy: MtaStsPolicy) -> Iterator[Draft]:
    if policy.mode != "enforce" or policy.max_age >= mta_sts.A_WEEK:
        return
    url = mta_sts.url(policy.domain)
    yield Draft(
        "short",
        Place(url, "GET"),
        {"domain": policy.domain, "url": url, "seconds": policy.max_age},
        Remedy(
            "raise",
            (
                mta_sts.serve(policy.domain, mta_sts.policy("enforce", policy.patterns)),
                mta_sts.publish(policy.domain, mta_sts.record(policy.record, renewed=True), policy.aliases),
            ),
            data={"url": url},
        ),
    )
