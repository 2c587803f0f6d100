"""Sending address is on a blocklist

What it checks
--------------
No address that you send from is on the DNS blocklists that receivers use. Each list is tried at its test
entries first; a list that does not answer them properly is not believed, whatever it says about your
address.

Why mail bounces
----------------
Receivers ask such lists while the connection is being made, and refuse every message from a listed
address. How many of them do depends on the list: Spamhaus ZEN is used by most large mailbox providers,
others by some company gateways only. A listing on the Policy Blocklist (PBL) says something else: that
the network's own rules do not provide for mail servers at this address, as with home connections.

Remedy
------
First stop the cause: a broken-into account or website, an infected machine, or mail to people who never
asked for it. Then ask the list to take the address off at the page given with the finding. Only the
list's operator can do that, and an address that goes on sending the same mail comes back. For the PBL,
have your provider allow mail servers at this address, or send through its mail relay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import delist
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import IpListing

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(
        Bounce(917, Likelihood.CERTAIN, Stage.CONNECT),
        Bounce(925, Likelihood.CERTAIN, Stage.CONNECT),
    ),
    sources=("RFC 5782 section 2.1", "RFC 5782 section 5", "postfix 554 5.7.1 (2026-11)"),
    since="0.1",
)

# A list that weighs less is one that fewer receivers use.
_LIKELY = {
    Severity.ERROR: Likelihood.CERTAIN,
    Severity.WARNING: Likelihood.LIKELY,
    Severity.NOTE: Likelihood.POSSIBLE,
}


def judge(listing: IpListing) -> Iterator[Draft]:
    if not listing.codes:
        return
    likely = _LIKELY[listing.ceiling or Severity.ERROR]
    refused_as = (917, 925) if any("PBL" in meaning for _, meaning in listing.codes) else (917,)
    yield Draft(
        "listed",
        Place(listing.query, "A"),
        {
            "zone": listing.zone,
            "name": listing.name,
            "target": listing.target,
            "codes": tuple(f"{code} ({meaning})" for code, meaning in listing.codes),
            "delist": listing.delist,
        },
        delist(listing.query, listing.name, listing.delist),
        bounces=tuple(Bounce(code, likely, Stage.CONNECT) for code in refused_as),
    )
