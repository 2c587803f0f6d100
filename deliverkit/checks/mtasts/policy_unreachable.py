"""MTA-STS policy cannot be fetched

What it checks
--------------
Where an MTA-STS record announces a policy, senders can fetch it:
`https://mta-sts.DOMAIN/.well-known/mta-sts.txt` answers with status 200, without a redirect, and with a
certificate that holds for that name.

Why mail bounces
----------------
No mail of yours bounces because of it. Senders that have never seen a policy go on without one. Senders that
know an older policy go by that until it runs out, even where your mail hosts have changed since; then they
refuse to deliver to you.

Remedy
------
Let the web server of that name serve the policy. What is proposed names your mail hosts and is in testing mode,
so that nothing is refused; raise it to `enforce` when the TLS reports are clean. Renew the certificate where
that is the fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import mta_sts

if TYPE_CHECKING:
    from deliverkit.facts.values import MtaStsFetch

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8461 section 3.3", "RFC 8461 section 5.1"),
    since="0.1",
)


def judge(policy: MtaStsFetch) -> Iterator[Draft]:
    if not policy.fault:
        return
    url = mta_sts.url(policy.domain)
    yield Draft(
        policy.fault,
        Place(url, "GET"),
        {"domain": policy.domain, "url": url, "said": policy.said},
        Remedy(
            "serve",
            (mta_sts.serve(policy.domain, mta_sts.policy("testing", policy.hosts)),),
            data={"url": url},
        ),
    )
