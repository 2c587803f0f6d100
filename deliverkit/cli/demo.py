"""`deliverkit demo`"""

from __future__ import annotations

import asyncio

import click

from deliverkit import wiring
from deliverkit.cli import _running, _writing
from deliverkit.lab import world
from deliverkit.model.report import Report
from deliverkit.texts import say

HEALTHY, BROKEN = "healthy.example", "broken.example"


@click.command(help=say("demo.help", file="cli"))
def command() -> None:
    for key, domain in (("healthy", HEALTHY), ("broken", BROKEN)):
        report = asyncio.run(_audit(domain))
        click.echo(click.style(say(f"demo.{key}", file="cli", domain=domain), bold=True))
        click.echo()
        text = _writing.rendered(report, "text", color=None, ascii=False, to_file=False)
        click.echo(text)
    click.echo(say("demo.next", file="cli"))


async def _audit(domain: str) -> Report:
    subject = next(s.subject for s in world.streams() if s.subject.domain == domain)
    with _running.progress() as show:
        async with wiring.lab() as resolver:
            return await wiring.examine_to_end(subject, resolver, show)
