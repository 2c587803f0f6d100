"""An SPF record made ready for evaluation: what every client would have to work out again is worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from deliverkit.auth.macros import Tokens, compiled
from deliverkit.auth.results import Result
from deliverkit.records import spf

_RESULTS = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL}
_SHORT = 2048  # octets: longer records are rare, or meant to fill the memory


@dataclass(frozen=True, slots=True)
class Move:
    """One term. ``kind``: '' for a modifier that is not known. ``result``: when it matches (RFC 7208 section
    4.6.2).

    ``target``: the name it is about where that is fixed, as ``target_name`` gives it; else None, and ``macros``
    make it, or, where these are empty too, the current domain is meant. ``shift4``/``shift6``: the bits of an
    address that do not count.
    """

    text: str
    kind: str
    result: Result
    target: str | None
    macros: Tokens
    network: int
    shift4: int
    shift6: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``error``: the first term that breaks the record (section 4.6); then nothing of it is evaluated.
    ``moves``: mechanisms and unknown modifiers, in published order."""

    error: spf.Term | None
    moves: tuple[Move, ...] = ()
    redirect: Move | None = None
    exp: Move | None = None


def plan(text: str) -> Plan:
    """The plan of a text for which ``spf.is_spf`` holds."""
    return _short(text) if len(text) <= _SHORT else _long(text)


def _made(text: str) -> Plan:
    terms = spf.parse(text).terms
    error = next((term for term in terms if term.breaks), None)
    if error is not None:
        return Plan(error)
    moves: list[Move] = []
    modifiers: dict[str, Move] = {}
    for term in terms:
        move = _move(term)
        if move.kind in {"redirect", "exp"}:
            modifiers[move.kind] = move
        else:
            moves.append(move)
    return Plan(None, tuple(moves), modifiers.get("redirect"), modifiers.get("exp"))


_short = lru_cache(maxsize=256)(_made)
_long = lru_cache(maxsize=11)(_made)  # as many as one evaluation can meet


def _move(term: spf.Term) -> Move:
    known = bool(term.qualifier) or term.kind in {"redirect", "exp"}
    named = known and bool(term.value) and term.kind not in {"ip4", "ip6"}
    return Move(
        text=term.text,
        kind=term.kind if known else "",
        result=_RESULTS.get(term.qualifier, Result.NEUTRAL),
        target=spf.target_name(term.value) if named and not term.has_macro else None,
        macros=compiled(term.value) if named and term.has_macro else (),
        network=term.network,
        shift4=32 - (32 if term.prefix4 is None else term.prefix4),
        shift6=128 - (128 if term.prefix6 is None else term.prefix6),
    )
