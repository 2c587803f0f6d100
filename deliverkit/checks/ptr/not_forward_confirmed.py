"""Reverse name does not lead back to the address

What it checks
--------------
The reverse name of each address that you send from (its `PTR` record) leads back to that same address
through an `A` record, or an `AAAA` record for IPv6. This is called forward-confirmed reverse DNS, or
FCrDNS. Addresses with two or more reverse names have a check of their own.

Why mail bounces
----------------
Anyone who holds an address can write any name into its `PTR` record. Only the holder of the name can
write the way back, so receivers believe a reverse name only when both agree, and treat one that does not
as if there were none. Gmail asks for it of every sender.

Remedy
------
If the reverse name is the right one for your server, publish the address at that name. If not, ask
whoever the address belongs to, usually your hosting company, to set the `PTR` record to the host name of
your mail server, and make sure that this name has the sending address in DNS.
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
    from deliverkit.facts.values import ForwardConfirmed

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(916, Likelihood.LIKELY, Stage.CONNECT),),
    sources=(
        "RFC 8601 section 2.7.3",
        "RFC 1912 section 2.1",
        "RFC 7372 section 3.3",
        "gmail 5.7.25 (2025-11)",
        "postfix 450 4.7.25 (2026-11)",
    ),
    since="0.1",
)


def judge(reverse: ForwardConfirmed) -> Iterator[Draft]:
    if len(reverse.names) != 1 or reverse.confirmed:
        return
    name, found = reverse.addresses[0]
    yield Draft(
        "elsewhere" if found else "no-address",
        Place(hostname.reverse_name(reverse.ip), "PTR"),
        {"ip": reverse.ip, "name": name, "addresses": found},
        Remedy(
            "confirm",
            identify(reverse),
            data={"ip": reverse.ip, "name": reverse.suggestion},
        ),
    )
