"""Sender domain says that it takes no mail

What it checks
--------------
The domain in your From address, and the one in your envelope address (MAIL FROM, where bounces go), do
not publish a null `MX`: the single record `MX 0 .`, by which a domain declares that it takes no mail at
all.

Why mail bounces
----------------
Who takes no mail cannot be answered and cannot receive a bounce, so a message from such a domain is most
likely forged. RFC 7505 warns that such mail may be refused and has a reply code for it. Yahoo refuses
it, and so do others. Hosting panels often publish the null `MX` for domains that were parked once.

Remedy
------
Replace the null `MX` by an `MX` record that names a host which takes the domain's mail. If the domain is
really meant to send nothing, use another domain in your addresses.
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
    bounces=(Bounce(933, Likelihood.CERTAIN, Stage.MAIL),),
    sources=("RFC 7505 section 4.2", "postfix 550 5.7.27 (2026-11)", "yahoo 554 (2026-11)"),
    since="0.1",
)


def judge(sender: SenderDomain) -> Iterator[Draft]:
    if sender.null_mx:
        changes = take_mail(Action.REPLACE, sender.domain, sender.host, sender.host_ip)
        yield Draft(
            "null-mx",
            Place(sender.domain, "MX"),
            {"domain": sender.domain, "roles": sender.roles},
            Remedy("replace-mx", changes, data={"domain": sender.domain}),
        )
