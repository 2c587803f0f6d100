"""DKIM key is too short

What it checks
--------------
An RSA key has at least 1024 bits. Keys from 1024 to below 2048 bits are accepted and have a check of their own.
Ed25519 keys have one length, which is enough.

Why mail bounces
----------------
Keys of 512 or 768 bits can be broken with little money, so receivers must not accept a signature made with
one. The mail then counts as not signed. Where SPF does not align with the From domain either, DMARC fails and
the mail is refused.

Remedy
------
Make a new RSA key of 2048 bits and publish it. Better use a new selector, change the signing server to it, and
empty the old record (`p=`) at once: as long as it is there, a forger can use it. A TXT string holds 255
characters; a key of 2048 bits needs two strings in one record, which most DNS services cut by themselves.
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

LEAST = 1024  # bits; RFC 8301 section 3.2
RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=("RFC 8301 section 3.2", "gmail 5.7.30 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.kind != "rsa" or not 0 < key.bits < LEAST:
        return
    yield _publishing.weighed(
        key,
        Draft(
            "too-short",
            _publishing.place(key),
            {**_publishing.data(key), "bits": key.bits},
            _publishing.new_key(key, "renew"),
        ),
    )
