"""Every DKIM selector has a key

What it checks
--------------
A selector that nobody uses has no key. To see it, one name is asked that is made up, always the same for a domain.
An empty key (`p=`) at a wildcard is fine: so a domain says that it never signs.

Why mail bounces
----------------
It does not, as long as your server signs with the key of the wildcard. But every selector now seems to have a key,
also one that is misspelt or was given up, so that finding a key proves nothing. No single selector can be taken
back, and a key that is missing shows only when receivers refuse the signature.

Remedy
------
Publish the key at the selectors that are in use, then remove the wildcard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimWildcard

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=(
        "RFC 4592 section 2.1",
        "RFC 6376 section 3.6.2.1",
    ),
    since="0.1",
    spoofing=None,
)


def judge(wildcard: DkimWildcard) -> Iterator[Draft]:
    if not wildcard.records:
        return
    yield Draft(
        "wildcard",
        Place(wildcard.wildcard, "CNAME" if wildcard.target else "TXT"),
        {"domain": wildcard.domain, "wildcard": wildcard.wildcard, "probe": wildcard.probe},
        Remedy(
            "name-them" if wildcard.relying else "remove",
            (*(_own(name, wildcard) for name in wildcard.relying), _gone(wildcard)),
            data={"selectors": ", ".join(wildcard.relying)},
            # Selectors that were not given may live on the wildcard as well.
            safe=False,
        ),
    )


def _own(key_name: str, wildcard: DkimWildcard) -> RecordChange:
    """The wildcard answers for the name, so that the record seems to be there already."""
    if wildcard.target:
        return RecordChange(Action.ADD, key_name, "CNAME", (wildcard.target,), always=True)
    return RecordChange(Action.ADD, key_name, "TXT", tuple(map(Txt.of, wildcard.records)), always=True)


def _gone(wildcard: DkimWildcard) -> RecordChange:
    if wildcard.target:
        return RecordChange(Action.REMOVE, wildcard.wildcard, "CNAME", (wildcard.target,))
    return RecordChange(Action.REMOVE, wildcard.wildcard, "TXT", tuple(map(Txt.of, wildcard.records)))
