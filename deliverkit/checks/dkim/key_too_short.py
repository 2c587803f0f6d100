"""DKIM key is too short

What it checks
--------------
An RSA key has at least 1024 bits. From 1024 to below 2048 bits it is accepted everywhere today, and the check
leaves a note: 2048 bits is what RFC 8301 and the large receivers advise. Ed25519 keys have one length, which is
enough.

Why mail bounces
----------------
Keys of 512 or 768 bits can be broken with little money, so receivers must not accept a signature made with
one. The mail then counts as not signed. Where SPF does not align with the From domain either, DMARC fails and
the mail is refused.

Remedy
------
Make a new RSA key of 2048 bits and publish it. To lose no mail in between, use a new selector, change the
signing server to it, and empty the old record (`p=`) after a week. A TXT string holds 255 characters; a key of
2048 bits needs two strings in one record, which most DNS services cut by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

LEAST, ADVISED = 1024, 2048  # bits; RFC 8301 section 3.2
RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=("RFC 8301 section 3.2", "gmail 5.7.30 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.kind != "rsa" or not 0 < key.bits < ADVISED:
        return
    refused = key.bits < LEAST
    yield Draft(
        "too-short" if refused else "below-2048",
        Place(key.key_name, "TXT"),
        {"selector": key.selector, "key_name": key.key_name, "bits": key.bits},
        # Whoever signs with a key that still works has to change over first.
        Remedy("renew", (dkim.new_key(Action.REPLACE, key.key_name),), safe=refused),
        severity=None if refused else Severity.NOTE,
        bounces=None if refused else (),
    )
