"""`deliverkit lab`"""

from __future__ import annotations

import asyncio
import contextlib

import click

from deliverkit.cli import _layout
from deliverkit.cli.inputs import InputError
from deliverkit.lab import faults, world
from deliverkit.lab.server import NameServer
from deliverkit.texts import say


@click.command(help=say("lab.help", file="cli"), epilog=say("lab.faults", file="cli"))
@click.option("--list", "only_list", is_flag=True, help=say("lab.list", file="cli"))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=say("lab.port", file="cli"))
@click.option("--fault", multiple=True, metavar="KIND:NAME", help=say("lab.fault", file="cli"))
@click.option(
    "--delay", type=click.IntRange(0, 60_000), default=0, metavar="MS", help=say("lab.delay", file="cli")
)
def command(only_list: bool, port: int, fault: tuple[str, ...], delay: int) -> None:
    if only_list:
        _print_streams()
        return
    try:
        broken = [faults.parse(f) for f in fault]
    except ValueError as error:
        raise InputError("fault-unusable", detail=str(error)) from None
    try:
        asyncio.run(_serve(NameServer(world.zone(), broken, delay / 1000, port=port)))
    except KeyboardInterrupt:
        click.echo(say("lab.stopped", file="cli"), err=True)  # the way to end it, so no failure


async def _serve(server: NameServer) -> None:
    async with contextlib.AsyncExitStack() as running:
        try:
            await running.enter_async_context(server)
        except OSError as error:
            port = server.address[1]
            raise InputError("port-taken", port=port, detail=error.strerror or str(error)) from None
        host, port = server.address
        click.echo(say("lab.listening", file="cli", address=f"{host}:{port}"))
        click.echo(say("lab.ask_it", file="cli", address=f"{host}:{port}"))
        await asyncio.Event().wait()


def _print_streams() -> None:
    click.echo(say("lab.streams", file="cli"))
    width = max(len(s.subject.domain) for s in world.streams())
    room = _layout.terminal_width()
    for stream in world.streams():
        click.echo(_layout.row(f"  {stream.subject.domain:<{width}}  ", stream.about, room))
