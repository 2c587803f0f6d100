"""Sub-domains may be forged

What it checks
--------------
The DMARC record of the organisational domain does not ask for less below the domain than at it: where `p=` is
`quarantine` or `reject`, `sp=` is not `none`. An `sp=quarantine` below `p=reject` is a stage on the way and is
left alone. In a record that is not the organisational domain's, receivers ignore `sp=`.

Why mail bounces
----------------
No mail bounces because of it. But whoever wants to forge mail of the domain invents a sub-domain, such as
`billing.` before it, and its mail is delivered. That harms the reputation of the whole domain.

Remedy
------
Look in the reports for sub-domains that really send, and give each of them a passing SPF or DKIM. Then raise
`sp=` to `quarantine`, and later take it away: without `sp=` the policy of `p=` holds for sub-domains too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcOrgRecord

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9989 section 4.7", "RFC 9989 section 4.10.1"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(dmarc: DmarcOrgRecord) -> Iterator[Draft]:
    record = dmarc.record
    if record.p not in {"quarantine", "reject"} or record.sp != "none":
        return
    text = dmarc_edit.edit(record.text, {"sp": "quarantine"})
    yield Draft(
        "weaker",
        Place(f"_dmarc.{dmarc.at}", "TXT"),
        {"domain": dmarc.domain, "at": dmarc.at, "record": record.text, "p": record.p},
        Remedy(
            "raise",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases),),
            data={"record": text},
            safe=False,
            waits=True,
        ),
    )
