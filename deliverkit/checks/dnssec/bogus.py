"""DNSSEC signatures of the zone do not hold

What it checks
--------------
Where a question about your own mail records ends in a failure (SERVFAIL), it is asked a second time without
validation. When an answer comes then, the signatures (DNSSEC) are looked at. It is a fault when they do not hold,
or when the resolver says that this is why it failed. A domain without DNSSEC cannot have this fault.

Why mail bounces
----------------
Many receivers use resolvers that validate. To these your records are not wrong: they cannot be had at all. Gmail
and others then put your mail off, because the sender's domain, or SPF, DKIM or DMARC cannot be looked up. Where
only the HELO name cannot, receivers that ask for one that leads to the sending address put it off. The mail waits
for days and bounces in the end, while at receivers that do not validate it passes.

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
    bounces=(
        Bounce(914, Likelihood.LIKELY, Stage.HELO),
        Bounce(916, Likelihood.LIKELY, Stage.CONNECT),
        Bounce(933, Likelihood.LIKELY, Stage.MAIL),
        Bounce(941, Likelihood.LIKELY, Stage.DATA),
    ),
    sources=(
        "RFC 4035 section 5.5",
        "RFC 8914 section 4",
        "gmail 421 4.7.26 (2026-11)",
        "postfix 450 4.1.8 (2026-11)",
    ),
    since="0.1",
    tolerates_gaps=True,
)

_CODES = {"helo": (914, 916), "mx": (933,), "spf": (941,), "dkim": (941,), "dmarc": (941,)}

_OF_THE_PARENT = ("ds-mismatch", "dnskey-missing")


def judge(validation: Validation) -> Iterator[Draft]:
    if not validation.fault:
        return
    zone = validation.zone
    at_parent = validation.fault in _OF_THE_PARENT
    removed = (RecordChange(Action.REMOVE, zone, "DS", by=Actor.REGISTRAR),) if at_parent else ()
    by = Actor.REGISTRAR if at_parent else Actor.YOU
    purposes = tuple(dict.fromkeys(w.purpose for w in validation.withheld))
    codes = {code for purpose in purposes for code in _CODES[purpose]}
    yield Draft(
        validation.fault,
        Place(zone, "DNSKEY"),
        {
            "zone": zone,
            "withheld": tuple(f"{w.name} {w.rtype}" for w in validation.withheld),
            "purpose": purposes,
            "date": validation.date,
            "tags": validation.tags,
            "told": validation.told,
        },
        Remedy(
            "mend-ds" if at_parent else "sign-again",
            (*removed, *(_answered(w, by) for w in validation.withheld)),
            data={"zone": zone},
        ),
        bounces=tuple(b for b in RULE.bounces if b.code in codes),
    )


def _answered(withheld: Withheld, by: Actor) -> RecordChange:
    """The record stays as it is; what changes is that it is answered."""
    rtype, values = ("CNAME", (withheld.alias,)) if withheld.alias else (withheld.rtype, withheld.records)
    return RecordChange(Action.REPLACE, withheld.name, rtype, values, by=by, proof=True)
