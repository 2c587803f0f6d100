"""The name servers of the zones that hold a sender's mail records, each asked by itself."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact
from deliverkit.model.answer import Rdata, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class MailZone(Fact):
    """A zone (``scope``) that holds mail records of the sender. ``servers``: its NS names."""

    zone: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedServer(Fact):
    """A name server of a zone by its name. ``others``: the other names that do have an address."""

    zone: str
    server: str
    addresses: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer(Fact):
    """How one address of a name server answers for the SOA of its zone. ``others``: the other server names of which
    some address gives it; without any, nothing can be said of this one."""

    zone: str
    server: str
    address: str
    status: Status
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What some servers say to one question. ``servers``: name and address, with a blank between. ``said``: what
    counts of the records, as text; the name of the status where there is none. ``records``: all of them, or
    where ``alias`` is not '', those that it leads to. ``serial``: the newest of the zone at these servers."""

    servers: tuple[str, ...]
    said: tuple[str, ...]
    records: tuple[Rdata, ...]
    alias: str
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAgreement(Fact):
    """One question to all servers of its zone. ``purpose``: ``mx``, ``spf``, ``dmarc``, ``dkim``, ``helo`` or
    ``serial``. ``views``: one where all agree; the newest serial first."""

    zone: str
    name: str
    rtype: str
    purpose: str
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedRecord(Fact):
    """What a resolver says where the zone's own servers all say one thing. ``remaining``: seconds that the resolver
    may keep its answer. ``records``, ``alias``: as in View, of the zone's own servers."""

    name: str
    rtype: str
    cached: tuple[str, ...]
    published: tuple[str, ...]
    records: tuple[Rdata, ...]
    alias: str
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTtl(Fact):
    """How long resolvers may keep a mail record, in seconds, as the zone's own servers say it."""

    name: str
    rtype: str
    records: tuple[Rdata, ...]
    alias: str
    ttl: int
