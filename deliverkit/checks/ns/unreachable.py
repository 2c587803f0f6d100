"""Name server has no address

What it checks
--------------
Each name server that is named for a zone with your mail records has an address (`A` or `AAAA`). This is looked
at with `--authoritative` only.

Why mail bounces
----------------
Nobody can ask a name server without an address. Receivers have to find another server of the zone. While the
others are slow or down, your records cannot be looked up: the receiver puts your mail off, and the mail bounces
when that lasts.

Remedy
------
Correct the name in the `NS` records, or take it out: in the zone itself and at the registrar, where the same list
stands a second time. Or publish the address that is missing. Look for a slip of the pen first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import leave_out
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import NamedServer

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(933, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 1912 section 2.8", "RFC 1034 section 4.2.2", "postfix 450 4.1.8 (2026-11)"),
    since="0.1",
)


def judge(server: NamedServer) -> Iterator[Draft]:
    if not server.addresses:
        yield Draft(
            "no-address",
            Place(server.server, "A"),
            {"zone": server.zone, "server": server.server},
            Remedy(
                "correct-or-leave-out",
                leave_out(server.zone, server.server, server.others),
                data={"zone": server.zone, "server": server.server},
            ),
        )
