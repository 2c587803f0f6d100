"""TLSA record that no sender can use

What it checks
--------------
The `TLSA` records of the mail hosts are of a kind that mail uses: usage 2 or 3, selector 0 or 1, matching type
0, 1 or 2.

Why mail bounces
----------------
No mail of yours bounces because of it. Senders skip a record that they cannot use. Where none is left, they ask
for TLS and look at no certificate, so that anybody can stand in between.

Remedy
------
Take the record out. Publish one of the kind `3 1 1` in its place: the SHA-256 of the public key of the mail
host.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Rdata
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import DaneHost

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7672 section 3.1", "RFC 6698 section 2.1"),
    since="0.1",
)


def judge(dane: DaneHost) -> Iterator[Draft]:
    unusable = tuple(record for record in dane.records if record.fault)
    if not (dane.signed and dane.mx_signed and unusable):
        return
    by = Actor.YOU if dane.own and not dane.aliases else Actor.ZONE_OWNER
    texts: tuple[Rdata, ...] = tuple(record.text for record in unusable)
    yield Draft(
        unusable[0].fault,
        Place(f"_25._tcp.{dane.host}", "TLSA"),
        {
            "host": dane.host,
            "record": unusable[0].text,
            "usage": unusable[0].usage,
            "count": len(unusable),
            "left": len(dane.records) - len(unusable),
        },
        Remedy(
            "remove",
            (RecordChange(Action.REMOVE, dane.name, "TLSA", texts, by=by),),
            data={"name": dane.name},
        ),
    )
