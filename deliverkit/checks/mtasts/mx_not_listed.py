"""MTA-STS policy leaves mail hosts out

What it checks
--------------
Each host that the `MX` records of the From domain name is in its MTA-STS policy, by its name or by a `*.` for
one label. A policy with `mode: none` is not looked at.

Why mail bounces
----------------
Your own mail does not bounce because of it; mail to you does. In `enforce` mode Gmail, Outlook.com and all
others that go by MTA-STS never deliver to a host that is not in the policy. Where no host is in it, they refuse
every answer and every bounce that is meant for you. Where some are, mail still arrives, by these. In `testing`
mode nothing is refused, and the fault shows in TLS reports.

Remedy
------
Add the hosts to the policy first, and change the `id=` in the record after that, so that senders fetch it anew.
Senders may keep the old policy up to its `max_age`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import mta_sts

if TYPE_CHECKING:
    from deliverkit.facts.values import MtaStsPolicy

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(909, Likelihood.LIKELY, Stage.CONNECT, inbound=True),),
    sources=("RFC 8461 section 4.1", "RFC 8461 section 5"),
    since="0.1",
)


def judge(policy: MtaStsPolicy) -> Iterator[Draft]:
    if policy.mode == "none" or not policy.unlisted:
        return
    refused = policy.mode == "enforce" and policy.unlisted == policy.hosts
    patterns = (*policy.patterns, *policy.unlisted) if not refused else policy.hosts
    url = mta_sts.url(policy.domain)
    yield Draft(
        f"{policy.mode}-all" if policy.unlisted == policy.hosts else f"{policy.mode}-some",
        Place(url, "GET"),
        {"domain": policy.domain, "url": url, "hosts": policy.unlisted, "listed": policy.patterns},
        Remedy(
            "list-hosts",
            (
                mta_sts.serve(policy.domain, mta_sts.policy(policy.mode, patterns, policy.max_age)),
                mta_sts.publish(policy.domain, mta_sts.record(policy.record, renewed=True), policy.aliases),
            ),
            data={"url": url},
        ),
        severity=None if refused else Severity.NOTE,
        bounces=None if refused else (),
    )
