"""What was asked of the DNS and what came back. A failure is a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a question ended. Only the first three say something about the domain."""

    OK = "OK"
    NODATA = "NODATA"  # the name exists, this type does not (RFC 2308 section 2.2)
    NXDOMAIN = "NXDOMAIN"  # the name does not exist (RFC 2308 section 2.1, RFC 8020)
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    TIMEOUT = "TIMEOUT"
    UNRECORDED = "UNRECORDED"  # a replayed file does not hold this question


BEYOND_DNS = frozenset({"GET", "STARTTLS"})
"""Questions that no name server answers, through the same door so that they can be recorded and replayed: the
content of an HTTPS URL, and how a mail host answers STARTTLS (RFC 3207)."""

SETTLED = frozenset({Status.OK, Status.NODATA, Status.NXDOMAIN})


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One DNS question of class IN, or one of `BEYOND_DNS`.

    ``name`` is in presentation form (RFC 1035 section 5.1), lower case, without the final dot; the root
    is the empty string. ``rtype`` is the mnemonic in upper case. ``at``: the address of the one server to ask,
    which has to answer from its own zones; '' for the resolver's choice. ``unchecked``: without DNSSEC
    validation on the way (CD, RFC 4035 section 3.2.2).
    """

    name: str
    rtype: str
    at: str = ""
    unchecked: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "rtype", self.rtype.upper())
        if self.rtype != "GET":  # the path of a URL knows upper and lower case
            object.__setattr__(self, "name", self.name.removesuffix(".").lower())

    def __str__(self) -> str:
        """As dig is asked: ``example.com TXT @192.0.2.53 +cd``."""
        words = (
            self.name or ".",
            self.rtype,
            f"@{self.at}" if self.at else "",
            "+cd" if self.unchecked else "",
        )
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Mx:
    """RFC 1035 section 3.3.9. ``exchange`` is without the final dot; null MX (RFC 7505) has ''."""

    preference: int
    exchange: str


@dataclass(frozen=True, slots=True)
class Txt:
    """RFC 1035 section 3.3.14: one or more strings of up to 255 octets each."""

    strings: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The strings joined without a blank (RFC 7208 section 3.3); octets beyond ASCII become U+0080..U+00FF."""
        return b"".join(self.strings).decode("latin-1")

    @classmethod
    def of(cls, text: str) -> Txt:
        """Cut ``text`` (ASCII or Latin-1) into strings of at most 255 octets."""
        raw = text.encode("latin-1")
        return cls(tuple(raw[i : i + 255] for i in range(0, len(raw), 255)) or (b"",))


@dataclass(frozen=True, slots=True)
class Soa:
    """RFC 1035 section 3.3.13."""

    mname: str
    rname: str
    serial: int
    refresh: int = 7200
    retry: int = 3600
    expire: int = 1209600
    minimum: int = 3600


Rdata = str | Mx | Txt | Soa
"""Addresses and host names (no final dot) are plain strings, as is the presentation form of other types."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said it: a server (``192.0.2.53:53``), a file, a proposal; ``line`` where it has lines."""

    source: str
    line: int | None = None

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one question, CNAMEs followed.

    ``aliases`` are the targets of the CNAMEs passed, in order. ``ttl`` is in seconds, the least on the way.
    ``detail`` is free text from the resolver, for people. ``signatures``: the RRSIG records over ``records`` in
    presentation form (RFC 4034 section 3.2), where the question was an unchecked one.
    """

    question: Question
    status: Status
    records: tuple[Rdata, ...] = ()
    ttl: int | None = None
    aliases: tuple[str, ...] = ()
    authenticated: bool = False
    origin: Origin = field(default=Origin(""))
    detail: str = ""
    signatures: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether the answer says something about the domain, rather than about the way there."""
        return self.status in SETTLED

    @property
    def texts(self) -> tuple[str, ...]:
        """The joined text of every TXT record."""
        return tuple(r.text for r in self.records if isinstance(r, Txt))

    @property
    def names(self) -> tuple[str, ...]:
        """The plain values: addresses or host names."""
        return tuple(r for r in self.records if isinstance(r, str))
