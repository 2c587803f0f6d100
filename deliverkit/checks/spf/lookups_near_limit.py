"""SPF record has no look-ups to spare

What it checks
--------------
The SPF record leaves at least two of the ten DNS look-ups unused that RFC 7208 allows. They are counted as in
spf-too-many-lookups, through all included records. It is told only where a term can be written out instead, and
the record stays short.

Why mail bounces
----------------
It does not bounce today. But an included record belongs to somebody else, and may need one more look-up
tomorrow without a word to you. With nine or ten in use, that breaks the record for every host at its end.

Remedy
------
Take out services that you no longer use, and terms that nobody needs. Write out the networks of terms that
rarely change, such as `a` and `mx` of your own hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import relieve_spf
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfHeadRoom

LIMIT, _NEAR = 10, 9
RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 10.1.1"),
    since="0.1",
    spoofing=None,
)


def judge(tree: SpfHeadRoom) -> Iterator[Draft]:
    wish = tree.lookups - _NEAR + 1
    if wish <= 0 or tree.lookups > LIMIT:
        return
    costs = [spf_edit.Cost(t.text, t.lookups, t.networks) for t in tree.terms]
    remedy = relieve_spf(tree, costs, 0, wish)
    changed = {*remedy.data["flattened"].split(", "), *remedy.data["dropped"].split(", ")}
    if sum(c.cost for c in costs if c.text in changed) < wish:
        return
    yield Draft(
        "near-limit",
        Place(tree.domain, "TXT"),
        {
            "domain": tree.domain,
            "lookups": tree.lookups,
            "limit": LIMIT,
            "costs": tuple(f"{t.text} {t.lookups}" for t in tree.terms if t.lookups),
        },
        remedy,
    )
