"""DKIM key allows no current hash

What it checks
--------------
Where the key record of a given selector has a list of hash algorithms in `h=`, `sha256` is in it.

Why mail bounces
----------------
`h=` limits which signatures the key may be used for. SHA-256 is the only hash that receivers still accept:
SHA-1 was withdrawn from DKIM in 2018. With `h=sha1` a signature that uses SHA-256 must not be verified with this
key, and one that uses SHA-1 must not be accepted at all. So every signature fails. Where SPF does not align with
the From domain either, DMARC fails and the mail is refused.

Remedy
------
Publish the record without `h=`; then every hash that DKIM has may be used. See that your server signs with
`rsa-sha256` (`a=` in the `DKIM-Signature` header), and not with `rsa-sha1`.
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
        "RFC 8301 section 3.1",
        "RFC 6376 section 3.6.1",
        "RFC 6376 section 6.1.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if not key.sound or key.record.takes_sha256:
        return
    yield _publishing.weighed(
        key,
        Draft(
            "no-current-hash",
            _publishing.place(key),
            {**_publishing.data(key), "hashes": key.record.hashes},
            _publishing.record(key, "allow-all", dkim_edit.without_tag(key.text, "h")),
        ),
    )
