"""SPF record has no look-ups to spare, and includes that allow no sending address

What it checks
--------------
Where nine or ten of the ten DNS look-ups are in use, every `include` of the SPF record allows at least one of the
sending addresses. Only an audit with sending addresses can tell, and only for these: other mail of the domain may
come from elsewhere.

Why mail bounces
----------------
It does not bounce today. But look-ups are spent on a service that this mail does not come from, and one more in
any included record breaks SPF for all hosts at the end of the record.

Remedy
------
Ask who still uses the service. If nobody does, take its `include` out of the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit
from deliverkit.records.spf import MAX_LOOKUPS

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfIdleIncludes

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 10.1.1"),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfIdleIncludes) -> Iterator[Draft]:
    if not spf.idle:
        return
    texts = tuple(text for text, _ in spf.idle)
    record = spf_edit.working(spf_edit.drop(spf.record, texts), spf.given)
    yield Draft(
        "idle",
        Place(spf.domain, "TXT"),
        {
            "domain": spf.domain,
            "lookups": spf.lookups,
            "limit": MAX_LOOKUPS,
            "terms": tuple(f"{text} ({cost})" for text, cost in spf.idle),
            "ips": spf.given,
        },
        Remedy(
            "drop",
            (publish_spf(spf, record),),
            data={"terms": ", ".join(texts)},
            # Other mail of the domain, unknown to this audit, may come from there.
            safe=False,
        ),
    )
