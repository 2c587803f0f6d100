"""Sub-domains that do not exist may be forged

What it checks
--------------
The DMARC record of the organisational domain does not ask for less where a sub-domain does not exist than where
it does: `np=` is not `none` while `sp=`, or `p=` where there is no `sp=`, is `quarantine` or `reject`.

Why mail bounces
----------------
No mail bounces because of it. But nobody sends honest mail from a name that does not exist, so `np=` is the
policy that costs nothing. With `np=none` whoever wants to forge mail of the domain invents a name below it, and
receivers deliver the mail, unless they refuse unknown sender domains anyway.

Remedy
------
Take `np=` away: names that do not exist then get the policy of those that do. If the reports show mail of yours
from such a name, publish records for that name first.
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
    sources=("RFC 9989 section 4.7", "RFC 9989 section 3.2.13", "RFC 8020"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(dmarc: DmarcOrgRecord) -> Iterator[Draft]:
    record = dmarc.record
    if record.sp not in {"quarantine", "reject"} or record.np != "none":
        return
    text = dmarc_edit.edit(record.text, {"np": None})
    yield Draft(
        "weaker",
        Place(f"_dmarc.{dmarc.at}", "TXT"),
        {"domain": dmarc.domain, "at": dmarc.at, "record": record.text, "sp": record.sp},
        Remedy(
            "drop",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases),),
            data={"record": text},
            safe=False,
            waits=True,
        ),
    )
