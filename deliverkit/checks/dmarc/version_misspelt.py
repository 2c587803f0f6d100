"""DMARC record is not recognised

What it checks
--------------
What stands at `_dmarc.` before the From domain and is meant as a DMARC record begins as one: with `v=DMARC1`, in
capital letters, as the first tag, and with a semicolon behind it. Where the domain has no such text, the
domains above are looked at, as far as no record of theirs applies.

Why mail bounces
----------------
Receivers take a text that begins in any other way for something else and ignore it: `v=DMARC1 p=none` without the
semicolon, `v=dmarc1`, `p=none; v=DMARC1`, or a text with quotation marks inside. The domain then has no DMARC
record, or the one of a domain above applies. Gmail, Yahoo and Outlook.com refuse bulk mail of a domain without
one, and forged mail is delivered.

Remedy
------
Publish the record so that it begins as one. Its policy was never in force: begin with `p=none`, or with the policy of
the domain above where that applies today, and ask for reports. Go on to the policy that was meant when they show
that all your own mail passes.
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
    sources=(
        "RFC 9989 section 4.7",
        "RFC 9989 section 4.10",
        "gmail 5.7.40 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(dmarc: DmarcRecords) -> Iterator[Draft]:
    if dmarc.explained != "dmarc-version-misspelt":
        return
    at, text = dmarc.misspelt[0]
    record = dmarc_edit.asking_for(dmarc_edit.meant(text), dmarc.policy, dmarc.rua)
    aliases = dmarc.aliases if at == dmarc.domain else ()
    yield Draft(
        "another-applies" if dmarc.at else "none-applies",
        Place(f"_dmarc.{at}", "TXT"),
        {"domain": dmarc.domain, "at": at, "text": text, "applies": dmarc.at},
        Remedy(
            "publish",
            (dmarc_edit.publish(at, record, aliases),),
            data={"record": record},
            safe=not dmarc.at,
        ),
        severity=Severity.NOTE if dmarc.at else None,
        bounces=() if dmarc.at else None,
        spoofing=Severity.WARNING if dmarc.at else None,
    )
