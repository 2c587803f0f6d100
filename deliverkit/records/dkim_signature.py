"""Signature header fields as text: DKIM-Signature (RFC 6376 section 3.5) and the two of ARC that are made like it
(RFC 8617 sections 4.1.2 and 4.1.3). Parsing never fails; faults are data.

RFC 6376 section 6.1.1 asks verifiers to be meticulous here and not liberal, so what its grammar does not allow is
a fault.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from deliverkit.model.rule import Value
from deliverkit.records.dkim import decoded

# RFC 8301 section 3.1 took rsa-sha1 away, RFC 8463 section 3 added Ed25519.
_ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
_METHODS = frozenset({"simple", "relaxed"})
_CHAIN_STATUS = frozenset({"none", "pass", "fail"})
_DNS = "dns/txt"

FAR = 10**12
"""Seconds of a time of more than 12 digits, which may be taken for infinite (RFC 6376 section 3.5)."""

MOST_INSTANCES = 50
"""RFC 8617 section 4.2.1."""

_FWS = " \t\r\n"
_NO_FWS = dict.fromkeys(map(ord, _FWS))
_NO_VALCHAR = re.compile(r"[^\t\r\n\x20-\x7e\x80-\U0010ffff]")
_TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FIELD_NAME = re.compile(r"[!-9;-~]+")
_HEX = re.compile(rb"=[0-9A-Fa-f]{2}")
# RFC 5321 section 4.1.2 `sub-domain`, and the underscore: it stands in selectors of real senders, and no verifier
# turns them away.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


class Kind(Enum):
    """The header field, by the tags that it must have."""

    DKIM = ("v", "a", "b", "bh", "d", "h", "s")
    MESSAGE = ("i", "a", "b", "bh", "d", "h", "s")
    SEAL = ("i", "a", "b", "cv", "d", "s")


@dataclass(frozen=True, slots=True)
class Fault:
    """``key``: into the texts of the evaluation; ``data`` fill its sentence."""

    key: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signature:
    """The tags, as far as they can be read. ``fault``: the first thing that makes the field void, None without.

    ``domain``, ``selector`` and the domain of ``identity`` are in A-label form, lower case; '' where unreadable.
    ``headers``: lower case, in order; '' for an empty name between two colons. ``length``: octets.
    ``timestamp``/``expires``: Unix seconds, `FAR` at most. ``instance``: 0 where it is unreadable.
    ``methods_given``: whether there is a ``c=``.
    """

    kind: Kind
    fault: Fault | None = None
    algorithm: str = ""
    signature: bytes = b""
    body_hash: bytes = b""
    header_method: str = "simple"
    body_method: str = "simple"
    methods_given: bool = False
    domain: str = ""
    selector: str = ""
    identity: str = ""
    headers: tuple[str, ...] = ()
    length: int | None = None
    timestamp: int | None = None
    expires: int | None = None
    instance: int = 0
    cv: str = ""

    @property
    def key_name(self) -> str:
        """Where the key is (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def parse(kind: Kind, value: bytes) -> Signature:
    """Parse what follows the colon of the header field."""
    # UTF-8 may stand in d= s= i= (RFC 8616 section 5); anything else in there fails as a name.
    return _Reader(kind, value.decode("utf-8", "replace")).read()


def without_signature(raw: bytes) -> bytes:
    """The field with the value of its ``b=`` taken out, blanks around it included (RFC 6376 section 3.7)."""
    name, colon, value = raw.partition(b":")
    parts = value.split(b";")
    for i, part in enumerate(parts):
        tag, equals, _ = part.partition(b"=")
        if equals and tag.strip(b" \t\r\n") == b"b":
            parts[i] = tag + equals
    return name + colon + b";".join(parts)


class _Reader:
    def __init__(self, kind: Kind, text: str) -> None:
        self.kind = kind
        self.first: Fault | None = None
        self.tags = self._tag_list(text)

    def _fault(self, key: str, **data: Value) -> None:
        self.first = self.first or Fault(key, data)

    def _tag_list(self, text: str) -> dict[str, str]:
        """RFC 6376 section 3.2; the first of two tags with one name is kept, for people to see."""
        tags: dict[str, str] = {}
        if bad := _NO_VALCHAR.search(text):
            self._fault("tag-character", character=bad[0])
        specs = text.split(";")
        if not specs[-1].strip(_FWS):
            del specs[-1]
        for spec in specs:
            name, equals, value = spec.partition("=")
            name = name.strip(_FWS)
            if name in tags:
                self._fault("tag-duplicate", tag=name)
            elif equals and _TAG_NAME.fullmatch(name):
                tags[name] = value.strip(_FWS)
            else:
                self._fault("tag-syntax", part=spec.strip(_FWS))
        return tags

    def read(self) -> Signature:
        if self.kind is Kind.DKIM and self.tags.get("v", "1") != "1":
            self._fault("version", version=self.tags["v"])
        if missing := tuple(tag for tag in self.kind.value if tag not in self.tags):
            self._fault("tag-missing", tags=missing)
        signature = Signature(
            self.kind,
            algorithm=self._algorithm(),
            signature=self._base64("b", "signature-encoding"),
            domain=self._name("d", "domain", least=2),
            selector=self._name("s", "selector", least=1),
            timestamp=self._seconds("t", "timestamp"),
        )
        if len(signature.key_name) > 253:
            self._fault("key-name", domain=signature.domain, selector=signature.selector)
        signature = self._of_seal(signature) if self.kind is Kind.SEAL else self._of_message(signature)
        return replace(signature, fault=self.first)

    def _of_seal(self, signature: Signature) -> Signature:
        if "h" in self.tags:  # the one tag that makes a seal void (RFC 8617 section 4.1.3)
            self._fault("seal-header-list")
        return replace(signature, instance=instance(self.tags.get("i", "")), cv=self._chain_status())

    def _of_message(self, signature: Signature) -> Signature:
        header_method, body_method = self._canonicalization()
        of_dkim = self.kind is Kind.DKIM
        signature = replace(
            signature,
            body_hash=self._base64("bh", "body-hash-encoding"),
            header_method=header_method,
            body_method=body_method,
            methods_given="c" in self.tags,
            identity=self._identity(signature.domain) if of_dkim else "",
            headers=self._headers(),
            length=self._length(),
            expires=self._expires(signature.timestamp),
            instance=0 if of_dkim else instance(self.tags.get("i", "")),
        )
        self._query_methods()
        return signature

    def _algorithm(self) -> str:
        algorithm = self.tags.get("a", "")
        if algorithm == "rsa-sha1":
            # RFC 8301 section 3.1: such signatures have failed for good.
            self._fault("sha1")
        elif "a" in self.tags and algorithm not in _ALGORITHMS:
            self._fault("algorithm", algorithm=algorithm)
        return algorithm

    def _base64(self, tag: str, key: str) -> bytes:
        octets = decoded(self.tags.get(tag, ""))
        if tag in self.tags and not octets:
            self._fault(key, value=self.tags[tag])
        return octets or b""

    def _name(self, tag: str, key: str, least: int) -> str:
        if tag not in self.tags:
            return ""
        name = ascii_name(self.tags[tag], least)
        if not name:
            self._fault(key, value=self.tags[tag])
        return name

    def _canonicalization(self) -> tuple[str, str]:
        text = self.tags.get("c", "simple/simple")
        header, slash, body = text.partition("/")
        if not slash:
            body = "simple"
        if header not in _METHODS or body not in _METHODS:
            self._fault("canonicalization", value=text)
        return header, body

    def _identity(self, domain: str) -> str:
        """RFC 6376 section 3.5, ``i=``; its grammar is dkim-quoted-printable (section 2.11)."""
        if "i" not in self.tags:
            return f"@{domain}" if domain else ""
        octets = self.tags["i"].translate(_NO_FWS).encode()
        if octets.count(b"=") != len(_HEX.findall(octets)):
            self._fault("identity", value=self.tags["i"])
            return ""
        text = binascii.a2b_qp(octets).decode("utf-8", "replace")
        local, at, name = text.rpartition("@")
        host = ascii_name(name, least=2)
        if not at or not host:
            self._fault("identity", value=text)
            return ""
        if domain and host != domain and not host.endswith(f".{domain}"):
            self._fault("identity-domain", identity=text, domain=domain)
        return f"{local}@{host}"

    def _headers(self) -> tuple[str, ...]:
        if "h" not in self.tags:
            return ()
        text = self.tags["h"]
        names = tuple(name.strip(_FWS).lower() for name in text.split(":"))
        for name in names:
            # An empty name (h=, or two colons) is against the grammar as well. ARC's suite of conformance wants
            # it accepted in ARC-Message-Signature, where an unsigned From is accepted too.
            if not _FIELD_NAME.fullmatch(name) and (name or self.kind is Kind.DKIM):
                self._fault("header-list", value=text)
                return names
        if self.kind is Kind.DKIM and "from" not in names:
            self._fault("from-unsigned")  # RFC 6376 sections 5.4 and 6.1.1
        elif self.kind is Kind.MESSAGE and "arc-seal" in names:
            self._fault("seal-signed")  # RFC 8617 section 4.1.2
        return names

    def _length(self) -> int | None:
        if "l" not in self.tags:
            return None
        if not re.fullmatch(r"[0-9]{1,76}", self.tags["l"]):
            self._fault("length", value=self.tags["l"])
            return None
        return int(self.tags["l"])

    def _query_methods(self) -> None:
        text = self.tags.get("q", _DNS)
        # Methods that are not known are passed over; dns/txt is the only one that is.
        if _DNS not in (method.strip(_FWS) for method in text.split(":")):
            self._fault("query-method", value=text)

    def _seconds(self, tag: str, key: str) -> int | None:
        text = self.tags.get(tag)
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]+", text):
            self._fault(key, value=text)
            return None
        return int(text) if len(text) <= 12 else FAR

    def _expires(self, timestamp: int | None) -> int | None:
        expires = self._seconds("x", "expiry")
        if timestamp is not None and expires is not None and expires <= timestamp:
            # "MUST be greater than the value of t=" (RFC 6376 section 3.5).
            self._fault("expiry-before-timestamp", expires=expires, timestamp=timestamp)
        return expires

    def _chain_status(self) -> str:
        cv = self.tags.get("cv", "")
        if "cv" in self.tags and cv not in _CHAIN_STATUS:
            self._fault("seal-cv", value=cv)
        return cv


def instance(text: str) -> int:
    """An ARC instance, 1 to 50 (RFC 8617 section 4.2.1); 0 for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) and int(text) <= MOST_INSTANCES else 0


def ascii_name(text: str, least: int) -> str:
    """A domain or selector in lower-case A-labels (RFC 8616 sections 4 and 5); '' where it is none, or has fewer
    than ``least`` labels."""
    if len(text) > 253:
        return ""
    name = text.lower()
    if not name.isascii():
        import idna  # noqa: PLC0415 - its tables are large and few names need them

        try:
            name = idna.encode(text, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    labels = name.split(".")
    return name if len(labels) >= least and len(name) <= 253 and all(map(_LABEL.fullmatch, labels)) else ""
