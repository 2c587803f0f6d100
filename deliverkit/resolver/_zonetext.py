"""Reading zone text. dnspython reads the tokens and the values; what is kept besides is the line of each record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.tokenizer
import dns.ttl

from deliverkit.model.answer import Rdata
from deliverkit.resolver.names import is_within
from deliverkit.resolver.wire import from_rdata, name_text, to_name

DEFAULT_TTL = 3600
"""Seconds, where the text states no TTL at all, as snippets and tests seldom do."""

MAX_GENERATED = 65536
"""Records that one $GENERATE may make: the PTR records of a /16 network."""

_PLAINLY = {
    "Text input is malformed.": "its value does not fit its type",
    "Text input ended unexpectedly.": "it ends too early; is a value or a quotation mark missing?",
    "expecting an identifier": "a value is missing, or stands in quotation marks without need",
    "unbalanced parentheses": "a bracket is not closed",
    "newline in quoted string": "a quotation mark is not closed before the line ends",
    "string too long": "a string is longer than 255 octets; cut it into several, each in quotation marks",
}
"""What dnspython says, in plain words."""

_GENERATE_RANGE = re.compile(r"(?P<start>[0-9]{1,9})-(?P<stop>[0-9]{1,9})(?:/(?P<step>[1-9][0-9]{0,8}))?")

_CLASSES = frozenset({"IN", "CH", "CHAOS", "HS", "HESIOD"})

_BESIDE_CNAME = frozenset({"CNAME", "RRSIG", "NSEC"})  # RFC 4035 section 2.5


class ZoneError(ValueError):
    """The text cannot be read: ``file:line: what is wrong``."""


@dataclass(frozen=True, slots=True)
class ZoneRecord:
    """One record. ``name`` without final dot, lower case; ``line`` is where it begins, counted from 1."""

    name: str
    ttl: int
    rtype: str
    value: Rdata
    line: int


def read_records(text: str, origin: str | None, source: str) -> Iterator[ZoneRecord]:
    """The records of ``text``, line by line. ``origin`` and ``source`` are those of ``Zone.from_text``.

    Raises ZoneError, also where a CNAME stands beside other records (RFC 1034 section 3.6.2), for no server
    would load such a zone.
    """
    try:
        apex = None if origin is None else to_name(origin)
    except ValueError as error:
        raise ZoneError(f"{source}: the origin {origin!a} is not a domain name: {error}") from None
    zone = "" if apex is None else name_text(apex)
    rtypes: dict[str, set[str]] = {}
    for record in _Reader(text, apex, source):
        if not is_within(record.name, zone):
            continue
        here = rtypes.setdefault(record.name, set())
        double = record.rtype == "CNAME" and "CNAME" in here
        here.add(record.rtype)
        if "CNAME" in here and (double or here - _BESIDE_CNAME):
            raise ZoneError(
                f"{source}:{record.line}: {record.name} has a CNAME, which has to be the only record of its name"
            )
        yield record


class _Reader:
    def __init__(self, text: str, origin: dns.name.Name | None, source: str) -> None:
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
        self._lines = text.split("\n")
        self._tokens = dns.tokenizer.Tokenizer(text)
        self._source = source
        self._line = 1
        self._origin = origin
        self._owner: dns.name.Name | None = None
        self._default_ttl: int | None = None
        self._last_ttl = DEFAULT_TTL

    def __iter__(self) -> Iterator[ZoneRecord]:
        while True:
            self._line = self._tokens.where()[1]
            try:
                token = self._tokens.get(want_leading=True)
                if token.is_eof():
                    return
                yield from self._entry(token)
            except (dns.exception.DNSException, UnicodeError) as error:
                raise self._error(f"the text cannot be read: {error}") from None

    def _entry(self, token: dns.tokenizer.Token) -> Iterator[ZoneRecord]:
        if token.is_eol():
            return
        if token.is_identifier() and token.value.startswith("$"):
            yield from self._directive(token.value.upper())
            return
        if not token.is_whitespace():
            self._owner = self._name(token)
        else:
            token = self._tokens.get()
            if token.is_eol_or_eof():
                return
            self._tokens.unget(token)
        if self._owner is None:
            raise self._error(
                "the line begins with a blank, so its name is that of the line above; there is none"
            )
        yield self._record(self._owner)

    def _directive(self, directive: str) -> Iterator[ZoneRecord]:
        token = self._tokens.get()
        if directive == "$GENERATE":
            yield from self._generated(token)
            return
        if directive == "$ORIGIN":
            self._origin = self._name(token)
        elif directive == "$TTL":
            self._default_ttl = _ttl(token.value)
            if self._default_ttl is None:
                raise self._error(f"{token.value[:40]!a} is not a number of seconds")
        elif directive == "$INCLUDE":
            raise self._error("$INCLUDE is not followed; put the records of that file in its place")
        else:
            raise self._error(f"there is no directive {directive[:40]!a}")
        self._tokens.get_eol()

    def _generated(self, token: dns.tokenizer.Token) -> Iterator[ZoneRecord]:
        """What BIND's $GENERATE makes; dnspython knows how, given the line as a zone of its own."""
        import dns.zone  # noqa: PLC0415 - few zones need it

        span = _GENERATE_RANGE.fullmatch(token.value)
        if span is None:
            raise self._error("$GENERATE needs a range like 1-254 or 0-254/2")
        if int(span["stop"]) - int(span["start"]) >= MAX_GENERATED * int(span["step"] or 1):
            raise self._error(f"$GENERATE would make more than {MAX_GENERATED} records")
        while not token.is_eol_or_eof():
            token = self._tokens.get()
        if self._origin is None:
            raise self._error("$GENERATE needs an $ORIGIN before it")
        ttl = self._last_ttl if self._default_ttl is None else self._default_ttl
        text = f"$ORIGIN {self._origin}\n$TTL {ttl}\n{self._lines[self._line - 1]}\n"
        zone = dns.zone.from_text(text, dns.name.root, relativize=False, check_origin=False)
        for name, seconds, rdata in zone.iterate_rdatas():
            rtype = dns.rdatatype.to_text(rdata.rdtype)
            yield ZoneRecord(name_text(name), seconds, rtype, from_rdata(rdata), self._line)

    def _record(self, owner: dns.name.Name) -> ZoneRecord:
        name = name_text(owner)
        ttl, rdtype = self._until_type(name)
        rtype = dns.rdatatype.to_text(rdtype)
        try:
            rdata = dns.rdata.from_text(
                dns.rdataclass.IN, rdtype, self._tokens, self._origin, relativize=False
            )
            rdata.to_wire()
        except dns.name.NeedAbsoluteNameOrOrigin:
            raise self._error(
                f"the {rtype} record of {name} holds a relative name, and no $ORIGIN says to which domain"
            ) from None
        except dns.exception.DNSException as error:
            why = _PLAINLY.get(str(error), str(error))
            raise self._error(f"the {rtype} record of {name} cannot be read: {why}") from None
        if ttl is not None:
            self._last_ttl = ttl
        elif self._default_ttl is not None:
            ttl = self._default_ttl
        elif isinstance(rdata, dns.rdtypes.ANY.SOA.SOA):
            ttl = self._last_ttl = rdata.minimum  # the TTL of the whole zone before RFC 2308 section 4
        else:
            ttl = self._last_ttl
        return ZoneRecord(name, ttl, rtype, from_rdata(rdata), self._line)

    def _until_type(self, name: str) -> tuple[int | None, dns.rdatatype.RdataType]:
        """TTL and class, which may stand in either order or not at all, and the type."""
        ttl: int | None = None
        classes = 0
        while True:
            token = self._tokens.get()
            if not token.is_identifier():
                raise self._error(f"a record type is missing after {name}")
            seconds = _ttl(token.value)
            if ttl is None and seconds is not None:
                ttl = seconds
            elif not classes and token.value.upper() in _CLASSES:
                classes += 1
                if token.value.upper() != "IN":
                    raise self._error(f"the class {token.value} is not the Internet's; only IN is")
            else:
                return ttl, self._type(token.value)

    def _type(self, word: str) -> dns.rdatatype.RdataType:
        try:
            rdtype = dns.rdatatype.from_text(word)
        except (dns.exception.DNSException, ValueError):
            raise self._error(f"there is no record type {word[:40]!a}") from None
        if dns.rdatatype.is_metatype(rdtype):
            raise self._error(f"{word} is not a type that a record can have")
        return rdtype

    def _name(self, token: dns.tokenizer.Token) -> dns.name.Name:
        if not token.is_identifier():
            raise self._error("a domain name is expected here")
        name = dns.name.from_text(token.value, self._origin)
        if not name.is_absolute():
            raise self._error(
                f"the name {token.value[:80]!a} is relative, and no $ORIGIN says to which domain"
            )
        return name

    def _error(self, wrong: str) -> ZoneError:
        return ZoneError(f"{self._source}:{self._line}: {wrong}")


def _ttl(word: str) -> int | None:
    try:
        return dns.ttl.from_text(word) if len(word) < 40 else None
    except dns.exception.DNSException:
        return None
