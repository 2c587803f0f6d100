"""Records as a zone file holds them (RFC 1035 section 5.1), and as plain text for reading."""

from __future__ import annotations

import re

from deliverkit.model.answer import BEYOND_DNS, Mx, Rdata, Soa, Txt
from deliverkit.model.remedy import RecordChange

_LONGEST_STRING = 255  # RFC 1035 section 3.3
_NAME_TYPES = frozenset({"CNAME", "DNAME", "NS", "PTR"})
# An escape that is there already, or one character.
_NAME_PIECE = re.compile(r"\\(?:[01]\d\d|2[0-4]\d|25[0-5])|\\[!-/:-~]|.", re.DOTALL | re.ASCII)
_PLAIN_IN_NAMES = frozenset(map(chr, range(0x21, 0x7F))) - frozenset('"();@$\\')


def lines(change: RecordChange) -> tuple[str, ...]:
    """One line for each value: owner, TTL, class, type, data; beyond DNS what has to be served, and where. Only
    printable ASCII, and never broken."""
    if change.rtype in BEYOND_DNS:
        served = (line for value in change.values for line in plain(value).splitlines())
        return (f"{_printable(change.name)}:", *(f"  {_printable(line)}" for line in served))
    head = f"{owner(change.name)} {change.ttl} IN {_printable(change.rtype)}"
    return tuple(f"{head} {rdata(change.rtype, value)}" for value in change.values)


def owner(name: str) -> str:
    """The name with its final dot. It is in presentation form already; what is unsafe all the same is escaped."""
    pieces = _NAME_PIECE.findall(name)
    text = "".join(p if len(p) > 1 or p in _PLAIN_IN_NAMES else _octets(p) for p in pieces)
    return text if pieces[-1:] == ["."] else text + "."


def rdata(rtype: str, value: Rdata) -> str:
    """The data of one record in presentation form."""
    match value:
        case Txt(strings):
            chunks = [
                s[i : i + _LONGEST_STRING] for s in strings for i in range(0, len(s) or 1, _LONGEST_STRING)
            ]
            return " ".join(_quoted(chunk) for chunk in chunks)
        case Mx(preference, exchange):
            return f"{preference} {owner(exchange)}"
        case Soa():
            numbers = (value.serial, value.refresh, value.retry, value.expire, value.minimum)
            return " ".join((owner(value.mname), owner(value.rname), *map(str, numbers)))
        case str():
            return owner(value) if rtype in _NAME_TYPES else _printable(value)


def plain(value: Rdata) -> str:
    """The data of one record for reading: names without the final dot (the root is a dot), TXT strings joined.

    Not cleaned.
    """
    match value:
        case Txt():
            return value.text
        case Mx(preference, exchange):
            return f"{preference} {exchange or '.'}"
        case Soa():
            numbers = (value.serial, value.refresh, value.retry, value.expire, value.minimum)
            return " ".join((value.mname or ".", value.rname or ".", *map(str, numbers)))
        case str():
            return value or "."


def _quoted(octets: bytes) -> str:
    return '"' + "".join(f"\\{chr(o)}" if o in b'"\\' else _octet(o) for o in octets) + '"'


def _printable(text: str) -> str:
    return "".join(c if " " <= c <= "~" else _octets(c) for c in text)


def _octets(char: str) -> str:
    return "".join(f"\\{o:03}" for o in char.encode("utf-8", "surrogatepass"))


def _octet(octet: int) -> str:
    return chr(octet) if 0x20 <= octet <= 0x7E else f"\\{octet:03}"
