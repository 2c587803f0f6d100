"""`deliverkit tui`"""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
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
@click.option("--ip", "ips", multiple=True, metavar="ADDRESS", help=say("command.ip", file="tui"))
@click.option("--helo", metavar="NAME", help=_help("helo"))
@click.option("--mail-from", metavar="ADDRESS|DOMAIN", help=_help("mail_from"))
@click.option("--selector", "selectors", multiple=True, metavar="NAME", help=_help("selector"))
@click.option("--resolver", multiple=True, metavar="HOST[:PORT]", help=_help("resolver"))
@click.option("--lab", is_flag=True, help=_help("lab"))
def command(domain: str, resolver: tuple[str, ...], lab: bool, **parts: Any) -> None:
    if lab and resolver:
        raise Unusable("lab-with-others")
    if "auto" in parts["ips"]:
        raise click.UsageError(say("command.no-auto", file="tui"))
    subject = _subject(given.domain(domain), given.parts(**parts), lab=lab)
    answers = wiring.lab() if lab else nullcontext(_live(resolver))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads from the one and draws on the other
        raise click.UsageError(say("command.no-terminal", file="tui"))
    asyncio.run(_walk(subject, answers))


def _subject(domain: str, parts: dict[str, Any], *, lab: bool) -> Subject:
    """What the example world knows of the stream, overridden by what was given."""
    if not lab:
        return Subject(domain, blocklists=wiring.blocklists(), **parts)
    known = world.stream(domain)
    if known is None and not parts:
        raise Unusable("not-in-lab", domain=domain)
    return dataclasses.replace(known.subject if known else Subject(domain), **parts)


def _live(servers: Sequence[str]) -> Cached:
    key = "resolver-unusable"
    try:
        for server in servers:
            parse_server(server)
        key = "key-unusable"
        return wiring.live(servers)
    except ValueError as error:
        raise Unusable(key, detail=str(error)) from None


async def _walk(subject: Subject, answers: AbstractAsyncContextManager[Cached]) -> None:
    from deliverkit_tui.app import run  # noqa: PLC0415 - Textual is large, and --help has no use for it

    async with answers as resolver:
        await run(subject, resolver)
