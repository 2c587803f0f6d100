"""More than one TLS reporting record

What it checks
--------------
`_smtp._tls` of the From domain has one record that begins with `v=TLSRPTv1;`.

Why mail bounces
----------------
No mail of yours bounces because of it. But senders that find two records act as if there were none, and send no
reports.

Remedy
------
Keep one record, with all addresses in its `rua=`, and delete the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import tls_rpt

if TYPE_CHECKING:
    from deliverkit.facts.values import TlsRptRecords

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8460 section 3",),
    since="0.1",
)


def judge(reports: TlsRptRecords) -> Iterator[Draft]:
    if len(reports.records) < 2:
        return
    yield Draft(
        "several",
        Place(f"_smtp._tls.{reports.domain}", "TXT"),
        {"domain": reports.domain, "count": len(reports.records), "records": reports.records},
        Remedy("keep-one", (tls_rpt.publish(reports.domain, reports.records, reports.aliases),)),
    )
