"""Domain is on a blocklist

What it checks
--------------
Neither the domain in your From address nor the one in your envelope address (MAIL FROM) is on the DNS
blocklists for domains that receivers use. Each list is tried at its test entries first; a list that does
not answer them properly is not believed, whatever it says about your domain.

Why mail bounces
----------------
Receivers ask such lists about the sender's domain and about the links in a message. Some refuse the
mail, others file it as spam. Changing the sending address does not help, because the domain goes with
the mail wherever it is sent from. Lists that few receivers ask, or that only know a domain as new, are a
note.

Remedy
------
First find out why: spam that advertised your domain, a website that was broken into, or a fresh domain
that began to send in bulk at once. When the cause is gone, ask the list to take the domain off at the
page given with the finding. Only the list's operator can do that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dnsbl._listing import listed
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import DomainListing

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(
        Bounce(917, Likelihood.LIKELY, Stage.MAIL),
        Bounce(919, Likelihood.POSSIBLE, Stage.MAIL),
    ),
    sources=(
        "RFC 5782 section 3",
        "RFC 5782 section 5",
        "apple 550 5.7.1 (2026-11)",
        "gmail 550 5.7.1 (2026-11)",
    ),
    since="0.1",
)


# Fewer receivers use the lists that weigh less, and for those that are worth a note no bounce is foreseen.
_BOUNCES = {
    Severity.ERROR: None,
    Severity.WARNING: (
        Bounce(917, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(919, Likelihood.POSSIBLE, Stage.MAIL),
    ),
    Severity.NOTE: (),
}


def judge(listing: DomainListing) -> Iterator[Draft]:
    if not listing.entries:
        return
    severity = max(entry.severity for entry in listing.entries)
    kind = "quiet" if severity is Severity.NOTE else "listed"
    bounces = _BOUNCES[severity]
    yield listed(listing, kind, severity, bounces)
