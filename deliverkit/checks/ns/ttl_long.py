"""Mail record is kept by resolvers for more than a day

What it checks
--------------
The name servers of your zones let resolvers keep your mail records for a day at most: the TTL of the `MX`, SPF,
DKIM and DMARC records, and of the address of your HELO name, is not above 86400 seconds. This is looked at with
`--authoritative` only.

Why mail bounces
----------------
It does not today. But when a record is ever wrong, receivers keep the wrong one for that long after you have
repaired it, and your mail bounces all that time.

Remedy
------
Publish the records with a TTL of one hour (3600).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import publish
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import RecordTtl

RULE = Rule(severity=Severity.NOTE, bounces=(), sources=("RFC 1912 section 2.2",), since="0.1")

_DAY = 86400


def judge(record: RecordTtl) -> Iterator[Draft]:
    if record.ttl <= _DAY:
        return
    yield Draft(
        "more-than-a-day",
        Place(record.name, record.rtype),
        {
            "name": record.name,
            "type": record.rtype,
            "ttl": record.ttl,
            "days": record.ttl // _DAY,
            "hours": record.ttl % _DAY // 3600,
        },
        Remedy(
            "shorten",
            (publish(record.name, record.rtype, record.records, record.alias),),
            data={"name": record.name, "type": record.rtype},
        ),
    )
