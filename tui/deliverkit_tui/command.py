"""`deliverkit tui`"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

import click

from deliverkit import wiring
from deliverkit.lab import world
from deliverkit.model.subject import Subject
from deliverkit.records import given
from deliverkit.records.given import Unusable
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.servers import parse_server
from deliverkit.texts import say


def _help(key: str) -> str:
    return say(f"audit.{key}", file="cli")


@click.command(help=say("command.help", file="tui"))
@click.argument("domain")
@click.option("--ip", multiple=True, metavar="ADDRESS", help=say("command.ip", file="tui"))
@click.option("--helo", metavar="NAME", help=_help("helo"))
@click.option("--mail-from", metavar="ADDRESS|DOMAIN", help=_help("mail_from"))
@click.option("--selector", "selectors", multiple=True, metavar="NAME", help=_help("selector"))
@click.option("--resolver", multiple=True, metavar="HOST[:PORT]", help=_help("resolver"))
@click.option("--lab", is_flag=True, help=_help("lab"))
def command(domain: str, ip: tuple[str, ...], resolver: tuple[str, ...], lab: bool, **options: Any) -> None:
    if lab and resolver:
        raise Unusable("lab-with-others")
    if "auto" in ip:
        raise click.UsageError(say("command.no-auto", file="tui"))
    subject = _subject(given.domain(domain), given.parts(ips=ip, **options), lab=lab)
    _check_resolvers(resolver)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads the one and draws on the other
        raise click.UsageError(say("command.no-terminal", file="tui"))
    asyncio.run(_walk(subject, resolver, lab=lab))


def _subject(domain: str, parts: dict[str, Any], *, lab: bool) -> Subject:
    """What the example world knows of the stream, overridden by what was given."""
    if not lab:
        return Subject(domain, blocklists=wiring.blocklists(), **parts)
    known = world.stream(domain)
    if known is None and not parts:
        raise Unusable("not-in-lab", domain=domain)
    return dataclasses.replace(known.subject if known else Subject(domain), **parts)


def _check_resolvers(servers: Sequence[str]) -> None:
    for server in servers:
        try:
            parse_server(server)
        except ValueError as error:
            raise Unusable("resolver-unusable", detail=str(error)) from None


@contextlib.asynccontextmanager
async def _world(servers: Sequence[str], *, lab: bool) -> AsyncIterator[Cached]:
    if lab:
        async with wiring.lab() as resolver:
            yield resolver
        return
    try:
        resolver = wiring.live(servers)
    except ValueError as error:
        raise Unusable("key-unusable", detail=str(error)) from None
    yield resolver


async def _walk(subject: Subject, servers: Sequence[str], *, lab: bool) -> None:
    from deliverkit_tui.app import run  # noqa: PLC0415 - Textual is large, and --help has no use for it

    async with _world(servers, lab=lab) as resolver:
        await run(subject, resolver)
