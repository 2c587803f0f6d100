"""From domain is too deep for its DMARC record

What it checks
--------------
Where the From domain has more than eight labels and no DMARC record of its own, no record stands at the names
that receivers jump over. They look at the domain itself and then go on with its last seven labels, so that no
domain costs them more than eight questions.

Why mail bounces
----------------
A record that stands between the two is never seen. The domain then has no DMARC record, or the one of a domain
further up applies. Gmail, Yahoo and Outlook.com refuse bulk mail of a domain without one, and forged mail is
delivered.

Remedy
------
Publish the record at `_dmarc.` before the From domain itself, or send from a shorter domain. Its policy was never in
force for this domain: begin with `p=none`, or with the policy that applies today, and raise it when the reports show
that your own mail passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcSearch

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=("RFC 9989 section 4.10", "gmail 5.7.40 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(dmarc: DmarcSearch) -> Iterator[Draft]:
    if not dmarc.skipped:
        return
    skipped, text = dmarc.skipped[0]
    plain = dmarc_edit.edit(text, dict.fromkeys(("sp", "np", "psd")))
    record = dmarc_edit.asking_for(plain, dmarc.policy, dmarc.rua)
    yield Draft(
        "another-applies" if dmarc.at else "none-applies",
        Place(f"_dmarc.{skipped}", "TXT"),
        {"domain": dmarc.domain, "skipped": skipped, "record": text, "applies": dmarc.at},
        Remedy(
            "publish",
            (dmarc_edit.publish(dmarc.domain, record, action=Action.ADD),),
            data={"name": f"_dmarc.{dmarc.domain}", "record": record},
            safe=not dmarc.at,
        ),
        severity=Severity.NOTE if dmarc.at else None,
        bounces=() if dmarc.at else None,
        spoofing=Severity.WARNING if dmarc.at else None,
    )
