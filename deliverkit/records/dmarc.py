"""DMARC records: RFC 9989 section 4.7 and 4.8. Parsing never fails; faults and what then applies are data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from deliverkit.records import _tags

_VERSION = r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)"
_POLICIES = ("none", "quarantine", "reject")
# RFC 3986 section 2, without "," and "!", which RFC 9989 section 4.8 wants encoded; ";" ends the tag.
_URI = r"(?ai:[a-z][a-z0-9+.\-]*:(?:[a-z0-9_\-.~:/?#\[\]@$&'()*+=]|%[0-9a-f]{2})+(?:![0-9]+[kmgt]?)?\Z)"
_OPTIONAL = {"adkim": ("r", "s"), "aspf": ("r", "s"), "t": ("y", "n"), "psd": ("y", "n", "u")}
_DEFAULTS = {"adkim": "r", "aspf": "r", "t": "n", "psd": "u"}
_RUN_ON = re.compile(
    r"(?<![;\s])[ \t]++(?=(?:p|sp|np|rua|ruf|adkim|aspf|fo|t|psd|pct|rf|ri)[ \t]*=)", re.IGNORECASE
)
"""Where a semicolon was forgotten: blanks before a tag."""
REMOVED = frozenset({"pct", "rf", "ri"})
"""Tags of RFC 7489 that RFC 9989 took out; receivers ignore them."""


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """``p``/``sp``/``np``: as they apply, p='' when the record has no effect at all (RFC 9989 section 4.10.1).

    ``faults``: triples of text key, tag and value: ``policy-missing``, ``policy-invalid``, ``value-invalid``
    (the default applies), ``uri-invalid``, ``duplicate-tag``, ``not-a-tag``, ``removed-tag``.
    ``given``: which of p, sp and np have a value of their own; the others follow, np from sp, sp from p.
    ``applies``: False where receivers apply no DMARC at all (RFC 9989 section 4.10.1): a policy is not valid, or
    p is missing, and there is no valid address in rua.
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
    fo: str
    given: tuple[str, ...]
    applies: bool


@dataclass(frozen=True, slots=True)
class LegacyPolicy:
    """The tags that RFC 7489 reads otherwise (sections 6.3 and 6.6.3): p='' when the record has no effect;
    ``pct`` in percent, 100 where it is not valid."""

    p: str
    sp: str
    pct: int


def is_dmarc(text: str) -> bool:
    """Record selection: ``v=DMARC1`` first, case-sensitive (RFC 9989 section 4.7)."""
    return bool(re.match(_VERSION, text))


@lru_cache(maxsize=1024)
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
    fo = tags.get("fo", "0").lower()
    if not _is_fo(fo):
        faults.append(("value-invalid", "fo", tags["fo"]))
        fo = "0"
    return DmarcRecord(
        text=text,
        p=p,
        sp=sp,
        np=policies.get("np", sp),
        rua=rua,
        ruf=ruf,
        faults=tuple(faults),
        fo=fo,
        given=tuple(policies),
        # Section 4.7 reads a missing p as none and refers to 4.10.1, which asks for an address in rua then too.
        applies=bool(rua) or ("p" in tags and not invalid),
        **optional,
    )


@lru_cache(maxsize=1024)
def parse_legacy(text: str) -> LegacyPolicy:
    """The policies as RFC 7489 sections 6.3 and 6.6.3 have them, of a text for which ``is_dmarc`` holds."""
    tags: dict[str, str] = {}
    for tag, value in _tags.split(text):
        tags.setdefault(tag.lower(), value)
    p = tags.get("p", "").lower()
    sp = tags.get("sp", p).lower()
    if p not in _POLICIES or sp not in _POLICIES:
        p = sp = "none" if _uris("rua", tags, []) else ""
    pct = tags.get("pct", "")
    asked = int(pct) if re.fullmatch("[0-9]{1,3}", pct) else 100
    return LegacyPolicy(p, sp, asked if asked <= 100 else 100)


def _is_fo(value: str) -> bool:
    """``dmarc-fo`` of RFC 9989 section 4.8: each option once, in any order; 0 and 1 exclude each other."""
    options = value.split(":")
    return (
        set(options) <= set("01ds") and len(options) == len(set(options)) and not {"0", "1"} <= set(options)
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
    """The record without its faults, which asks for no more than it does today: what receivers ignore is left out,
    a missing policy becomes ``none``, and so do all where one is not valid or the record has no effect, because
    none of them applies then (RFC 9989 section 4.10.1)."""
    record, today = parse(_RUN_ON.sub(";", record.text)), record
    no_tags = {(tag, value) for key, tag, value in record.faults if key == "not-a-tag"}
    tags: dict[str, str] = {}
    for tag, value in _tags.split(record.text):
        if (tag, value) not in no_tags:
            tags.setdefault(tag.lower(), value)
    for key, tag, _ in record.faults:
        if key in {"value-invalid", "removed-tag"}:
            tags.pop(tag.lower(), None)
    invalid = any(key == "policy-invalid" for key, _, _ in (*record.faults, *today.faults))
    rises = any(strictness(getattr(record, t)) > strictness(getattr(today, t)) for t in ("p", "sp", "np"))
    if invalid or rises or not today.applies:
        tags |= dict.fromkeys({"p", "sp", "np"} & set(tags), "none")
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
