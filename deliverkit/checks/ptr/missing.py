"""Sending address has no reverse name

What it checks
--------------
Each IPv4 address that you send from has a reverse name: a `PTR` record under `in-addr.arpa` that says
which host the address belongs to.

Why mail bounces
----------------
A receiver knows the sending address before it hears a single word, and looks up its reverse name at
once. Servers that are meant to send mail have one; infected home machines mostly have none. Gmail,
Yahoo, Outlook and many company gateways refuse or defer mail from an address without a reverse name.

Remedy
------
Ask whoever the address belongs to, usually your hosting company, to set its `PTR` record to the host
name of your mail server; most have a field for it in their control panel. You cannot set it in your own
domain's DNS. Then publish an `A` record for that host name with the same address, so that the two
confirm each other.
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
    bounces=(Bounce(916, Likelihood.LIKELY, Stage.CONNECT),),
    sources=(
        "RFC 1912 section 2.1",
        "RFC 1035 section 3.5",
        "RFC 7372 section 3.3",
        "gmail 5.7.25 (2025-11)",
        "postfix 450 4.7.1 (2026-11)",
    ),
    since="0.1",
)


def judge(reverse: ReverseNames) -> Iterator[Draft]:
    if hostname.address_type(reverse.ip) == "A" and not reverse.names:
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
