"""DNSSEC signatures of the zone do not hold

What it checks
--------------
Where a question about your own mail records ends in a failure (SERVFAIL), it is asked a second time without
validation. When an answer comes then, the signatures (DNSSEC) are looked at. It is a fault when they do not hold,
or when the resolver says that this is why it failed. A domain without DNSSEC cannot have this fault.

Why mail bounces
----------------
Many receivers use resolvers that validate. To these your records are not wrong: they cannot be had at all. Gmail
and others then put your mail off, because neither the sender's domain nor SPF, DKIM or DMARC can be looked up. The
mail waits for days and bounces in the end, while at receivers that do not validate it passes.

Remedy
------
Where a signature has run out or does not fit, have the zone signed again by whoever runs its name servers. Where
the `DS` record at the registrar names a key that the zone does not have, as after a move to another DNS provider,
have the registrar take that record out or put the right one in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import Validation, Withheld

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.LIKELY, Stage.MAIL), Bounce(941, Likelihood.LIKELY, Stage.DATA)),
    sources=(
        "RFC 4035 section 5.5",
        "RFC 8914 section 4",
        "gmail 421 4.7.26 (2026-11)",
        "postfix 450 4.1.8 (2026-11)",
    ),
    since="0.1",
    tolerates_gaps=True,
)

_OF_THE_PARENT = ("ds-mismatch", "dnskey-missing")


def judge(validation: Validation) -> Iterator[Draft]:
    if not validation.fault:
        return
    zone = validation.zone
    at_parent = validation.fault in _OF_THE_PARENT
    removed = (RecordChange(Action.REMOVE, zone, "DS", by=Actor.REGISTRAR),) if at_parent else ()
    policies = [w for w in validation.withheld if w.rtype == "TXT"]
    bounces = [b for b in RULE.bounces if b.code == 933 or policies]
    others = [w for w in validation.withheld if w.rtype != "TXT"]
    yield Draft(
        validation.fault,
        Place(zone, "DNSKEY"),
        {
            "zone": zone,
            "withheld": tuple(f"{w.name} {w.rtype}" for w in validation.withheld),
            "date": validation.date,
            "tags": validation.tags,
            "told": validation.told,
        },
        Remedy(
            "mend-ds" if at_parent else "sign-again",
            (*removed, *map(_answered, validation.withheld)),
            data={"zone": zone},
        ),
        bounces=tuple(b for b in bounces if b.code == 941 or others),
    )


def _answered(withheld: Withheld) -> RecordChange:
    """The record stays as it is; what changes is that it is answered."""
    if withheld.alias:
        return RecordChange(Action.REPLACE, withheld.name, "CNAME", (withheld.alias,))
    return RecordChange(Action.REPLACE, withheld.name, withheld.rtype, withheld.records)
