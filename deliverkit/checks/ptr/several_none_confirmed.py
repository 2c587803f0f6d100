"""Several reverse names, none of which leads back

What it checks
--------------
Where an address that you send from has two or more reverse names (`PTR` records), at least one of them
leads back to that address through an `A` record, or an `AAAA` record for IPv6.

Why mail bounces
----------------
Receivers believe a reverse name only when it leads back to the address. One such name among several is
enough for most, but here there is none, so the address counts as having no reverse name. Several `PTR`
records at one address are mostly left over from earlier uses of it.

Remedy
------
Ask whoever the address belongs to, usually your hosting company, to leave one `PTR` record only, with
the host name of your mail server. Make sure that this name has the sending address in DNS.
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
    if len(reverse.names) > 1 and not reverse.confirmed:
        yield Draft(
            "none-confirmed",
            Place(hostname.reverse_name(reverse.ip), "PTR"),
            {"ip": reverse.ip, "names": reverse.names},
            Remedy(
                "confirm-one",
                identify(reverse),
                data={"ip": reverse.ip, "name": reverse.suggestion},
            ),
        )
