"""DMARC records: RFC 9989 section 4.7 and 4.8. Parsing never fails; faults and what then applies are data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliverkit.records import _tags

_VERSION = r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)"
_POLICIES = ("none", "quarantine", "reject")
_URI = r"(?i:[a-z][a-z0-9+.\-]*:[^\s,!]+(?:![0-9]+[kmgt]?)?\Z)"
_OPTIONAL = {"adkim": ("r", "s"), "aspf": ("r", "s"), "t": ("y", "n"), "psd": ("y", "n", "u")}
_DEFAULTS = {"adkim": "r", "aspf": "r", "t": "n", "psd": "u"}
REMOVED = frozenset({"pct", "rf", "ri"})
"""Tags of RFC 7489 that RFC 9989 took out; receivers ignore them."""


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """``p``/``sp``/``np``: as they apply, p='' when the record has no effect at all (RFC 9989 section 4.10.1).

    ``faults``: triples of text key, tag and value: ``policy-missing``, ``policy-invalid``, ``value-invalid``
    (the default applies), ``uri-invalid``, ``duplicate-tag``, ``not-a-tag``, ``removed-tag``.
    """

    text: str
    p: str
    sp: str
    np: str
    adkim: str
    aspf: str
    t: str
    psd: str
    rua: tuple[str, ...]
    ruf: tuple[str, ...]
    faults: tuple[tuple[str, str, str], ...]


def is_dmarc(text: str) -> bool:
    """Record selection: ``v=DMARC1`` first, case-sensitive (RFC 9989 section 4.7)."""
    return bool(re.match(_VERSION, text))


def parse(text: str) -> DmarcRecord:
    """Parse a text for which ``is_dmarc`` holds."""
    pairs = _tags.split(text)
    faults: list[tuple[str, str, str]] = []
    tags: dict[str, str] = {}
    for tag, value in pairs:
        name = tag.lower()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not value:
            faults.append(("not-a-tag", tag, value))
        elif name in tags:
            faults.append(("duplicate-tag", tag, value))
        else:
            tags[name] = value
            if name in REMOVED:
                faults.append(("removed-tag", tag, value))

    rua, ruf = (_uris(name, tags, faults) for name in ("rua", "ruf"))
    policies: dict[str, str] = {}
    invalid = False
    for name in ("p", "sp", "np"):
        if name in tags:
            value = tags[name].lower()
            if value in _POLICIES:
                policies[name] = value
            else:
                faults.append(("policy-invalid", name, tags[name]))
                invalid = True
    if "p" not in tags:
        faults.append(("policy-missing", "p", ""))
        policies["p"] = "none"
    if invalid:
        policies = {"p": "none" if rua else ""}
    p = policies.get("p", "")
    sp = policies.get("sp", p)
    optional = {}
    for name, allowed in _OPTIONAL.items():
        value = tags.get(name, _DEFAULTS[name]).lower()
        if value not in allowed:
            faults.append(("value-invalid", name, tags[name]))
            value = _DEFAULTS[name]
        optional[name] = value
    return DmarcRecord(
        text=text, p=p, sp=sp, np=policies.get("np", sp), rua=rua, ruf=ruf, faults=tuple(faults), **optional
    )


def _uris(name: str, tags: dict[str, str], faults: list[tuple[str, str, str]]) -> tuple[str, ...]:
    good = []
    for raw in tags.get(name, "").split(","):
        uri = raw.strip()
        if re.match(_URI, uri):
            good.append(uri)
        elif uri:
            faults.append(("uri-invalid", name, uri))
    return tuple(good)


def strictness(policy: str) -> int:
    """Policies in ascending order: none at all (''), ``none``, ``quarantine``, ``reject``."""
    return ("", *_POLICIES).index(policy)


def repair(record: DmarcRecord) -> str:
    """The record without its faults: what receivers ignore is left out, and a policy that they cannot read, or
    that is missing, becomes ``none``."""
    no_tags = {(tag, value) for key, tag, value in record.faults if key == "not-a-tag"}
    tags: dict[str, str] = {}
    for tag, value in _tags.split(record.text):
        if (tag, value) not in no_tags:
            tags.setdefault(tag.lower(), value)
    for key, tag, _ in record.faults:
        if key in {"policy-invalid", "value-invalid", "removed-tag"}:
            tags.pop(tag.lower(), None)
    for name in ("rua", "ruf"):
        uris = ",".join(filter(None, map(_meant_uri, tags.pop(name, "").split(","))))
        if uris:
            tags[name] = uris
    version, policy = tags.pop("v"), tags.pop("p", "none")
    rest = (f"{name}={value}" for name, value in tags.items())
    return "; ".join([f"v={version}", f"p={policy}", *rest])


def _meant_uri(text: str) -> str:
    """The address without the size limit, which RFC 9989 took out; '' where none can be made out."""
    address = text.partition("!")[0].strip()
    guess = address if re.match(_URI, address) else f"mailto:{address}"
    return guess if guess == address or ("@" in address and re.match(_URI, guess)) else ""
