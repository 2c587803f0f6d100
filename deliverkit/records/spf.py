"""SPF records: RFC 7208 section 12 (collected ABNF), RFC 6652 modifiers. Parsing never fails; faults are data."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

# Section 7.1; the letters c, r and t of the ABNF are for explanation texts only (section 7.2), and a digit
# transformer is not zero (section 7.3).
_MACRO = r"%\{[slodiphv](?:0*[1-9]\d*)?r?[.\-+,/_=]*\}|%%|%_|%-"
_LITERAL = r"[\x21-\x24\x26-\x7e]"
# Patterns are compiled at their first use (re keeps them): a page about SPF parses nothing.
_MACRO_STRING = rf"(?i:(?:{_MACRO}|{_LITERAL})*\Z)"
_TOPLABEL = r"(?:[0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])"
_DOMAIN_END = rf"(?i:(?:\.{_TOPLABEL}\.?|{_MACRO})\Z)"
_MODIFIER = r"(?is:([a-z][a-z0-9_.\-]*)=(.*)\Z)"
_MECHANISM = r"(?is:([+\-?~]?)([a-z][a-z0-9_.\-]*)(?:([:/])(.*))?\Z)"
_DUAL_CIDR = r"(?:/(?P<four>\d+))?(?://(?P<six>\d+))?\Z"
_NAME = r"[\x00-\x2d\x2f-\x7f]{1,63}(?:\.[\x00-\x2d\x2f-\x7f]{1,63})*\Z"
_PLAIN_NAME = r"[ !-?A-\[\]-~]*\Z"
_ESCAPES = {"\\": "\\\\"} | {chr(octet): f"\\{octet:03d}" for octet in (*range(0x20), 0x7F)}

LONGEST_NAME = 253
"""Octets of a name in presentation form: 255 on the wire (RFC 1035 section 2.3.4)."""

MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
QUERYING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that count towards the ten look-ups (RFC 7208 section 4.6.4)."""
_MOST_GUESSES = 100  # a record with more faults is not mended term by term
_HARMLESS = "mechanism-with-equals"

MAX_LOOKUPS, MAX_VOIDS, MAX_MX = 10, 2, 10
"""Of one evaluation: terms that ask the DNS, terms that find nothing, hosts of one ``mx`` (RFC 7208 section 4.6.4)."""

WIDEST4, WIDEST6 = 14, 32
"""Prefix lengths of the widest networks that one sender has. The widest that a large mail service publishes for its
outgoing mail is 52.100.0.0/14 (Microsoft 365 endpoints for TCP port 25, version 2026081400); in SPF records it is a
/15 (Microsoft 365) and in IPv6 a /36 (Google). A /32 is a registry's usual grant to a provider."""

# What people write and what they mean; seen in the wild and in pyspf's own table of mistakes.
_ALIASES = {"ip": "ip4", "ipv4": "ip4", "ipv6": "ip6", "prt": "ptr", "includes": "include", "exist": "exists"}
# Dashes, quotes and invisible characters that come with copying from a page or a letter.
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\x96\x97", "-")
    | dict.fromkeys("\u2018\u2019\u201c\u201d\u00a0\u200b\ufeff", "")
)


