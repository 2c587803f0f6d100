"""Sending address is on a blocklist

What it checks
--------------
No address that you send from is on the DNS blocklists that receivers use. Each list is tried at its test
entries first; a list that does not answer them properly is not believed, whatever it says about your
address. Lists that have closed are never asked.

Why mail bounces
----------------
Receivers ask such lists while the connection is being made, and refuse every message from a listed
address. How many of them do depends on the list: Spamhaus ZEN is used by most large mailbox providers,
others by some company gateways only, and many small lists by hardly anybody; those are a note.
A listing on the Policy Blocklist (PBL) is not about spam. It says that the address is of the wrong kind:
the network's own rules do not provide for mail servers there, as with home connections. Abusix calls that
"policy: dynamic address". SpamRats (Dyna, NoPtr) and Abusix also list addresses whose reverse name is missing or looks
machine-made, which is mended in the DNS.

Remedy
------
First stop the cause: a broken-into account or website, an infected machine, or mail to people who never
asked for it. Then ask the list to take the address off at the page given with the finding. Only the
list's operator can do that, and an address that goes on sending the same mail comes back. Never pay for
it: lists that ask for money are not used by large providers.
For the PBL there is no cause to stop. Send through the mail relay (smart host) of your provider, or from a
server with a fixed address of its own. If your address is such a server, its provider can take the range
off the PBL, or you can take off the one address where the network allows it. For an entry about the
reverse name, have the owner of the address set a proper one first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dnsbl._listing import listed
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import IpListing

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(
        Bounce(917, Likelihood.CERTAIN, Stage.CONNECT),
        Bounce(925, Likelihood.CERTAIN, Stage.CONNECT),
        Bounce(916, Likelihood.LIKELY, Stage.CONNECT),
    ),
    sources=("RFC 5782 section 2.1", "RFC 5782 section 5", "postfix 554 5.7.1 (2026-11)"),
    since="0.1",
)

# A list that weighs less is one that fewer receivers use; for one that is worth a note, no bounce is foreseen.
_LIKELY = {
    Severity.ERROR: Likelihood.CERTAIN,
    Severity.WARNING: Likelihood.LIKELY,
}


# What a receiver may say of a kind of entry besides 917.
_ALSO = {"range": 925, "reverse": 916}


def judge(listing: IpListing) -> Iterator[Draft]:
    if not listing.entries:
        return
    severity = max(entry.severity for entry in listing.entries)
    sorts = dict.fromkeys(str(entry.sort) for entry in listing.entries)
    refused_as = (
        (917, *(code for sort, code in _ALSO.items() if sort in sorts)) if severity in _LIKELY else ()
    )
    kind = "quiet" if severity is Severity.NOTE else next(iter(sorts)) if len(sorts) == 1 else "listed"
    bounces = tuple(Bounce(code, _LIKELY[severity], Stage.CONNECT) for code in refused_as)
    yield listed(listing, kind, severity, bounces)
