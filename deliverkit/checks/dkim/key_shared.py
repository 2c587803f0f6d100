"""DKIM selectors share a key

What it checks
--------------
No two of the given selectors of one signing domain hold the same public key. Selectors that are aliases of one
name are not meant.

Why mail bounces
----------------
It does not. But a second selector is there so that a key can be changed or taken back without the other. With the
same key at both, changing the selector changes nothing, and taking the key back from one leaves it valid at the
other: whoever got hold of it can go on signing.

Remedy
------
Make a key of its own for each selector and each server that signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Action, Actor, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dkim
from deliverkit.resolver.names import is_within

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimPublicKeys

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=(
        "RFC 6376 section 3.1",
        "RFC 6376 section 8.3",
    ),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(public_keys: DkimPublicKeys) -> Iterator[Draft]:
    holders: dict[str, dict[str, str]] = {}
    for key_name, holder, p in public_keys.keys:
        holders.setdefault(p, {}).setdefault(holder, key_name)
    for names in holders.values():
        if len(names) < 2:
            continue
        first, *others = names.values()
        # The first keeps its key: one of them has to be the one that signs.
        changes = tuple(
            dkim.new_key(
                Action.REPLACE, h, Actor.YOU if is_within(h, public_keys.domain) else Actor.ZONE_OWNER
            )
            for h in list(names)[1:]
        )
        yield Draft(
            "shared" if len(others) > 1 else "shared-with-one",
            Place(first, "TXT"),
            {"key_name": first, "others": tuple(others), "domain": public_keys.domain},
            Remedy("separate" if len(others) > 1 else "separate-one", changes, safe=False),
        )
