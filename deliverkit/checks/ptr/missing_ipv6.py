"""Sending IPv6 address has no reverse name

What it checks
--------------
Each IPv6 address that you send from has a reverse name: a `PTR` record under `ip6.arpa`.

Why mail bounces
----------------
There are so many IPv6 addresses that receivers cannot keep a record of good and bad ones, so they ask
more of each: Gmail and Exchange Online take no mail at all from an IPv6 address without a reverse name.
Servers often begin to use IPv6 by themselves once the network offers it, while the reverse name was only
ever set for IPv4. Then the same server delivers one message and bounces the next.

Remedy
------
Ask whoever the address belongs to, usually your hosting company, to set its `PTR` record to the host
name of your mail server, and publish an `AAAA` record for that name with the same address. If you do not
need IPv6, tell the mail server to use IPv4 only (in Postfix `inet_protocols = ipv4`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import identify
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import ReverseNames

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(916, Likelihood.CERTAIN, Stage.CONNECT),),
    sources=(
        "RFC 1912 section 2.1",
        "RFC 3596 section 2.5",
        "RFC 7372 section 3.3",
        "gmail 550 5.7.1 (2026-11)",
        "exchange-online 550 5.7.25 (2026-11)",
    ),
    since="0.1",
)


def judge(reverse: ReverseNames) -> Iterator[Draft]:
    if hostname.address_type(reverse.ip) == "AAAA" and not reverse.names:
        yield Draft(
            "no-name",
            Place(hostname.reverse_name(reverse.ip), "PTR"),
            {"ip": reverse.ip},
            Remedy(
                "publish-name",
                identify(reverse),
                data={"ip": reverse.ip, "name": reverse.suggestion},
            ),
        )
