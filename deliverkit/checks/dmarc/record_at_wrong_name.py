"""DMARC record stands at the wrong name

What it checks
--------------
Where no DMARC record applies to the From domain, none stands at a name where no receiver looks: at the domain
itself, at `dmarc.` without the underscore, or at `_dmarc.` with the domain written twice, as an editor leaves it
that adds the domain by itself.

Why mail bounces
----------------
Receivers look at `_dmarc.` before the domain, and nowhere else. The domain counts as one without DMARC. Gmail,
Yahoo and Outlook.com refuse bulk mail of such a domain, and forged mail is delivered.

Remedy
------
Publish the record at `_dmarc.` before your domain, and take the other away. Its policy was never in force: begin
with `p=none` and ask for reports. Go on to the policy that was meant when they show that all your own mail passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcSearch

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.5",
        "RFC 9989 section 4.10.1",
        "gmail 5.7.40 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(dmarc: DmarcSearch) -> Iterator[Draft]:
    if not dmarc.misplaced:
        return
    place, text = dmarc.misplaced[0]
    record = dmarc_edit.asking_for(text, "none")
    name = f"_dmarc.{dmarc.domain}"
    yield Draft(
        "misplaced",
        Place(place, "TXT"),
        {"domain": dmarc.domain, "name": name, "place": place, "text": text},
        Remedy(
            "move",
            (
                dmarc_edit.publish(dmarc.domain, record, action=Action.ADD),
                RecordChange(Action.REMOVE, place, "TXT", (Txt.of(text),)),
            ),
            data={"name": name, "place": place, "record": record},
        ),
    )
