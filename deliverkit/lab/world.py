"""The example domains, from ``streams.toml``: what each stream is, and the DNS they all live in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from deliverkit.facts.blocklists import catalogue
from deliverkit.facts.dnsbl import query_name
from deliverkit.lab.doors import MailServers, Pages
from deliverkit.lab.faults import Kind, said
from deliverkit.lab.servers import View, Views
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within
from deliverkit.resolver.zonefile import Zone


@dataclass(frozen=True, slots=True)
class LabStream:
    """One example. ``expect``: the ids of the checks that find something in the full audit, and no other does.
    ``unknown``: those of which some outcome cannot be told. ``about``: the story in one sentence. ``servers``: from
    the address of a name server to what it alone holds of the domain, as zone text, or the status that it answers
    all with. ``bogus``: names whose signatures (DNSSEC) are wrong, with all below them."""

    subject: Subject
    expect: tuple[str, ...]
    unknown: tuple[str, ...]
    about: str
    records: str
    pages: tuple[tuple[str, tuple[str, str, str]], ...]
    mail_servers: tuple[tuple[str, tuple[str, ...]], ...]
    signed: bool
    servers: tuple[tuple[str, str | Status], ...] = ()
    bogus: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The From domain."""
        return self.subject.domain


@cache
def streams() -> tuple[LabStream, ...]:
    """All examples, in the order of the file: the healthy one first."""
    file = _file()
    return tuple(_stream(name, row, file) for name, row in file["stream"].items())


def stream(domain: str) -> LabStream | None:
    """The example whose From domain this is."""
    return next((s for s in streams() if s.name == domain.lower().removesuffix(".")), None)


@cache
def zone_text() -> str:
    """The whole world as zone text (RFC 1035 section 5), every stream under its own $ORIGIN."""
    file = _file()
    parts = ["$TTL 3600\n" + file["internet"].strip().format(key=file["key"]).strip()]
    parts += [f"; {s.about}\n$ORIGIN {s.name}.\n{s.records}" for s in streams()]
    parts += ["; blocklists with their test points\n" + "\n".join(_blocklists(file["broken"]))]
    return "\n\n".join(parts) + "\n"


class World(Views):
    """The example Internet as a resolver; the name servers that have one can be asked for their own view."""

    def __init__(self) -> None:
        self._zone = Zone.from_text(zone_text(), source="lab")
        servers: dict[str, dict[str, View]] = {}
        for example in streams():
            for address, held in example.servers:
                view = held if isinstance(held, Status) else Zone.from_text(held, source="lab")
                servers.setdefault(address, {})[example.name] = view
        super().__init__(self._zone, servers, [name for example in streams() for name in example.bogus])

    async def ask(self, question: Question) -> Answer:
        """What is beyond DNS from its door; DNSSEC for the root and for the zones that have it."""
        door = doors().get(question.rtype)
        if door is not None:
            return await door.ask(question)
        answer = await super().ask(question)
        signed = not question.name or any(is_within(question.name, zone) for zone in _signed())
        return replace(answer, authenticated=answer.authenticated or (signed and not question.unchecked))

    @property
    def names(self) -> frozenset[str]:
        """Every owner name, wildcards among them, without final dots."""
        return self._zone.names


@cache
def zone() -> World:
    """The world as a resolver. What is not in it does not exist."""
    return World()


def name_servers() -> tuple[str, ...]:
    """The addresses of the name servers that the streams name."""
    return tuple(_file()["name_servers"])


@cache
def doors() -> Mapping[str, Resolver]:
    """What answers the questions of the world that are beyond DNS, by type."""
    pages = {url: page for s in streams() for url, page in s.pages}
    servers = {host: words for s in streams() for host, words in s.mail_servers}
    return {"GET": Pages(pages), "STARTTLS": MailServers(servers)}


@cache
def _signed() -> tuple[str, ...]:
    return tuple(s.name for s in streams() if s.signed)


def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "streams.toml").read_text(encoding="utf-8"))


def _stream(name: str, row: Mapping[str, Any], file: Mapping[str, Any]) -> LabStream:
    domain = f"{name}.example"
    ips = tuple(row[key] for key in ("ip", "ip6") if key in row)
    filled = {"domain": domain, "key": file["key"], "listed": query_name(ips[0])}
    for ip, number in zip(ips, ("", "6"), strict=False):
        filled |= {f"ip{number}": ip, f"reverse{number}": hostname.reverse_name(ip)}
    options = {key: tuple(row[key]) for key in ("blocklists",) if key in row}
    records = file["template"] | row.get("records", {})

    def text(lines: Mapping[str, str]) -> str:
        return "\n".join(line.strip().format(**filled) for line in lines.values() if line)

    def held(own: str | Mapping[str, str]) -> str | Status:
        return (
            Status(own) if isinstance(own, str) else f"$TTL 3600\n$ORIGIN {domain}.\n{text(records | own)}\n"
        )

    pages = tuple(
        (url.format(**filled), (page["status"], page.get("type", ""), page.get("body", "").format(**filled)))
        for url, page in row.get("pages", {}).items()
    )
    mail_servers = tuple(
        (host.format(**filled), tuple(word.format(**filled) for word in words))
        for host, words in row.get("mail_servers", {}).items()
    )
    return LabStream(
        subject=Subject(
            domain=domain,
            ips=ips,
            helo=row.get("helo", "mail.{domain}").format(**filled),
            mail_from=row["mail_from"].format(**filled) if "mail_from" in row else None,
            selectors=tuple(row.get("selectors", ("s1",))),
            looks=("smtp", *row.get("looks", ())),
            **options,
        ),
        expect=tuple(row.get("expect", (name,))),
        unknown=tuple(row.get("unknown", ())),
        about=row["about"],
        records=text(records),
        pages=pages,
        mail_servers=mail_servers,
        signed=row.get("signed", False),
        servers=tuple((address, held(own)) for address, own in row.get("servers", {}).items()),
        bogus=tuple(f"{label}.{domain}" for label in row.get("bogus", ())),
    )


def _blocklists(broken: Mapping[str, str]) -> Iterator[str]:
    """Every list of the catalogue. ``broken``: zone -> the fault that is always in it."""
    for row in catalogue().values():
        yield f"{row.zone}. SOA ns1.{row.zone}. hostmaster.{row.zone}. 1 7200 3600 1209600 60"
        if row.zone in broken:
            yield from (f"*.{row.zone}. A {ip}" for ip in said(Kind(broken[row.zone])))
        else:
            points = (row.test_points(kind)[0] for kind in row.kinds)
            yield from (f"{point}.{row.zone}. A {row.sample}" for point in points)
