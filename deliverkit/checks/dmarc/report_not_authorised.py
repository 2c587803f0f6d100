"""Report host has not agreed to take the DMARC reports

What it checks
--------------
Where reports go to a host of another organisation, that organisation agrees to it: the name
`DOMAIN._report._dmarc.HOST` has a TXT record that begins with `v=DMARC1`. Whether two names belong to one
organisation is told by the tree walk of RFC 9989, not by a list. Hosts that take no mail at all,
`dmarc-report-host-missing` tells.

Why mail bounces
----------------
No mail bounces because of it. Receivers must not send reports to a host that has not agreed, lest anybody could
flood a stranger with them. So no reports arrive, and nobody sees who sends in the name of the domain.

Remedy
------
Only the owner of the report host can publish that record. A report service publishes it when you enter your
domain there, often for all domains at once (`*._report._dmarc.HOST`). Where the host is yours, publish it
yourself. Otherwise let the reports go to a mailbox of your own domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import ReportConsent

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9990 section 4", "RFC 9989 section 11.6"),
    since="0.1",
    spoofing=Severity.NOTE,
)
_CONSENT = "v=DMARC1;"


def judge(consent: ReportConsent) -> Iterator[Draft]:
    if consent.granted or not consent.takes_mail or consent.given:
        return
    change = RecordChange(Action.ADD, consent.name, "TXT", (Txt.of(_CONSENT),), by=Actor.ZONE_OWNER)
    yield Draft(
        "no-consent",
        Place(consent.name, "TXT"),
        {"domain": consent.domain, "at": consent.at, "host": consent.host, "uris": consent.uris},
        Remedy("agree", (change,), data={"host": consent.host, "name": consent.name}),
    )
