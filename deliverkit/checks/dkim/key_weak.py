"""DKIM key is weak

What it checks
--------------
An RSA key has at least 2048 bits, as RFC 8301 and the large receivers advise. Keys below 1024 bits are not
accepted any more and have a check of their own. Ed25519 keys have one length, which is enough.

Why mail bounces
----------------
It does not: receivers accept keys from 1024 bits on. But whoever breaks the key can sign mail in your name, and
keys of 1024 bits come within reach of those who have a lot of computers. Some receivers rate a mail a little
lower for it.

Remedy
------
Make a new RSA key of 2048 bits. The plan puts it at the same selector: signatures with the old key fail from then
on, so change the record and the signing server together. Without a gap: publish it under a new selector, change the
server, and empty the old record (`p=`) after a week. A TXT string holds 255 characters; a key of 2048 bits needs two
strings in one record, which most DNS services cut by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

LEAST, ADVISED = 1024, 2048  # bits; RFC 8301 section 3.2
RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 8301 section 3.2",),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.kind != "rsa" or not LEAST <= key.bits < ADVISED:
        return
    yield Draft(
        "below-advised",
        _publishing.place(key),
        {**_publishing.data(key), "bits": key.bits},
        # Whoever signs with a key that still works has to change over first.
        _publishing.new_key(key, "renew", safe=False),
    )
