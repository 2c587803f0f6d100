"""From what was typed to a Subject: every refusal is one line that names the option, the value and the next step."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

import click

from deliverkit.records import hostname
from deliverkit.render._clean import clean
from deliverkit.texts import say

AUTO = "auto"
_SELECTOR = re.compile(
    r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\Z", re.IGNORECASE
)


class InputError(click.ClickException):
    """Exit 2 with one line."""

    exit_code = 2

    def __init__(self, key: str, **data: object) -> None:
        # What was typed may be hostile too when a script passes it on.
        shown = {k: clean(v) if isinstance(v, str) else v for k, v in data.items()}
        super().__init__(say(f"error.{key}", file="cli", **shown))


def domain(text: str, option: str = "DOMAIN") -> str:
    """A domain in A-labels, lower case, no final dot. Only what could never be asked is refused here; a name
    that DNS can hold but mail cannot use is judged by a check. Raises InputError."""
    name = text.strip().removesuffix(".")
    if option == "DOMAIN":
        if "://" in name:
            raise InputError("domain-is-url", value=text, domain=_host(name) or "example.com")
        if "@" in name:
            host = name.rpartition("@")[2]
            raise InputError("domain-is-mail-address", value=text, domain=host or "example.com")
        if hostname.is_address(name.strip("[]")):
            raise InputError("domain-is-address", value=text)
    why, detail = _unusable(name), ""
    if not why and not name.isascii():
        import idna  # noqa: PLC0415 - its tables are large and few names need them

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            why, detail = "idna", str(error)
    why = why or _unusable(name)
    if why:
        reason = say(f"error.why-{why}", file="cli", detail=clean(detail))
        raise InputError("domain-unusable", option=option, value=text, why=reason)
    return name.lower()


def _host(url: str) -> str:
    """The host of a URL (RFC 3986 section 3.2), as far as that can be told of one that may be malformed."""
    authority = re.split(r"[/?#\\]", url.partition("://")[2])[0]
    return authority.rpartition("@")[2].partition(":")[0]


def _unusable(name: str) -> str:
    if not name:
        return "empty"
    if any(ch.isspace() or not ch.isprintable() for ch in name):
        return "blank"
    labels = name.split(".")
    if "" in labels:
        return "empty-label"
    if any(len(label) > 63 for label in labels):
        return "label-too-long"
    return "name-too-long" if len(name) > 253 else ""


def addresses(texts: Sequence[str]) -> tuple[str, ...]:
    """Canonical text of each address, without repeats. Raises InputError."""
    if AUTO in texts and len(texts) > 1:
        raise InputError("ip-auto-with-others")
    return tuple(dict.fromkeys(_address(t) for t in texts if t != AUTO))


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]").removeprefix("IPv6:"))
    except ValueError:
        raise InputError("ip-unusable", value=text) from None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise InputError("ip-private", value=text)
        address = address.ipv4_mapped or address
    if hostname.is_unreachable(str(address)):
        raise InputError("ip-private", value=text)
    return str(address)


def mail_from(text: str, helo: str | None) -> str:
    """An envelope sender: an address or a domain. Raises InputError."""
    sender = text.strip().removeprefix("<").removesuffix(">")
    if not sender:
        raise InputError("mail-from-null", helo=helo or "HELO-NAME")
    local, at, host = sender.rpartition("@")
    why = ""
    if at and not host:
        why = "no-host"
    elif at and not local:
        why = "no-local-part"
    elif any(not "!" <= ch <= "~" for ch in local):
        why = "local-part"
    if why:
        raise InputError("mail-from-unusable", value=text, why=say(f"error.why-{why}", file="cli"))
    return local + at + domain(host, "--mail-from")


def selectors(texts: Sequence[str]) -> tuple[str, ...]:
    """Selectors, or whole key names, lower case. Raises InputError."""
    names = tuple(dict.fromkeys(t.strip().removesuffix(".").lower() for t in texts))
    for name in names:
        if not _SELECTOR.match(name) or len(name) > 253 or any(len(part) > 63 for part in name.split(".")):
            raise InputError("selector-unusable", value=name)
    return names
