"""MTA-STS policy is not valid

What it checks
--------------
The policy that the domain serves follows RFC 8461: lines of `key: value`, among them `version: STSv1`, a `mode`
of `enforce`, `testing` or `none`, a `max_age` in seconds, and an `mx` for each mail host. The web server says
that it is plain text (`Content-Type: text/plain`).

Why mail bounces
----------------
No mail of yours bounces because of it. Senders ignore a policy that they cannot read. Those that know an older
one go by that until it runs out. Some also ignore a policy that is not served as plain text.

Remedy
------
Serve the policy without the fault. What is proposed names your mail hosts and is in testing mode, so that
nothing is refused. A sound policy that is served as something else stays as it is; have the web server say
`text/plain`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import mta_sts

if TYPE_CHECKING:
    from deliverkit.facts.values import MtaStsText

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8461 section 3.2",),
    since="0.1",
)


def judge(policy: MtaStsText) -> Iterator[Draft]:
    url = mta_sts.url(policy.domain)
    if not policy.opinion:
        if policy.media_type != mta_sts.MEDIA_TYPE:
            yield Draft(
                "other-media-type" if policy.media_type else "no-media-type",
                Place(url, "GET"),
                {"domain": policy.domain, "url": url, "media_type": policy.media_type},
                Remedy("serve-as-text", (mta_sts.serve(policy.domain, policy.text),), data={"url": url}),
            )
        return
    renewed = mta_sts.record(policy.record, renewed=True)
    yield Draft(
        "invalid",
        Place(url, "GET"),
        {"domain": policy.domain, "url": url, "opinion": policy.opinion},
        Remedy(
            "serve",
            (
                mta_sts.serve(policy.domain, mta_sts.policy("testing", policy.hosts)),
                mta_sts.publish(policy.domain, renewed, policy.aliases),
            ),
            data={"url": url},
        ),
    )
