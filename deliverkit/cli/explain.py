"""`deliverkit explain`"""

from __future__ import annotations

import click

from deliverkit.cli import _explaining
from deliverkit.texts import say


@click.command(help=say("explain.help", file="cli"))
@click.argument("topic")
def command(topic: str) -> None:
    try:
        click.echo(_explaining.page(topic))
    except _explaining.UnknownTopic as unknown:
        raise click.UsageError(str(unknown)) from None
