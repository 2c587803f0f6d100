"""HELO name leads to another address

What it checks
--------------
The name in EHLO or HELO has the address that your server sends from among its `A` or `AAAA` records.
Each sending address is looked at by itself.

Why mail bounces
----------------
A name that leads somewhere else looks borrowed, which is what forgers do. RFC 5321 (section 4.1.4)
forbids refusing mail for this reason alone, and Postfix as it is installed does not. Some receivers
refuse all the same, and many count it against the mail.

Remedy
------
Add the sending address to the name's records, or let the server say the name that its address really
has. A server that sends from several addresses either has all of them at the one name, or says a
different name on each.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import add_addresses, say_reverse_name
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import HeloMatch

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(914, Likelihood.POSSIBLE, Stage.HELO),),
    sources=("RFC 5321 section 4.1.4", "RFC 1123 section 5.2.5"),
    since="0.1",
)


def judge(match: HeloMatch) -> Iterator[Draft]:
    sending = ipaddress.ip_address(match.ip)
    if match.addresses and sending not in map(ipaddress.ip_address, match.addresses):
        yield Draft(
            "elsewhere",
            Place(match.name, hostname.address_type(match.ip)),
            {"helo": match.name, "ip": match.ip, "addresses": match.addresses},
            say_reverse_name(match.identity) if match.identity else _lead_to_the_sender(match),
        )


def _lead_to_the_sender(match: HeloMatch) -> Remedy:
    """The name that HELO says gets one more address only where it leads to the sender already, over another one."""
    name = match.suggestion
    forward = add_addresses(name, (match.ip,), foreign=match.foreign)
    if name == match.name:
        return Remedy("add-address", forward, data={"name": name, "ip": match.ip})
    return Remedy("say-own-name", forward, (Setting("helo", name),), data={"name": name, "ip": match.ip})
