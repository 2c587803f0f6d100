"""TLSA records without DNSSEC

What it checks
--------------
Where a mail host of the From domain has `TLSA` records at `_25._tcp`, these are signed with DNSSEC, and so are
the `MX` records of the domain. Only a resolver that validates can tell.

Why mail bounces
----------------
No mail of yours bounces because of it. Senders ignore `TLSA` records that DNSSEC does not vouch for, since
anybody could have put them there. They protect nothing then.

Remedy
------
Have the zones signed with DNSSEC: that of the mail host, and that of the From domain. Until then take the
`TLSA` records out; they would become binding unwatched on the day that the zone is signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import DaneHost

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7672 section 2.2", "RFC 7672 section 2.2.1"),
    since="0.1",
)


def judge(dane: DaneHost) -> Iterator[Draft]:
    if dane.signed and dane.mx_signed:
        return
    by = Actor.YOU if dane.own and not dane.aliases else Actor.ZONE_OWNER
    yield Draft(
        "mx-unsigned" if dane.signed else "unsigned",
        Place(f"_25._tcp.{dane.host}", "TLSA"),
        {"domain": dane.domain, "host": dane.host, "records": tuple(r.text for r in dane.records)},
        Remedy(
            "sign-or-remove",
            (RecordChange(Action.REMOVE, dane.name, "TLSA", by=by),),
            data={"name": dane.name, "domain": dane.domain, "host": dane.host},
        ),
    )
