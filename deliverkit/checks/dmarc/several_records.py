"""More than one DMARC record at the same name

What it checks
--------------
The name at which the From domain's DMARC record stands has one record that begins with `v=DMARC1`. Names above
it are looked at only where no other record applies.

Why mail bounces
----------------
Where a name has two DMARC records, receivers must discard both and go on as if there were none. Gmail, Yahoo and
Outlook.com then count the domain as one without DMARC, and refuse its bulk mail. Where a record of a
domain above applies instead, no mail bounces, but that policy may not be the one you want.

Remedy
------
Keep one record and delete the rest. What is proposed is the mildest of them, with the policy that applies today:
that of the domain above, or `p=none`. So no mail is refused which arrives today, and none arrives which is refused.
Raise the policy when the reports show that your own mail passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcRecords

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=("RFC 9989 section 4.10", "gmail 5.7.40 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(dmarc: DmarcRecords) -> Iterator[Draft]:
    own = dmarc.domain in dmarc.several
    if not own and (dmarc.at or not dmarc.several):
        return
    at = dmarc.domain if own else dmarc.several[0]
    records = dict(dmarc.found)[at]
    record = dmarc_edit.asking_for(dmarc_edit.mildest(records), dmarc.policy, dmarc.rua)
    name = f"_dmarc.{at}"
    change = dmarc_edit.publish(at, record, dmarc.aliases if own else ())
    yield Draft(
        "several",
        Place(name, "TXT"),
        {"domain": dmarc.domain, "at": at, "count": len(records), "records": records},
        Remedy("keep-one", (change,), data={"name": name, "record": record}, safe=not dmarc.at),
        severity=Severity.NOTE if dmarc.at else None,
        bounces=() if dmarc.at else None,
        spoofing=Severity.WARNING if dmarc.at else None,
    )
