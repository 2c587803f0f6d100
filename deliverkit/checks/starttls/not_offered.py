"""Mail host offers no TLS

What it checks
--------------
Each mail host of the From domain offers `STARTTLS`, and does not refuse it when it is asked for. For that the
mail host has to be connected to: give `--smtp`.

Why mail bounces
----------------
Your own mail does not bounce because of it. Mail to you travels in the open. Where MTA-STS (`mode: enforce`) or
DANE asks senders for TLS, they never deliver to such a host, and mail to you bounces. A firewall that looks
into SMTP often takes the offer away.

Remedy
------
Turn TLS on in the mail server, with a certificate for its name, and let nothing on the way change what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import StarttlsHost

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(909, Likelihood.LIKELY, Stage.HELO, inbound=True),),
    sources=("RFC 3207 section 4", "RFC 8461 section 5", "RFC 7672 section 2.2"),
    since="0.1",
)


def judge(host: StarttlsHost) -> Iterator[Draft]:
    if host.offered == "offered":
        return
    words = ("starttls=offered", "protocol=TLSv1.3", "verified=yes", f"names={host.host}")
    change = RecordChange(Action.REPLACE, host.host, "STARTTLS", words, by=Actor.MAIL_HOST)
    yield Draft(
        f"{host.offered}-bound" if host.bound else host.offered,
        Place(host.host, "STARTTLS"),
        {"domain": host.domain, "host": host.host, "bound": host.bound},
        Remedy("offer", (change,), data={"host": host.host}),
        severity=None if host.bound else Severity.NOTE,
        bounces=None if host.bound else (),
    )
