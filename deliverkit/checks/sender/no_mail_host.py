"""Sender domain takes no mail

What it checks
--------------
The domain in your From address, and the one in your envelope address (MAIL FROM, where bounces go), say
where mail for them should be delivered: by an `MX` record, or else by an `A` or `AAAA` record at the
domain itself.

Why mail bounces
----------------
The domain exists, but nobody can write back to it and no bounce can be returned. Many receivers check
for this before they take a message, some of them with a temporary error, so that the mail is tried again
for days and bounces in the end.

Remedy
------
Publish an `MX` record for the domain that names a host which takes its mail, and make sure that the host
has an address. A domain that only sends needs this too, because bounces and answers go there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import take_mail
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SenderDomain

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 5321 section 2.3.5", "RFC 5321 section 5.1", "postfix 450 4.1.8 (2026-11)"),
    since="0.1",
)


def judge(sender: SenderDomain) -> Iterator[Draft]:
    if sender.exists and not (sender.mx or sender.null_mx or sender.addresses):
        changes = take_mail(Action.ADD, sender.domain, sender.host, sender.host_ip)
        yield Draft(
            "no-host",
            Place(sender.domain, "MX"),
            {"domain": sender.domain, "roles": sender.roles},
            Remedy("publish-mx", changes, data={"domain": sender.domain}),
        )
