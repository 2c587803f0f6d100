"""No reports on TLS are asked for

What it checks
--------------
A domain that asks senders for TLS, by MTA-STS or DANE, also asks for reports on it: it has a `TXT` record at
`_smtp._tls`.

Why mail bounces
----------------
No mail of yours bounces because of it. But with MTA-STS or DANE, a fault in a certificate or a policy keeps
mail from you, and without reports nobody tells you.

Remedy
------
Publish the record with a mailbox that takes a compressed file a day from each large sender.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import tls_rpt

if TYPE_CHECKING:
    from deliverkit.facts.values import TlsRptNeed

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8460 section 3", "RFC 8461 section 8.3"),
    since="0.1",
)


def judge(need: TlsRptNeed) -> Iterator[Draft]:
    if need.published:
        return
    yield Draft(
        "missing",
        Place(f"_smtp._tls.{need.domain}", "TXT"),
        {"domain": need.domain, "means": need.means},
        Remedy("publish", (tls_rpt.publish(need.domain, ()),)),
    )
