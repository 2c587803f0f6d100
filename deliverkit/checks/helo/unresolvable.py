"""HELO name has no address

What it checks
--------------
The name in EHLO or HELO has an address in DNS: an `A` record, an `AAAA` record, or both.

Why mail bounces
----------------
RFC 5321 asks for a name that leads to an address. Many receivers look it up, and where nothing is found
they refuse the mail. Some answer with a temporary error, because the record might still be on its way
through DNS: the mail is then tried again for days and bounces in the end.

Remedy
------
Publish an `A` record for the name with the IPv4 address that your server sends from, and an `AAAA`
record if it also sends over IPv6. If the name is not yours or is a slip of the pen, let the server say a
name that exists instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import add_addresses, say_reverse_name
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import HeloHost

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(914, Likelihood.LIKELY, Stage.HELO),),
    sources=(
        "RFC 5321 section 2.3.5",
        "RFC 5321 section 4.1.1.1",
        "RFC 1123 section 5.2.5",
        "postfix 450 4.7.1 (2026-11)",
    ),
    since="0.1",
)


def judge(host: HeloHost) -> Iterator[Draft]:
    if not host.addresses:
        yield Draft(
            "no-address",
            Place(host.name, "A"),
            {"helo": host.name},
            say_reverse_name(host.identity) if host.identity else _lead_to_the_sender(host),
        )


def _lead_to_the_sender(host: HeloHost) -> Remedy:
    """An alias has to go first, since nothing may stand beside it (RFC 1034 section 3.6.2)."""
    by = Actor.ZONE_OWNER if host.foreign else Actor.YOU
    freed = (RecordChange(Action.REMOVE, host.name, "CNAME", by=by),) if host.aliases else ()
    changes = (*freed, *add_addresses(host.name, host.ips, foreign=host.foreign))
    return Remedy("publish-address", changes, data={"name": host.name, "ip": ", ".join(host.ips)})
