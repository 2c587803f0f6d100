"""Zone has a single name server

What it checks
--------------
Each zone with your mail records names at least two name servers. This is looked at with `--authoritative` only.

Why mail bounces
----------------
It does not today. But while the only server is down, nobody can look up your records. Receivers then put your
mail off, and it bounces when that lasts.

Remedy
------
Have a second name server set up, in another network, and named for the zone: in its `NS` records and at the
registrar. Every DNS provider offers this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import add_server
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import MailZone

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 1034 section 4.1", "RFC 2182 section 5"),
    since="0.1",
)


def judge(zone: MailZone) -> Iterator[Draft]:
    if len(zone.servers) == 1:
        yield Draft(
            "one-server",
            Place(zone.zone, "NS"),
            {"zone": zone.zone, "server": zone.servers[0]},
            Remedy("add-server", add_server(zone.zone), data={"zone": zone.zone}),
        )
