"""Reverse name and HELO name differ

What it checks
--------------
The name that your server says in EHLO or HELO is one of the confirmed reverse names (`PTR` records) of
the address it sends from. Upper and lower case do not matter. It is looked at only where both names are
sound: the reverse name leads back to the address, and so does the HELO name.

Why mail bounces
----------------
It rarely does. Both names lead to your server, which is all that most receivers ask. A few compare the
two and count a difference against the mail, and people who read the headers of a message like to see one
name.

Remedy
------
Let the server say its reverse name in HELO, or have the reverse name changed to what the server says. A
server that sends from several addresses can say a different name on each.
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
    from deliverkit.facts.values import HostIdentity

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(Bounce(914, Likelihood.POSSIBLE, Stage.HELO),),
    sources=("RFC 5321 section 4.1.4", "RFC 1912 section 2.1"),
    since="0.1",
)


def judge(host: HostIdentity) -> Iterator[Draft]:
    if host.confirmed and _plain(host.helo) not in map(_plain, host.confirmed):
        name = host.confirmed[0]
        yield Draft(
            "differs",
            Place(hostname.reverse_name(host.ip), "PTR"),
            {"ip": host.ip, "helo": host.helo, "names": host.confirmed},
            # Other streams of the same server may rely on the name that it says now.
            Remedy("say-reverse-name", settings=(Setting("helo", name),), data={"name": name}, safe=False),
        )


def _plain(name: str) -> str:
    return name.removesuffix(".").lower()
