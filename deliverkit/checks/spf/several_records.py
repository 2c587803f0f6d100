"""Envelope domain has more than one SPF record

What it checks
--------------
At most one TXT record of the envelope domain begins with `v=spf1`.

Why mail bounces
----------------
RFC 7208 lets a domain have one SPF record. Where there are two, a receiver must not pick one: the result is
`permerror`, as if SPF were broken altogether, for every host that sends. It often happens when a new mail
service says "add this SPF record" and the domain already has one.

Remedy
------
Replace all of them by a single record that holds the mechanisms of each, in order, with one `all` at the end.
Leave the other TXT records of the name (site verifications and the like) as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfRecords

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.5", "RFC 7208 section 3.2", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(spf: SpfRecords) -> Iterator[Draft]:
    if len(spf.records) < 2:
        return
    record = spf_edit.working(spf_edit.merge(spf.records), spf.ips)
    draft = Draft(
        "several",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "count": len(spf.records), "records": spf.records},
        Remedy("merge", (publish_spf(spf, record),), data={"record": record}),
    )
    yield weighed(spf.other, draft, Stage.MAIL)
