"""Alias of the DMARC record leads nowhere

What it checks
--------------
Where `_dmarc.` before the From domain is an alias (`CNAME`), a DMARC record stands at its end.

Why mail bounces
----------------
Many DMARC services keep the record in their own zone and have you publish an alias to it. When the contract ends
or the name is misspelt, the alias leads to nothing. The domain then has no DMARC record, or the one of a domain
above applies. Gmail, Yahoo and Outlook.com refuse bulk mail of a domain without one, and forged mail is
delivered.

Remedy
------
Correct the alias if you still use the service. Otherwise take it away and publish a record of your own: nothing
may stand beside a `CNAME`, so the alias has to go first. Where the record of a domain above is what you want, it
is enough to take the alias away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcRecords

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 1034 section 3.6.2",
        "RFC 9989 section 4.10.1",
        "gmail 5.7.40 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
)
_RECORD = "v=DMARC1; p=none"


def judge(dmarc: DmarcRecords) -> Iterator[Draft]:
    if dmarc.explained != "dmarc-alias-broken":
        return
    name = f"_dmarc.{dmarc.domain}"
    alias = RecordChange(Action.REMOVE, name, "CNAME", dmarc.aliases[:1])
    own = dmarc_edit.publish(dmarc.domain, _RECORD, action=Action.ADD)
    yield Draft(
        "another-applies" if dmarc.at else "none-applies",
        Place(name, "CNAME"),
        {"domain": dmarc.domain, "target": dmarc.aliases[-1], "applies": dmarc.at},
        Remedy("remove-alias", (alias,), data={"name": name})
        if dmarc.at
        else Remedy("replace-alias", (alias, own), data={"name": name, "record": _RECORD}),
        severity=Severity.NOTE if dmarc.at else None,
        bounces=() if dmarc.at else None,
        spoofing=Severity.WARNING if dmarc.at else None,
    )
