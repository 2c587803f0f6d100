"""More than one BIMI record

What it checks
--------------
`default._bimi` has one record that begins with `v=BIMI1`.

Why mail bounces
----------------
No mail of yours bounces because of it. Where there are two records, mailboxes show no image.

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
from deliverkit.records import bimi

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiRecords

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("gmail BIMI (2026-11)", "yahoo BIMI (2026-11)"),
    since="0.1",
)


def judge(record: BimiRecords) -> Iterator[Draft]:
    if len(record.records) < 2:
        return
    text = record.records[0]
    location, authority = (
        uri if bimi.is_uri(uri) else "" for uri in (bimi.tag(text, "l"), bimi.tag(text, "a"))
    )
    yield Draft(
        "several",
        Place(record.name, "TXT"),
        {
            "domain": record.domain,
            "name": record.name,
            "count": len(record.records),
            "records": record.records,
        },
        Remedy(
            "keep-one",
            (bimi.publish(record.name, location, authority, record.aliases),),
            data={"name": record.name},
        ),
    )
