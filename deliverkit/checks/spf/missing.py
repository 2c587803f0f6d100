"""Envelope domain has no SPF record

What it checks
--------------
The domain of the envelope sender (`MAIL FROM`, the address that bounces go to) has a TXT record that begins
with `v=spf1`. The version has to be followed by a blank or by the end of the text; `v=spf10` or `spf2.0/pra`
do not count. A text that was meant as SPF has a check of its own. The old record type 99 (`SPF`) is not
looked at, because receivers do not look at it either.

Why mail bounces
----------------
SPF is the list of hosts that may send mail in the name of a domain. Without it a receiver cannot tell your
server from a stranger's. Gmail, Yahoo, Outlook.com and Apple ask every sender for SPF or DKIM, and senders of
bulk mail for both. What arrives with neither is refused or put off. Where a DKIM signature passes, only some
receivers mind.

Remedy
------
Publish one TXT record at the envelope domain that names the addresses you send from. List every service that
sends with this envelope domain, for example a newsletter system by the `include:` that its manual gives. End
with `~all`: it marks other hosts as suspicious and leaves the decision to DMARC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfRecords

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=(
        "RFC 7208 section 4.5",
        "RFC 7208 section 3.1",
        "gmail 5.7.26 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(spf: SpfRecords) -> Iterator[Draft]:
    if spf.records or spf.misspelt:
        return
    record = spf_edit.fresh(spf.ips)
    change = publish_spf(spf, record, (), action=Action.ADD)
    draft = Draft(
        "missing",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain},
        Remedy("publish", (change,), data={"record": record}),
    )
    yield weighed(spf.other, draft, Stage.MAIL)