@dataclass(frozen=True, slots=True)
class Term:
    """One directive or modifier.

    ``kind``: mechanism or modifier name, lower case. ``qualifier``: ``+ - ~ ?``, '' for a modifier.
    ``value``: domain-spec or network, '' when absent. ``prefix4``/``prefix6``: CIDR lengths in bits or None.
    ``fault``: text key of a syntax error (RFC 7208 section 4.6), '' when none. ``meant``: the term that was
    probably meant, '' when there is no good guess. ``network``: of ip4 and ip6 the bits that the prefix length
    keeps, as an integer.
    """

    text: str
    kind: str
    qualifier: str = "+"
    value: str = ""
    prefix4: int | None = None
    prefix6: int | None = None
    fault: str = ""
    meant: str = ""
    network: int = field(default=0, compare=False, repr=False)

    @property
    def has_macro(self) -> bool:
        return "%" in self.value

    @property
    def breaks(self) -> bool:
        """Whether the fault is an error of syntax, which makes the whole record unusable (section 4.6).

        To the grammar ``a=`` is an unknown modifier, and these are ignored (section 6); only to people is it a
        mistake.
        """
        return self.fault not in {"", _HARMLESS}


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A record that begins with ``v=spf1``; ``terms`` in published order."""

    text: str
    terms: tuple[Term, ...]

    @property
    def faults(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if t.fault)

    @property
    def mechanisms(self) -> tuple[Term, ...]:
        return tuple(t for t in self.terms if t.qualifier)

    def modifier(self, name: str) -> Term | None:
        return next((t for t in self.terms if not t.qualifier and t.kind == name), None)

    @property
    def all(self) -> Term | None:
        """The ``all`` mechanism, which ends evaluation (RFC 7208 section 5.1)."""
        return next((t for t in self.terms if t.kind == "all" and t.qualifier and not t.fault), None)


def is_spf(text: str) -> bool:
    """Record selection: the version section, then a blank or the end (RFC 7208 section 4.5)."""
    return text[:6].lower() == "v=spf1" and (len(text) == 6 or text[6] == " ")


def target_name(text: str) -> str:
    """The name that an expanded domain-spec stands for (section 4.8), without the final dot; '' where no such name
    can exist.

    What is longer than 253 octets loses labels on the left until it fits (section 7.3). Names beyond ASCII do not
    exist in SPF (RFC 8616 section 4).
    """
    name = text.removesuffix(".")
    if len(name) > LONGEST_NAME:
        name = name[-LONGEST_NAME - 1 :].partition(".")[2]
    return name if re.match(_NAME, name) else ""


def presented(name: str) -> str:
    """A target-name in presentation form (RFC 1035 section 5.1). Macros know no escapes: in them a backslash is
    a character like others."""
    if re.match(_PLAIN_NAME, name):
        return name
    shown = "".join(_ESCAPES.get(ch, ch) for ch in name)
    return "\\@" if shown == "@" else shown  # alone, it stands for the origin of a zone file


# Records come from outside and may be 60 kB long; facts and remedies parse the same few again and again.
@lru_cache(maxsize=64)
def parse(text: str) -> SpfRecord:
    """Parse a text for which ``is_spf`` holds."""
    terms = [_term(t) for t in text[6:].split(" ") if t]
    for i in [i for i, t in enumerate(terms) if t.fault][:_MOST_GUESSES]:
        terms[i] = replace(terms[i], meant=_meant(terms[i].text))
    seen: set[str] = set()
    for i, t in enumerate(terms):
        if t.kind in {"redirect", "exp"} and not t.qualifier and not t.fault:
            if t.kind in seen:
                terms[i] = Term(t.text, t.kind, "", t.value, fault="duplicate-modifier")
            seen.add(t.kind)
        if i and t.fault and not t.meant and terms[i - 1].text[-1] == ":":
            # "include: example.net": the blank cut one term in two.
            whole = terms[i - 1].text + t.text
            if not _term(whole).fault:
                terms[i - 1] = replace(terms[i - 1], meant=whole)
    return SpfRecord(text, tuple(terms))


def _meant(text: str) -> str:
    """The first likely correction that is free of faults, '' when there is none."""
    plain = _typed(text).strip("\"',;.")
    m = re.match(r"([+\-?~]?)([a-z0-9]*)([:=]?)(.*)\Z", plain, re.IGNORECASE | re.DOTALL)
    sign, name, value = (m.group(1), m.group(2).lower(), m.group(4)) if m else ("", "", "")
    guesses = [plain, f"{sign}{_ALIASES.get(name, name)}:{value}"]
    if name in {"ip", "ip4", "ip6"} or name in _ALIASES:
        guesses.append(f"{sign}{'ip6' if ':' in value else 'ip4'}:{value}")
    if name == "all":
        guesses.append(f"{sign}all")
    guesses.append(f"{'ip6' if ':' in plain else 'ip4'}:{plain}")
    return next((g for g in guesses if not _term(g).fault), "")


def _typed(text: str) -> str:
    """The text as a plain keyboard would have written it."""
    with suppress(UnicodeError):  # an older encoding: its octets are the characters already
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_TYPOGRAPHY)


def _term(text: str) -> Term:
    if any(not "!" <= ch <= "~" for ch in text):
        return Term(text, "", fault="bad-character")
    if m := re.match(_MODIFIER, text):
        return _modifier(text, m.group(1).lower(), m.group(2))
    m = re.match(_MECHANISM, text)
    if not m:
        return Term(text, "", fault="unreadable")
    qualifier, kind, separator, rest = (
        m.group(1) or "+",
        m.group(2).lower(),
        m.group(3) or "",
        m.group(4) or "",
    )
    if kind not in MECHANISMS:
        return Term(text, kind, qualifier, fault="unknown-mechanism")
    return _mechanism(text, qualifier, kind, separator, rest)


def _modifier(text: str, kind: str, value: str) -> Term:
    key = _domain_fault(value) if kind in {"redirect", "exp"} else _macro_fault(value)
    if (kind in MECHANISMS or kind in _ALIASES) and not key:
        # "include=example.com" parses as an unknown modifier and is silently ignored: never what was meant.
        key = _HARMLESS
    return Term(text, kind, "", value, fault=key)


def _mechanism(text: str, qualifier: str, kind: str, separator: str, rest: str) -> Term:
    def bad(key: str) -> Term:
        return Term(text, kind, qualifier, rest, fault=key)

    if kind == "all":
        return bad("value-not-allowed") if separator else Term(text, kind, qualifier)
    if kind in {"ip4", "ip6"}:
        if separator != ":" or not rest:
            return bad("missing-network")
        return _network(text, qualifier, kind, rest)
    if kind in {"include", "exists"}:
        if separator != ":" or not rest:
            return bad("missing-domain")
        key = _domain_fault(rest)
        return Term(text, kind, qualifier, rest, fault=key)
    if kind == "ptr":
        if separator == "/":
            return bad("value-not-allowed")
        key = _domain_fault(rest) if separator else ""
        return Term(text, kind, qualifier, rest, fault=key)
    # a and mx: [ ":" domain-spec ] [ dual-cidr-length ]
    spec = f"/{rest}" if separator == "/" else rest
    cidr = next(re.finditer(_DUAL_CIDR, spec))
    domain, four, six = spec[: cidr.start()], cidr.group("four"), cidr.group("six")
    if not (_prefix_ok(four, 32) and _prefix_ok(six, 128)):
        return bad("bad-prefix")
    if separator == "/" and domain:
        return bad("bad-prefix")
    if separator == ":" and (key := _domain_fault(domain)):
        # A slash may be part of a domain-spec; where that makes no sense, it was meant to start a prefix.
        name, slash, _ = domain.partition("/")
        return bad("bad-prefix" if slash and not _domain_fault(name) else key)
    return Term(
        text, kind, qualifier, domain, None if four is None else int(four), None if six is None else int(six)
    )


def _network(text: str, qualifier: str, kind: str, rest: str) -> Term:
    address, slash, prefix = rest.partition("/")
    limit = 32 if kind == "ip4" else 128
    number = _address(kind, address)
    if number is None:
        return Term(text, kind, qualifier, rest, fault="bad-network")
    if slash and not _prefix_ok(prefix, limit):
        return Term(text, kind, qualifier, rest, fault="bad-prefix")
    bits = int(prefix) if slash else limit
    four, six = (bits, None) if kind == "ip4" else (None, bits)
    return Term(text, kind, qualifier, rest, four, six, network=number >> (limit - bits))


def _address(kind: str, text: str) -> int | None:
    try:
        number = int((ipaddress.IPv4Address if kind == "ip4" else ipaddress.IPv6Address)(text))
    except ValueError:
        return None
    return None if "%" in text else number  # Python reads fe80::1%eth0, RFC 7208 section 5.6 does not


def _prefix_ok(text: str | None, limit: int) -> bool:
    return text is None or bool(re.fullmatch(r"0|[1-9][0-9]{0,2}", text) and int(text) <= limit)


def _macro_fault(text: str) -> str:
    return "" if re.match(_MACRO_STRING, text) else "bad-macro"


def _domain_fault(spec: str) -> str:
    if not spec:
        return "missing-domain"
    return _macro_fault(spec) or ("" if re.search(_DOMAIN_END, spec) else "bad-domain")
