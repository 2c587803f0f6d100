"""MTA-STS policy does not enforce anything

What it checks
--------------
The MTA-STS policy is in `enforce` mode. A policy with `mode: none`, which takes MTA-STS back, is told too.

Why mail bounces
----------------
No mail of yours bounces because of it. In `testing` mode senders report what goes wrong and deliver all the
same, so nobody who sits in between is kept out.

Remedy
------
Stay in testing mode for some weeks and read the TLS reports. When they show no failures, change the mode to
`enforce`, and change the `id=` in the record after that. A policy in mode `none` has done its work when the old
one has run out at every sender; then take record and policy away.
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
    sources=("RFC 8461 section 5", "RFC 8461 section 8.3"),
    since="0.1",
)


def judge(policy: MtaStsPolicy) -> Iterator[Draft]:
    if policy.mode == "enforce" or (policy.mode == "testing" and policy.unlisted):
        return  # with a host left out, enforcing would keep mail away
    url = mta_sts.url(policy.domain)
    renewed = mta_sts.record(policy.record, renewed=True)
    if policy.mode == "none":
        remedy = Remedy("take-away", (mta_sts.withdraw(policy.domain, policy.aliases),), data={"url": url})
    else:
        served = mta_sts.policy("enforce", policy.patterns, policy.max_age)
        changes = (
            mta_sts.serve(policy.domain, served),
            mta_sts.publish(policy.domain, renewed, policy.aliases),
        )
        remedy = Remedy("enforce", changes, data={"url": url}, safe=False, waits=True)
    yield Draft(policy.mode, Place(url, "GET"), {"domain": policy.domain, "url": url}, remedy)
