"""Sender domain lies in no zone

What it checks
--------------
An `SOA` record, which every zone has at its top, is found at the domain of your From address and of your
envelope address (MAIL FROM), or at a name above it.

Why mail bounces
----------------
Yahoo and AOL look for this record to tell whether a sender's domain exists at all. A domain without one
is not properly set up: its name servers hold some records, but not the one that makes them a zone. Yahoo
then answers that the sender's domain cannot be found.

Remedy
------
Ask whoever runs the name servers of the domain to set its zone up completely. DNS providers create the
`SOA` record by themselves, so its absence usually means that the zone was made by hand or only half
moved to a new provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import start_zone
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Actor, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SenderSoa

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(933, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 2181 section 6.1", "RFC 1035 section 5.2", "yahoo 554 (2026-11)"),
    since="0.1",
)


def judge(soa: SenderSoa) -> Iterator[Draft]:
    if not soa.zone:
        yield Draft(
            "no-zone",
            Place(soa.domain, "SOA"),
            {"domain": soa.domain},
            Remedy("publish-soa", (start_zone(soa.domain, Actor.YOU),), data={"domain": soa.domain}),
        )
