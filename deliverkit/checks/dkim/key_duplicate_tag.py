"""DKIM key record has a tag twice

What it checks
--------------
No tag stands twice in the key record of a given selector.

Why mail bounces
----------------
A list with the same tag twice is invalid as a whole, so receivers that keep to the rules have no key, and every
signature with this selector fails. It happens when a record is pasted into a field that already holds one, or
when two records are joined into one. Where SPF does not align with the From domain either, DMARC fails and the
mail is refused.

Remedy
------
Publish the record with every tag once. If the two say different things, such as two different keys in `p=`, use
the one that belongs to your signing server.
"""

from __future__ import annotations

from collections import Counter
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
        "RFC 6376 section 3.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault != "duplicate-tag":
        return
    counted = Counter(name for name, _ in dkim_edit.tags(key.text))
    repeated = tuple(name for name, count in counted.items() if count > 1)
    yield _publishing.weighed(
        key,
        Draft(
            "repeated",
            _publishing.place(key),
            {**_publishing.data(key), "tags": repeated},
            _publishing.repaired(key),
        ),
    )
