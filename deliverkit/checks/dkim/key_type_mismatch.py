"""DKIM key type does not fit the key

What it checks
--------------
The key in `p=` is of the type that `k=` names; without `k=` that is RSA. An Ed25519 key stands in `p=` as it is,
its 32 octets in base64, an RSA key inside the structure that tools write (SubjectPublicKeyInfo).

Why mail bounces
----------------
Receivers read `p=` in the way that `k=` says. If that does not fit, they have no key, and every signature with
this selector fails. It happens when `k=ed25519` is forgotten, when `k=` stays as it was while the key changes, or
when the output of `openssl` for an Ed25519 key is published whole. Where SPF does not align with the From domain
either, DMARC fails and the mail is refused.

Remedy
------
Publish the record with the type that the key has. Nothing has to change on the signing server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim_edit

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
    if key.fault != "type-mismatch":
        return
    wrapped = key.record.p != dkim_edit.value(key.repaired, "p")
    message = "wrapped" if wrapped else "is-rsa" if key.record.kind == "ed25519" else "is-ed25519"
    yield _publishing.weighed(
        key, Draft(message, _publishing.place(key), _publishing.data(key), _publishing.repaired(key))
    )
