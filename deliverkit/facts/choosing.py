"""Which blocklists to ask: ``core``, ``all``, ``none``, or names."""

from __future__ import annotations

from collections.abc import Collection

from deliverkit.facts.blocklists import Blocklist, catalogue, closed
from deliverkit.model.subject import CORE_BLOCKLISTS
from deliverkit.model.verdict import Severity
from deliverkit.records.given import Unusable

CORE, ALL, NONE = "core", "all", "none"


def choose(wanted: str, have: Collection[str] = ()) -> tuple[str, ...]:
    """The zones that ``wanted`` names, in order: ``core``, ``all``, ``none`` or zones, with commas between.

    ``have``: the placeholders of the access keys that there are. A list with a keyed form is asked in that where there
    is a key; ``core`` and ``all`` leave out the lists whose key there is not. Raises Unusable for a name that no list
    has, that is never asked, or that wants a key.
    """
    words = [word.strip().lower().removesuffix(".") for word in wanted.split(",")]
    if NONE in words:
        if words != [NONE]:
            raise Unusable("dnsbl-none-with-others")
        return ()
    zones = [zone for word in words for zone in _named(word, have)]
    replaced = {row.instead_of: row.zone for row in _keyed(have) if row.instead_of}
    return tuple(dict.fromkeys(replaced.get(zone, zone) for zone in zones))


def _named(word: str, have: Collection[str]) -> list[str]:
    if word == CORE:
        return [*CORE_BLOCKLISTS, *(row.zone for row in _keyed(have) if row.severity > Severity.NOTE)]
    if word == ALL:
        return [row.zone for row in catalogue().values() if not row.key or row.placeholder in have]
    known = {name: row for row in catalogue().values() for name in (row.zone, row.title)}
    if word not in known:
        raise _unknown(word, known)
    row = known[word]
    if row.key and row.placeholder not in have:
        raise Unusable("dnsbl-without-key", name=row.title, variable=row.key)
    return [row.zone]


def _keyed(have: Collection[str]) -> list[Blocklist]:
    return [row for row in catalogue().values() if row.placeholder in have]


def _unknown(word: str, known: Collection[str]) -> Unusable:
    found = closed(word)
    if found is not None:
        data = {"name": word, "reason": found.why, "since": found.since, "instead": found.instead}
        key = "dnsbl-merged" if found.instead else "dnsbl-closed-since" if found.since else "dnsbl-closed"
        return Unusable(key, **data)
    from difflib import get_close_matches  # noqa: PLC0415 - only who errs pays for it

    near = get_close_matches(word[:253], [CORE, ALL, NONE, *known], n=3)
    near += [name for name in known if word and f".{word}." in f".{name}." and name not in near][:3]
    if near:
        return Unusable("dnsbl-unknown-near", name=word, near=", ".join(near))
    return Unusable("dnsbl-unknown", name=word)
