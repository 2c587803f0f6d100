"""What a person gives of a sending stream: text -> the parts of a Subject, in the form that the DNS is asked with."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

from deliverkit.records import hostname

_SELECTOR = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\Z", re.IGNORECASE
)


class Unusable(Exception):
    """What was given cannot be used. ``key`` finds the sentence, ``why`` the one of the reason that is part of
    it; ``data`` fills both, as it was given: not cleaned."""

    def __init__(self, key: str, why: str = "", **data: str) -> None:
        super().__init__(key, why, data)
        self.key, self.why, self.data = key, why, data


def parts(
    *, ips: Sequence[str], helo: str | None, mail_from: str | None, selectors: Sequence[str]
) -> dict[str, Any]:
    """The fields of the Subject that were given, by name; what is None or empty was not. Raises Unusable."""
    found = {
        "ips": addresses(ips) or None,
        "helo": None if helo is None else helo.strip().removesuffix("."),
        "mail_from": None if mail_from is None else sender(mail_from, helo),
        "selectors": selector_names(selectors) or None,
    }
    return {field: value for field, value in found.items() if value is not None}


def domain(text: str, option: str = "DOMAIN") -> str:
    """A domain in A-labels, lower case, no final dot. Only what could never be asked is refused here; a name
    that DNS can hold but mail cannot use is judged by a check. Raises Unusable."""
    name = text.strip().removesuffix(".")
    if option == "DOMAIN":
        if "://" in name:
            raise Unusable("domain-is-url", value=text, domain=_host(name) or "example.com")
        if "@" in name:
            host = name.rpartition("@")[2]
            raise Unusable("domain-is-mail-address", value=text, domain=host or "example.com")
        if hostname.is_address(name.strip("[]")):
            raise Unusable("domain-is-address", value=text)
    why, detail = _why_unusable(name), ""
    if not why and not name.isascii():
        import idna  # noqa: PLC0415 - its tables are large and few names need them

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            why, detail = "idna", str(error)
    why = why or _why_unusable(name)
    if why:
        raise Unusable("domain-unusable", why, option=option, value=text, detail=detail)
    return name.lower()


def _host(url: str) -> str:
    """The host of a URL (RFC 3986 section 3.2), as far as that can be told of one that may be malformed."""
    authority = re.split(r"[/?#\\]", url.partition("://")[2])[0]
    return authority.rpartition("@")[2].partition(":")[0]


def _why_unusable(name: str) -> str:
    if not name:
        return "empty"
    if any(ch.isspace() or not ch.isprintable() for ch in name):
        return "blank"
    if any(ch in '/:*@<>[]()\\",' for ch in name):
        return "character"
    labels = name.split(".")
    if "" in labels:
        return "empty-label"
    if any(len(label) > 63 for label in labels):
        return "label-too-long"
    return "name-too-long" if len(name) > 253 else ""


def addresses(texts: Sequence[str]) -> tuple[str, ...]:
    """Canonical text of each address, without repeats. Raises Unusable."""
    return tuple(dict.fromkeys(map(_address, texts)))


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]").removeprefix("IPv6:"))
    except ValueError:
        raise Unusable("ip-unusable", value=text) from None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise Unusable("ip-private", value=text)
        address = address.ipv4_mapped or address
    if hostname.is_unreachable(str(address)):
        raise Unusable("ip-private", value=text)
    return str(address)


def sender(text: str, helo: str | None) -> str:
    """An envelope sender (MAIL FROM): an address or a domain. Raises Unusable."""
    path = text.strip().removeprefix("<").removesuffix(">")
    if not path:
        raise Unusable("mail-from-null", helo=helo or "HELO-NAME")
    local, at, host = path.rpartition("@")
    why = ""
    if at and not host:
        why = "no-host"
    elif at and not local:
        why = "no-local-part"
    elif any(not "!" <= ch <= "~" for ch in local):
        why = "local-part"
    if why:
        raise Unusable("mail-from-unusable", why, value=text)
    return local + at + domain(host, "--mail-from")


def selector_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Selectors, or whole key names, lower case. Raises Unusable."""
    names = tuple(dict.fromkeys(t.strip().removesuffix(".").lower() for t in texts))
    for name in names:
        if not _SELECTOR.match(name) or len(name) > 253 or any(len(part) > 63 for part in name.split(".")):
            raise Unusable("selector-unusable", value=name)
    return names
