"""Sender domain does not exist

What it checks
--------------
The domain in your From address, and the one in your envelope address (MAIL FROM, where bounces go),
exist in DNS.

Why mail bounces
----------------
Mail from a domain that does not exist can neither be answered nor returned, and forgers make up such
domains all the time. Nearly every receiver looks the envelope domain up before it takes a message, and
several do the same with the From domain. Some give a temporary error at first: the mail is then tried
again for days, and bounces in the end.

Remedy
------
First look for a slip of the pen, and whether the registration has expired. If the domain has never been
registered, register it and have its zone set up. If it is a part of a domain that you already hold, such
as `news.example.com`, that part only needs records of its own, and no `SOA`. Then publish an `MX` record
there that names a host which takes your bounces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import start_zone, take_mail
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SenderDomain

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.CERTAIN, Stage.MAIL),),
    sources=(
        "RFC 5321 section 2.3.5",
        "postfix 450 4.1.8 (2026-11)",
        "apple 450 4.1.8 (2026-11)",
    ),
    since="0.1",
)


def judge(sender: SenderDomain) -> Iterator[Draft]:
    if sender.exists:
        return
    zone = start_zone(sender.domain, Actor.REGISTRAR)
    mail = take_mail(Action.ADD, sender.domain, sender.host, sender.host_ip)
    yield Draft(
        "no-such-domain",
        Place(sender.domain, "MX"),
        {"domain": sender.domain, "roles": sender.roles},
        Remedy("register", (zone, *mail), data={"domain": sender.domain}, safe=False),
    )
