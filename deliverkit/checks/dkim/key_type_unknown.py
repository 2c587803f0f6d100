"""DKIM key type is unknown

What it checks
--------------
`k=` in the key record of each given selector is `rsa` or `ed25519`; without `k=` it is `rsa`. DKIM has no other
types.

Why mail bounces
----------------
A receiver ignores a key of a type that it does not know, and every signature with this selector fails. The usual
cause is the name of the signature algorithm, such as `rsa-sha256`, in the place of the key type. Where SPF does
not align with the From domain either, DMARC fails and the mail is refused.

Remedy
------
Write the type of the key into `k=`: `rsa` for an RSA key, `ed25519` for an Ed25519 key. A key of any other type
has to be replaced.
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
        "RFC 8463 section 4",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault != "type-unknown":
        return
    yield _publishing.weighed(
        key,
        Draft(
            "unknown",
            _publishing.place(key),
            {**_publishing.data(key), "kind": key.record.kind},
            _publishing.repaired(key),
        ),
    )
