"""Certificate of the mail host fits no TLSA record

What it checks
--------------
Each mail host of the From domain whose `TLSA` records are signed shows a certificate that one of them fits. For
that the mail host has to be connected to: give `--smtp`.

Why mail bounces
----------------
Your own mail does not bounce because of it; mail to you does. Senders that go by DANE, Exchange Online and many
Postfix servers among them, never deliver to a host whose certificate fits no record. Most often a certificate
was renewed with a new key, and the record was not.

Remedy
------
Publish a record for the key in use beside the old ones; take those out when the time to live has passed. At the
next change publish the new record first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import DaneMatch

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(909, Likelihood.LIKELY, Stage.HELO, inbound=True),),
    sources=("RFC 7672 section 2.2", "RFC 7672 section 8.1"),
    since="0.1",
)


def judge(dane: DaneMatch) -> Iterator[Draft]:
    if dane.matches:
        return
    by = Actor.YOU if dane.own and not dane.aliases else Actor.ZONE_OWNER
    record = f"3 1 1 {dane.spki}"
    yield Draft(
        "mismatch",
        Place(f"_25._tcp.{dane.host}", "TLSA"),
        {"domain": dane.domain, "host": dane.host, "records": tuple(r.text for r in dane.records)},
        Remedy(
            "add",
            (RecordChange(Action.ADD, dane.name, "TLSA", (record,), by=by),),
            data={"name": dane.name, "host": dane.host},
        ),
    )
