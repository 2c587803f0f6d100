"""`deliverkit receivers`"""

from __future__ import annotations

import shutil

import click

from deliverkit.bounces import replies
from deliverkit.cli import _layout, inputs
from deliverkit.render.receiver_page import receiver_page
from deliverkit.texts import say

_WIDEST = 100


@click.command(help=say("receivers.help", file="cli"))
@click.argument("name", required=False)
def command(name: str | None) -> None:
    if name is not None:
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        click.echo(receiver_page(inputs.receiver(name), width=width), nl=False)
        return
    width = max(map(len, replies.receiver_names()))
    room = _layout.terminal_width()
    for receiver in replies.receivers().values():
        names = f" ({', '.join(receiver.aliases)})" if receiver.aliases else ""
        click.echo(_layout.row(f"{receiver.name:<{width}}  ", receiver.title + names, room))
