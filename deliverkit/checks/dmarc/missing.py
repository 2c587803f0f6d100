"""From domain has no DMARC record

What it checks
--------------
A DMARC record applies to the From domain: a TXT record that begins with `v=DMARC1`, at `_dmarc.` before the
domain or before a domain above it. The names are walked as RFC 9989 says, at most eight of them. Where something
stands there, or at a name nearby, that was meant as such a record, another check tells it.

Why mail bounces
----------------
Gmail, Yahoo and Outlook.com ask everyone who sends bulk mail to them (about 5,000 messages a day) for a DMARC
record, `p=none` at least. They put off or refuse mail without one. Below that amount the mail still arrives,
but nobody protects the domain from forgers, whose mail harms its reputation.

Remedy
------
Publish `v=DMARC1; p=none` at `_dmarc.` before your domain. It asks receivers for nothing and refuses nothing.
Add `rua=mailto:` with a mailbox of yours to get reports, and think of `p=quarantine` or `p=reject` only when
these show that all your own mail passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcSearch

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.10.1",
        "RFC 9989 section 5.1.4",
        "gmail 5.7.40 (2025-11)",
        "outlook 5.7.515 (2025-05)",
        "yahoo 5.7.9 (2024-02)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
)
_RECORD = "v=DMARC1; p=none"


def judge(dmarc: DmarcSearch) -> Iterator[Draft]:
    if dmarc.at or dmarc.explained or dmarc.skipped or dmarc.misplaced:
        return
    name = f"_dmarc.{dmarc.domain}"
    change = RecordChange(Action.ADD, name, "TXT", (Txt.of(_RECORD),))
    yield Draft(
        "missing",
        Place(name, "TXT"),
        {"domain": dmarc.domain},
        Remedy("publish", (change,), data={"name": name, "record": _RECORD}),
    )
