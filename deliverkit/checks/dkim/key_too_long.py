"""DKIM key is too long

What it checks
--------------
An RSA key has at most 4096 bits.

Why mail bounces
----------------
Receivers have to verify signatures with RSA keys of 1024 to 4096 bits; beyond that they may, and some do not. For
those the mail is not signed. So long a key also makes an answer that does not fit into one UDP packet, which a
few networks lose. Where SPF does not align with the From domain either, DMARC fails there.

Remedy
------
Make a new RSA key of 2048 bits. The plan puts it at the same selector: signatures with the old key fail from then
on, so change the record and the signing server together. Without a gap: publish it under a new selector, change the
server, and empty the old record (`p=`) after a week.
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

MOST = 4096  # bits; RFC 8301 section 3.2
RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=(
        "RFC 8301 section 3.2",
        "RFC 6376 section 3.3.3",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.kind != "rsa" or key.bits <= MOST:
        return
    yield Draft(
        "too-long",
        _publishing.place(key),
        {**_publishing.data(key), "bits": key.bits},
        # Whoever signs with a key that works at most receivers has to change over first.
        _publishing.new_key(key, "renew", safe=False),
    )
