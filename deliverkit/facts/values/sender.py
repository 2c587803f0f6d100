"""The sender domain and its mail hosts."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderName(Fact):
    """A sender domain as a piece of text. ``roles``: ``From``, ``MAIL FROM`` or both. ``fault``: a text key,
    '' when the name is well formed and could be public. ``suggestion``: for a domain that is only the
    envelope's, one that would do (a sound From domain), or ''."""

    domain: str
    roles: tuple[str, ...]
    fault: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderDomain(Fact):
    """What the DNS has for a sender domain. ``addresses``: its own A/AAAA, asked where it has no MX.

    ``host``: a host name and address that could take its mail, from the rest of the stream, or ''.
    """

    domain: str
    roles: tuple[str, ...]
    exists: bool
    mx: tuple[tuple[int, str], ...]
    null_mx: bool
    addresses: tuple[str, ...]
    host: str
    host_ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MxHost(Fact):
    """One MX target of a sender domain. ``aliases``: the CNAME targets passed; ``others``: the domain's other
    MX targets; ``preference``: its own; ``mx``: the whole RRset. ``meant``: where the target is an IP address, a
    name that could be that host's, else ''."""

    domain: str
    exchange: str
    preference: int
    mx: tuple[tuple[int, str], ...]
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSoa(Fact):
    """The nearest SOA at or above an existing sender domain. ``zone``: its owner, '' where there is none."""

    domain: str
    zone: str
