"""DKIM key has a limit that is no longer used

What it checks
--------------
The key record of each given selector has no `g=`, or `g=*`, which limits nothing.

Why mail bounces
----------------
Mostly it does not. In the first version of DKIM, `g=` named the local part of the addresses that the key may sign
for, and an empty `g=` allowed none. Receivers ignore the tag today, but the RFC advises to leave it out, because
old software may still look at it. Then the signature fails there.

Remedy
------
Publish the record without `g=`. It limits nobody: a key that must not sign for all addresses of a domain needs a
sub-domain of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dkim_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=(
        "RFC 6376 section 3.6.1",
        "RFC 6376 appendix C.2",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    granularity = dict(dkim_edit.tags(key.text)).get("g", "*")
    if not key.sound or granularity == "*":
        return
    yield Draft(
        "limited" if granularity else "empty",
        _publishing.place(key),
        {**_publishing.data(key), "granularity": granularity},
        _publishing.record(key, "drop", dkim_edit.without_tag(key.text, "g")),
    )
