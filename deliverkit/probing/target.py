"""What a person names for a probe: a mailbox, a domain, a sender, a HELO name, a mail host."""

from __future__ import annotations

import re

from deliverkit.probing.model import Target
from deliverkit.records import given, hostname
from deliverkit.records.given import Unusable

POSTMASTER = "postmaster"
_LONGEST_LOCAL = 64  # octets, RFC 5321 section 4.5.3.1.1
# Dot-string or Quoted-string of RFC 5321 section 4.1.2; beyond ASCII by RFC 6531 section 3.3.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_LOCAL = re.compile(rf'{_ATOM}(\.{_ATOM})*|"([ !#-\[\]-~\u00a1-\U0010ffff]|\\[ -~])*"')


def target(text: str) -> Target:
    """A mailbox, or a domain, of which the postmaster is meant. Raises Unusable."""
    if hostname.is_address(text.strip().strip("[]")):
        raise Unusable("probe-is-address", value=text)
    if "@" not in text:
        return Target(POSTMASTER, given.domain(text), postmaster=True)
    local, domain = _mailbox(text, "ADDRESS", "probe-address-unusable")
    return Target(local, domain)


def sender(text: str) -> str:
    """The address for MAIL FROM; '' for ``<>``. Raises Unusable."""
    path = text.strip()
    if path in ("", "<>"):
        return ""
    return "@".join(_mailbox(path, "--mail-from", "mail-from-unusable"))


def helo(text: str) -> str:
    """The name for EHLO. A bad one may be meant, to see what becomes of it; only what could not be said as one
    word of a command is refused. Raises Unusable."""
    name = text.strip()
    if not re.fullmatch(r"[!-~]{1,255}", name):
        raise Unusable("helo-unusable", value=text)
    return name


def mail_host(text: str) -> str:
    """A host name in A-labels, or an address. Raises Unusable."""
    bare = text.strip().removeprefix("[").removesuffix("]")
    return bare if hostname.is_address(bare) else given.domain(text, "--mx")


def needs_utf8(*addresses: str) -> bool:
    """Whether any has a character that only SMTPUTF8 (RFC 6531) can carry."""
    return not all(address.isascii() for address in addresses)


def _mailbox(text: str, option: str, key: str) -> tuple[str, str]:
    path = text.strip().removeprefix("<").removesuffix(">")
    local, at, host = path.rpartition("@")
    why = ""
    if not at:
        why = "no-at"
    elif not host:
        why = "no-host"
    elif not local:
        why = "no-local-part"
    elif not _LOCAL.fullmatch(local) or not local.isprintable():
        why = "local-part-syntax"
    elif len(local.encode("utf-8", "replace")) > _LONGEST_LOCAL:
        why = "local-part-too-long"
    if why:
        raise Unusable(key, why, value=text)
    return local, given.domain(host, option)
