"""The catalogue of blocklists, the register of those that are never asked, and public resolvers: data of ``lists/``."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from deliverkit.model.verdict import Severity
from deliverkit.resolver.names import is_within

_FOLDER = Path(__file__).parent / "lists"
_CATALOGUE = ("core", "addresses", "more_addresses", "domains", "good")
_REFUSALS = ipaddress.IPv4Network("127.255.255.0/24")  # Spamhaus, Validity: an error, never a listing
_BLOCKED = "127.0.0.1"  # SURBL, URIBL: blocked; never a listing on a well-run list (RFC 5782 section 5)
_POINTS = {
    "ip": ("2.0.0.127", "1.0.0.127"),
    # ::FFFF:7F00:2 and ::FFFF:7F00:1
    "ip6": tuple(f"{last}.0.0.0.0.0.f.7.f.f.f.f" + 20 * ".0" for last in "21"),
    "domain": ("test", "invalid"),
}
"""Kind -> the labels that have to be listed, and those that must not be (RFC 5782 section 5)."""


class Sort(StrEnum):
    """What an entry says of its subject. Only the first three are listings."""

    LISTED = "listed"
    RANGE = "range"  # a kind of address that should not send mail itself, whoever has it
    REVERSE = "reverse"  # a policy about the reverse name
    GOOD = "good"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Code:
    """One answer, or several of a kind, and what it means. ``advice``: the text key of the remedy."""

    octets: tuple[tuple[int, int], ...]
    says: str
    sort: Sort
    severity: Severity
    advice: str
    delist: str

    def fits(self, answer: tuple[int, ...]) -> bool:
        return all(low <= octet <= high for octet, (low, high) in zip(answer, self.octets, strict=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """What one answer of a list means. ``answer``: the address that came back; of an answer made of bits, its part."""

    answer: str
    says: str
    sort: Sort
    severity: Severity
    advice: str
    delist: str


@dataclass(frozen=True, slots=True)
class Blocklist:
    """One row. ``kinds``: ``ip``, ``ip6``, ``domain``. ``codes``: by the text that stands in the file.
    ``severity``: the most that a listing weighs. ``private``: it refuses public resolvers, or those it does not
    know. ``key``: the environment variable of its access key, '' for a public list; ``placeholder``: the label that
    stands for the key wherever a question is shown."""

    zone: str
    name: str
    kinds: tuple[str, ...]
    codes: Mapping[str, Code]
    severity: Severity
    delist: str
    terms: str
    source: str
    as_of: str
    bits: bool = False
    private: bool = False
    refusals: tuple[str, ...] = ()
    points: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    c: Mapping[str, str] = field(default_factory=dict)
    d: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    placeholder: str = ""
    instead_of: str = ""

    @property
    def title(self) -> str:
        """The zone as people know it, without the label of the key."""
        return self.zone.removeprefix(f"{self.placeholder}.") if self.key else self.zone

    @property
    def sample(self) -> str:
        """An answer that this list may give."""
        return ".".join(str(low) for low, _ in next(iter(self.codes.values())).octets)

    def test_points(self, kind: str) -> tuple[str, str]:
        """The labels that have to be listed, and those that must not be."""
        listed, clean = self.points.get(kind, _POINTS[kind])
        return listed, clean

    def refuses(self, answer: str) -> bool:
        """Whether the answer says "you may not ask", which is neither a listing nor the contrary."""
        octets = _octets(answer)
        if octets is None:
            return False
        blocked = octets[:3] == (127, 0, 0) and octets[3] & 1 if self.bits else answer == _BLOCKED
        return (
            ipaddress.IPv4Address(answer) in _REFUSALS
            or answer in self.refusals
            or (bool(blocked) and not any(code.fits(octets) for code in self.codes.values()))
        )

    def read(self, answer: str) -> tuple[Entry, ...]:
        """What the answer means; nothing where the list has not explained it."""
        octets = _octets(answer)
        if octets is None:
            return ()
        parts = [octets]
        if self.bits:
            parts = [(*octets[:3], 1 << bit) for bit in range(8) if octets[3] >> bit & 1]
        return tuple(
            self._entry(code, part) for part in parts for code in self.codes.values() if code.fits(part)
        )

    def _entry(self, code: Code, part: tuple[int, ...]) -> Entry:
        b, c, d = map(str, part[1:])
        says = code.says.format(b=b, c=self.c.get(c, c), d=self.d.get(d, d))
        shown = ".".join(map(str, part))
        return Entry(shown, says, code.sort, code.severity, code.advice, code.delist)


@dataclass(frozen=True, slots=True)
class Closed:
    """A zone that is never asked, with all below it. ``state``: as explained in the file; ``since``: a date as exact as
    it is known, or ''; ``instead``: the zone to ask in its place, or ''."""

    zone: str
    state: str
    since: str
    why: str
    as_of: str
    instead: str = ""


@cache
def catalogue() -> dict[str, Blocklist]:
    """Zone -> row, in the order of the files: those that decide first."""
    rows = (row for name in _CATALOGUE for row in _file(name)["list"])
    return {row["zone"]: _blocklist(row) for row in rows}


@cache
def register() -> tuple[Closed, ...]:
    """The zones that are never asked."""
    return tuple(Closed(**row) for row in _file("closed")["closed"])


def closed(zone: str) -> Closed | None:
    """The entry of the register that ``zone`` is in."""
    return next((row for row in register() if is_within(zone, row.zone)), None)


def public_resolvers(servers: Iterable[str]) -> tuple[str, ...]:
    """Those among the addresses that serve everybody, as ``Cloudflare 1.1.1.1``."""
    known = {ip: row["name"] for row in _file("public_resolvers")["resolver"] for ip in row["addresses"]}
    return tuple(dict.fromkeys(f"{known[server]} {server}" for server in servers if server in known))


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _blocklist(row: Mapping[str, Any]) -> Blocklist:
    severity = Severity[row["severity"]]
    codes = {answer: _code(answer, said, severity, row["delist"]) for answer, said in row["codes"].items()}
    points = {kind: tuple(labels) for kind, labels in row.get("points", {}).items()}
    lists = {key: tuple(row[key]) for key in ("kinds", "refusals") if key in row}
    return Blocklist(**{**row, **lists, "severity": severity, "codes": codes, "points": points})


def _code(answer: str, said: str | Mapping[str, str], severity: Severity, delist: str) -> Code:
    more = {"says": said} if isinstance(said, str) else said
    ranges = (re.fullmatch(r"(\d+)(?:-(\d+))?|\*", octet) for octet in answer.split("."))
    octets = ((int(m[1]), int(m[2] or m[1])) if m and m[1] else (0, 255) for m in ranges)
    return Code(
        tuple(octets),
        more["says"],
        Sort(more.get("sort", Sort.LISTED)),
        Severity[more["severity"]] if "severity" in more else severity,
        more.get("advice", "ask-delisting"),
        more.get("delist", delist),
    )


def _octets(answer: str) -> tuple[int, ...] | None:
    try:
        return tuple(ipaddress.IPv4Address(answer).packed)
    except ValueError:
        return None
