"""The sending host: addresses, HELO and reverse names."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingIp(Fact):
    """One sending address; ``scope`` is the address."""

    ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helo(Fact):
    """The EHLO argument as given, '' when empty. ``suggestion``: a host name that would do."""

    name: str
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeloHost(Fact):
    """The addresses of a HELO that is a well-formed, public, fully qualified name. ``ips``: the senders.

    ``aliases``: the CNAME targets passed. ``identity``: a reverse name that every sending address has and that
    leads back to all of them, '' when there is none: the HELO could be that. ``foreign``: the name is not of the
    sender's domains, so its zone is somebody else's.
    """

    name: str
    addresses: tuple[str, ...]
    ips: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    identity: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeloMatch(Fact):
    """Whether the HELO name, which has some address, has this one. ``scope``: the sending address.
    ``aliases`` and ``identity``: as in HeloHost; ``suggestion`` and ``foreign``: as in ReverseNames."""

    ip: str
    name: str
    addresses: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    identity: str = ""
    suggestion: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseNames(Fact):
    """The PTR names of a sending address. ``suggestion``: the host name that the PTR should hold, which
    leads to a sending address or to none; ``foreign``: it is not of the sender's domains. ``holder``: the name
    where the PTR record stands."""

    ip: str
    names: tuple[str, ...]
    suggestion: str
    holder: str
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardConfirmed(Fact):
    """PTR names and which of them resolve back to the address (RFC 8601 section 2.7.3).

    ``addresses``: pairs of a name and its addresses. ``suggestion``, ``foreign`` and
    ``holder``: as in ReverseNames.
    """

    ip: str
    names: tuple[str, ...]
    confirmed: tuple[str, ...]
    addresses: tuple[tuple[str, tuple[str, ...]], ...]
    suggestion: str
    holder: str
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HostIdentity(Fact):
    """An address whose PTR is confirmed and whose HELO resolves to it: do the two names agree?"""

    ip: str
    helo: str
    confirmed: tuple[str, ...]
