"""DKIM private key is published

What it checks
--------------
The record of each given selector holds a public key. A private key is recognised by its first octets (PKCS #1,
PKCS #8), or by the line `BEGIN PRIVATE KEY`.

Why mail bounces
----------------
Receivers cannot use a private key, so every signature with this selector fails. Worse, everybody can read it, and
whoever has it can sign mail that passes DKIM and DMARC in your name as soon as the public half is published at
any selector of the domain. Where SPF does not align with the From domain either, DMARC fails and the mail is
refused.

Remedy
------
Make a new pair of keys, publish its public half in place of the private one, and let the server sign with it. Never
publish the public half of the old pair; if it stands at another selector, empty that record (`p=`).
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
        "RFC 6376 section 8.3",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault == "private":
        remedy = _publishing.new_key(key, "new-pair")
        yield _publishing.weighed(
            key, Draft("published", _publishing.place(key), _publishing.data(key), remedy)
        )
