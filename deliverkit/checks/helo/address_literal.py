"""HELO name is an address without brackets

What it checks
--------------
Your server does not give a bare IP address, such as `192.0.2.1`, as its name in EHLO or HELO. An address
in brackets, such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`, is a different thing: RFC 5321 allows it for
hosts that have no name, so it is not reported here.

Why mail bounces
----------------
A bare address is neither a host name nor the bracketed form that SMTP has for addresses, so it is a
syntax error. Software that sends mail for criminals does this all the time, and properly run servers
hardly ever do. Many receivers therefore end the conversation here.

Remedy
------
Set the HELO name of your mail server to the full host name that its address has in DNS. Putting brackets
around the address would mend the syntax, but many receivers distrust that form too. In Postfix the
setting is `smtp_helo_name`, in Exim `primary_hostname`, in Exchange the FQDN of the send connector.
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
    sources=("RFC 5321 section 4.1.1.1", "RFC 5321 section 4.1.3", "postfix 504 5.5.2 (2026-11)"),
    since="0.1",
)


def judge(helo: Helo) -> Iterator[Draft]:
    if hostname.fault(helo.name) == "address":
        yield Draft(
            "no-brackets",
            Place(helo.name, "HELO"),
            {"helo": helo.name},
            Remedy("set-name", settings=(Setting("helo", helo.suggestion),), data={"name": helo.suggestion}),
        )
