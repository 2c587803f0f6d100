"""The author domain of a message: RFC 9989 section 5.3.1, out of the From header field of RFC 5322 section 3.6.2."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deliverkit.auth.message import split
from deliverkit.auth.results import Reason
from deliverkit.records import hostname

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_TOKENS = re.compile(r'"(?:[^"\\]+|\\.)*"?|\\.|[(\[<,:;>]|[^"\\(\[<,:;>]+', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]|[^\\()]+|\\", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Author:
    """``domain``: the author domain in A-label form, '' where there is not exactly one; then ``fault`` says why.

    ``domains``: every domain of the From field, each once, in order; one that is no domain name as it stands.
    """

    domain: str
    domains: tuple[str, ...] = ()
    fault: Reason | None = None


def a_labels(text: str) -> tuple[str, str]:
    """The domain in A-label form, lower case, without the final dot, and ''; or '' and the text key of what keeps
    it from being a domain name: ``empty``, ``address``, ``empty-label``, ``label-too-long``, ``name-too-long``,
    ``bad-characters``, ``idna`` (RFC 9989 section 5.3.1, RFC 5890 section 2.3)."""
    name = text.removesuffix(".").lower() if text.isascii() else hostname.a_labels(text.removesuffix("."))
    if name is None:
        return "", "idna"
    if not _NAME.match(name):
        return "", _fault(name)
    if name[-1].isdigit() and hostname.is_address(name):
        return "", "address"
    return name, ""


def _fault(name: str) -> str:
    if not name:
        return "empty"
    if len(name) > 253:
        return "name-too-long"
    if name.startswith("[") or hostname.is_address(name):
        return "address"
    labels = name.split(".")
    if "" in labels:
        return "empty-label"
    return "label-too-long" if any(len(label) > 63 for label in labels) else "bad-characters"


def author(message: bytes) -> Author:
    """The author domain of a message. Two addresses of one domain have one domain; a message whose addresses have
    several is not evaluated, which RFC 9989 section 5.3.1 leaves to the receiver and section 11.5 advises."""
    fields = [field.value for field in split(message).fields if field.name == b"from"]
    if len(fields) != 1:
        # Section 4.4: with an absent or repeated field nothing can align.
        return Author("", fault=Reason("dmarc.from.several-fields" if fields else "dmarc.from.no-field"))
    found = tuple(dict.fromkeys(_domains(fields[0].decode("utf-8", "surrogateescape"))))
    names = [a_labels(text) for text in found]
    domains = tuple(dict.fromkeys(name or text for (name, _), text in zip(names, found, strict=True)))
    if not domains:
        return Author("", fault=Reason("dmarc.from.no-domain"))
    if len(domains) > 1:
        return Author("", domains, Reason("dmarc.from.several-domains", {"domains": domains}))
    name, key = names[0]
    return Author(name, domains, Reason(f"dmarc.from.{key}", {"domain": found[0]}) if key else None)


def _domains(value: str) -> list[str]:
    """The domains of the addresses of a mailbox list (RFC 5322 section 3.4, groups by RFC 6854). The grammar is
    read as mail programs do: whatever stands outside of the angle brackets of a mailbox is its display name."""
    domains: list[str] = []
    angles: list[str] = []
    plain: list[str] = []
    for part in [*_tokens(value), ","]:
        if part[0] == "<":
            angles.append(part[1:].removesuffix(">"))
        elif part == ":":
            plain.clear()  # what stood before it is the name of a group
        elif part in {",", ";"}:
            for address in angles or ["".join(plain)]:
                domains += _after_at(address)
            angles, plain = [], []
        else:
            plain.append(part)
    return domains


def _tokens(value: str) -> list[str]:
    """Separators, ``<...>``, and what stands between; without comments, folding and quotes."""
    tokens: list[str] = []
    at = 0
    while found := _TOKENS.match(value, at):
        part, at = found[0], found.end()
        if part == "(":
            at = _end_of_comment(value, at)
            part = " "
        elif part == "[":
            end = value.find("]", at)
            end = len(value) if end < 0 else end + 1
            part, at = part + value[at:end], end
        elif part == "<":
            inner, at = _angle(value, at)
            part = f"<{inner}>"
        elif part[0] in '"\\':
            part = '"'  # a local part or a name; an @ in it separates nothing
        tokens.append(part)
    return tokens


def _angle(value: str, at: int) -> tuple[str, int]:
    """What stands between ``<`` and the next ``>`` outside of quotes and comments, and where that ends."""
    inner: list[str] = []
    while found := _TOKENS.match(value, at):
        part, at = found[0], found.end()
        if part == ">":
            break
        if part == "(":
            at = _end_of_comment(value, at)
        elif part[0] not in '"\\':
            inner.append(part)
    route = "".join(inner).strip()
    # The route of RFC 5322 section 4.4 ends with the only colon that an address without a literal can have.
    return (route.rpartition(":")[2] if route.startswith("@") else route), at


def _end_of_comment(value: str, at: int) -> int:
    """Comments nest (RFC 5322 section 3.2.2)."""
    depth = 1
    while depth and (found := _IN_COMMENT.match(value, at)):
        at = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return at


def _after_at(address: str) -> list[str]:
    """The domains after each @, the blanks of RFC 5322 section 4.4 (obs-domain) taken away."""
    words = " ".join(address.split())
    return [after.replace(" .", ".").replace(". ", ".").strip() for after in words.split("@")[1:]]
