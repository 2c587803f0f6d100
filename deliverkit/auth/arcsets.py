"""The ARC Sets of a message, their structure and their seals: RFC 8617 sections 4.1, 4.2 and 5.1.1."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deliverkit.auth.material import Material
from deliverkit.auth.results import Reason
from deliverkit.records.dkim_signature import MOST_INSTANCES, Kind, Signature, instance, parse

SEAL = "ARC-Seal"
MESSAGE_SIGNATURE = "ARC-Message-Signature"
RESULTS = "ARC-Authentication-Results"
_NAMES = (RESULTS, MESSAGE_SIGNATURE, SEAL)

_CFWS = rb"(?:[ \t\r\n]++|\((?:[^()\\]|\\.)*+\))*+"
# `arc-info` of section 4.1.1: the instance comes first, and a semicolon ends it.
_INSTANCE = re.compile(_CFWS + rb"i" + _CFWS + rb"=" + _CFWS + rb"([0-9]{1,2})" + _CFWS + rb";", re.DOTALL)

_Places = Mapping[int, Mapping[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A header field of a set that signs. ``place``: where it stands in the message."""

    place: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class Set:
    """One complete ARC Set. ``results``: the place of its ARC-Authentication-Results; ``payload``: what that says
    after the instance."""

    instance: int
    results: int
    payload: str
    message_signature: Part
    seal: Part


@dataclass(frozen=True, slots=True)
class Chain:
    """``sets``: the complete ones, the oldest first. ``fault``: what is wrong with the structure, None for a
    chain whose signatures are worth testing."""

    sets: tuple[Set, ...]
    fault: Reason | None


def read(material: Material) -> Chain | None:
    """The chain of a message; None where it has no ARC header field at all."""
    count = sum(len(material.places(name.lower().encode())) for name in _NAMES)
    if count > len(_NAMES) * MOST_INSTANCES:  # they cannot be sets, so none of them needs to be read
        return Chain((), Reason("arc.too-many", {"count": count, "most": MOST_INSTANCES}))
    places: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    signatures: dict[int, Signature] = {}
    payloads: dict[int, str] = {}
    for name in _NAMES:
        for place in material.places(name.lower().encode()):
            value = material.message.fields[place].value
            if name == RESULTS:
                found = _INSTANCE.match(value)
                number = instance(found[1].decode()) if found else 0
                rest = value[found.end() :] if found else value
                payloads[place] = rest.replace(b"\r\n", b"").strip().decode("utf-8", "replace")
            else:
                signatures[place] = parse(Kind.SEAL if name == SEAL else Kind.MESSAGE, value)
                number = signatures[place].instance
            places[number][name].append(place)
    if not places:
        return None
    sets = []
    for number in sorted(places):
        if number and all(len(places[number][name]) == 1 for name in _NAMES):
            (results,), (message_signature,), (seal,) = (places[number][name] for name in _NAMES)
            sets.append(
                Set(
                    number,
                    results,
                    payloads[results],
                    Part(message_signature, signatures[message_signature]),
                    Part(seal, signatures[seal]),
                )
            )
    return Chain(tuple(sets), _incomplete(places) or _contradiction(sets))


def _incomplete(places: _Places) -> Reason | None:
    """Section 5.2 steps 1, 3A and 3B: one of each of the three fields for each instance, and no gap."""
    if 0 in places:
        return Reason("arc.instance", {"name": next(name for name in _NAMES if places[0].get(name))})
    for number in range(1, max(places) + 1):
        counts = {name: len(places[number].get(name, ())) if number in places else 0 for name in _NAMES}
        if not any(counts.values()):
            return Reason("arc.gap", {"instance": number, "highest": max(places)})
        for name, count in counts.items():
            if count == 0:
                return Reason("arc.missing", {"instance": number, "name": name})
            if count > 1:
                return Reason("arc.several", {"instance": number, "name": name, "count": count})
    return None


def _contradiction(sets: Sequence[Set]) -> Reason | None:
    """Section 5.2 steps 2 and 3C: what the seals say of the chain before them."""
    if sets[-1].seal.signature.cv == "fail":
        return Reason("arc.cv-fail", {"instance": sets[-1].instance})
    for one in sets:
        cv, expected = one.seal.signature.cv, "none" if one.instance == 1 else "pass"
        if cv != expected:
            return Reason("arc.cv", {"instance": one.instance, "cv": cv, "expected": expected})
    return None


def seal_digests(material: Material, sets: Sequence[Set]) -> dict[int, bytes]:
    """What each seal signs, by the place of the seal: all sets up to its own, in order (section 5.1.1)."""
    digests = {}
    running = hashlib.sha256()
    for one in sets:
        for place in (one.results, one.message_signature.place):
            running.update(material.field(place, "relaxed") + b"\r\n")
        own = running.copy()
        own.update(material.emptied(one.seal.place, "relaxed"))
        digests[one.seal.place] = own.digest()
        running.update(material.field(one.seal.place, "relaxed") + b"\r\n")
    return digests
