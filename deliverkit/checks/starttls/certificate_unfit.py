"""Certificate of the mail host does not hold

What it checks
--------------
The certificate that each mail host of the From domain shows has not run out, names the host, and was issued by
an authority that is trusted everywhere. For that the mail host has to be connected to: give `--smtp`.

Why mail bounces
----------------
Your own mail does not bounce because of it. Most senders take any certificate. Where MTA-STS (`mode: enforce`)
asks them to look at it, they never deliver to such a host, and mail to you bounces.

Remedy
------
Install a certificate for the name that the `MX` record has, from an authority that is trusted everywhere, and
let it renew itself.
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
    sources=("RFC 8461 section 4.2", "RFC 8461 section 5"),
    since="0.1",
)


def judge(host: StarttlsHost) -> Iterator[Draft]:
    if not host.fault:
        return
    bound = (
        "MTA-STS" in host.bound
    )  # DANE vouches for a certificate in a way of its own (RFC 7672 section 3.1.1)
    words = ("starttls=offered", "protocol=TLSv1.3", "verified=yes", f"names={host.host}")
    change = RecordChange(Action.REPLACE, host.host, "STARTTLS", words, by=Actor.MAIL_HOST)
    yield Draft(
        host.fault,
        Place(host.host, "STARTTLS"),
        {
            "domain": host.domain,
            "host": host.host,
            "names": host.names,
            "expires": host.expires,
            "why": host.why,
            "bound": bound,
        },
        Remedy("renew", (change,), data={"host": host.host}),
        severity=None if bound else Severity.NOTE,
        bounces=None if bound else (),
    )
