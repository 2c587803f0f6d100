"""More than one MTA-STS record

What it checks
--------------
`_mta-sts` of the From domain has one record that begins with `v=STSv1;`.

Why mail bounces
----------------
No mail of yours bounces because of it. But senders that find two records act as if there were none, so that
mail to you has no protection on its way.

Remedy
------
Keep one record and delete the rest.
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
    if len(sts.records) < 2:
        return
    record = mta_sts.record(sts.records[0])
    yield Draft(
        "several",
        Place(f"_mta-sts.{sts.domain}", "TXT"),
        {"domain": sts.domain, "count": len(sts.records), "records": sts.records},
        Remedy("keep-one", (mta_sts.publish(sts.domain, record, sts.aliases),), data={"record": record}),
    )
