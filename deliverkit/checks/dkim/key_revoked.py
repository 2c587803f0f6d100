"""DKIM key is revoked

What it checks
--------------
The key record of each given selector has a value in `p=`. An empty `p=` is how a domain says that a key must
no longer be trusted.

Why mail bounces
----------------
Every signature with a revoked key fails, also on mail that was signed before. Where SPF does not align with the
From domain either, DMARC fails and the mail is refused. Gmail and Outlook.com ask bulk senders for a DKIM pass
in any case. The usual cause is a key change after which some server still signs with the old selector.

Remedy
------
Let every server sign with the selector that is in use now. If this is that selector, publish a new key for it.
Do not put the old key back: whoever revoked it may have had a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 6376 section 3.6.1",
        "RFC 6376 section 6.1.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.revoked:
        remedy = _publishing.new_key(key, "renew")
        yield _publishing.weighed(
            key, Draft("revoked", _publishing.place(key), _publishing.data(key), remedy)
        )
