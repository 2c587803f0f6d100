"""MTA-STS record is not valid

What it checks
--------------
The `TXT` record at `_mta-sts` of the From domain, by which the domain announces a policy for TLS, follows RFC
8461: `v=STSv1;` first, then an `id=` of up to 32 letters and digits. A domain without such a record is in order
too: MTA-STS is a choice.

Why mail bounces
----------------
No mail of yours bounces because of it. But senders treat an invalid record as none. The policy that you serve
is then not looked at, and mail to you can be read and changed on its way by whoever sits in between.

Remedy
------
Publish the record without the fault. Change the `id=` whenever the policy changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import mta_sts

if TYPE_CHECKING:
    from deliverkit.facts.values import MtaStsRecords

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8461 section 3.1",),
    since="0.1",
)


def judge(sts: MtaStsRecords) -> Iterator[Draft]:
    if not sts.opinion:
        return
    text = (sts.records or sts.meant)[0]
    record = mta_sts.record(text)
    yield Draft(
        "invalid",
        Place(f"_mta-sts.{sts.domain}", "TXT"),
        {"domain": sts.domain, "record": text, "opinion": sts.opinion},
        Remedy("correct", (mta_sts.publish(sts.domain, record, sts.aliases),), data={"record": record}),
    )
