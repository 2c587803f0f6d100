"""What the DKIM checks say of a key, and the remedies that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deliverkit.checks import _weighing
from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place
from deliverkit.model.verdict import Stage
from deliverkit.records import dkim
from deliverkit.resolver.names import is_within

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey, DkimSelector

# The changes are made at the key's holder: where the key name is an alias, nothing may stand beside that
# (RFC 1034 section 3.6.2).


def weighed(seen: DkimKey | DkimSelector, draft: Draft) -> Draft:
    """The failure of one signature, which counts less where the mail passes DMARC without it."""
    return _weighing.weighed(seen.other, draft, Stage.DATA)


def owner(seen: DkimKey | DkimSelector, name: str) -> Actor:
    """Who can change records at ``name``, which a key name is or leads to: whoever signs for another domain, or
    keeps the key for this one, has a zone of their own."""
    _, _, domain = seen.key_name.partition("._domainkey.")
    own = name == seen.key_name or is_within(name, domain)
    return Actor.YOU if own and not seen.foreign else Actor.ZONE_OWNER


def place(key: DkimKey) -> Place:
    return Place(key.key_name, "TXT")


def data(key: DkimKey) -> dict[str, str]:
    """What every message about a key names."""
    return {"selector": key.selector, "key_name": key.key_name}


def new_key(key: DkimKey, sentence: str, *, safe: bool = True) -> Remedy:
    """A key that only the reader can make takes the place of this one."""
    change = dkim.new_key(Action.REPLACE, key.holder, owner(key, key.holder))
    return Remedy(sentence, (change,), data={"holder": key.holder}, safe=safe)


def record(key: DkimKey, sentence: str, text: str) -> Remedy:
    """The key record becomes ``text``."""
    change = RecordChange(Action.REPLACE, key.holder, "TXT", (Txt.of(text),), by=owner(key, key.holder))
    return Remedy(sentence, (change,), data={"holder": key.holder, "record": text})


def repaired(key: DkimKey) -> Remedy:
    """The record as it was meant, under ``repair``; where nobody can tell that, a new key, under ``republish``."""
    return record(key, "repair", key.repaired) if key.repaired else new_key(key, "republish")
