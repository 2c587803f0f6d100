"""TLS reporting record is not valid

What it checks
--------------
The `TXT` record at `_smtp._tls` of the From domain, which asks senders for reports on TLS, follows RFC 8460:
`v=TLSRPTv1;` first, then `rua=` with `mailto:` or `https:` addresses.

Why mail bounces
----------------
No mail of yours bounces because of it. Senders ignore an invalid record and send no reports. Nobody then tells
you when mail to you cannot be delivered because of TLS.

Remedy
------
Publish the record without the fault.
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
    if not reports.opinion:
        return
    text = (reports.records or reports.meant)[0]
    yield Draft(
        "invalid",
        Place(f"_smtp._tls.{reports.domain}", "TXT"),
        {"domain": reports.domain, "record": text, "opinion": reports.opinion},
        Remedy("correct", (tls_rpt.publish(reports.domain, (text,), reports.aliases),)),
    )
