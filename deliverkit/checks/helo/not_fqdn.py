"""HELO name is a single label

What it checks
--------------
The name that your server says in EHLO or HELO has at least one dot, so that it can be looked up in DNS.

Why mail bounces
----------------
A receiver meets this name before it sees any address. RFC 5321 asks for a fully qualified domain name there.
A name such as `mail` or `WIN-4F2K` tells that nobody has configured the server, which is how most infected
machines look, so many receivers refuse every message at this point.

Remedy
------
Set the HELO name of your mail server to the full host name that its address has in DNS, and that its reverse
name gives. In Postfix this is `smtp_helo_name`, in Exim `primary_hostname`, in Exchange the FQDN of the send
connector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import Helo

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(914, Likelihood.CERTAIN, Stage.HELO),),
    sources=("RFC 5321 section 4.1.1.1", "RFC 5321 section 2.3.5", "postfix 504 5.5.2 (2026-11)"),
    since="0.1",
)


def judge(helo: Helo) -> Iterator[Draft]:
    if hostname.fault(helo.name) == "single-label":
        yield Draft(
            "single-label",
            Place(helo.name, "HELO"),
            {"helo": helo.name},
            Remedy("set-name", settings=(Setting("helo", helo.suggestion),), data={"name": helo.suggestion}),
        )
