"""`deliverkit probe`"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterator

import click

from deliverkit import wiring
from deliverkit.cli import _layout
from deliverkit.cli.exit_code import ExitCode
from deliverkit.cli.inputs import InputError
from deliverkit.probing import target as naming
from deliverkit.probing.flow import probe
from deliverkit.probing.model import Asking, Probe, State, Target
from deliverkit.records import hostname
from deliverkit.render._wrap import NARROWEST, wrap
from deliverkit.resolver import Resolver
from deliverkit.resolver.servers import parse_server
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_PIPED, _WIDEST = 80, 100  # cells of the warning
_STAGES = 4
"""How many stages may use up their time before all is over."""

_EXIT = {
    State.ACCEPTED: ExitCode.CLEAN,
    State.REFUSED: ExitCode.FINDINGS,
    State.DEFERRED: ExitCode.UNKNOWN,
    State.UNKNOWN: ExitCode.UNKNOWN,
}


def _help(key: str) -> str:
    return say(f"probe.{key}", file="cli")


@click.command(help=_help("help"), epilog=_help("exit"))
@click.argument("address_or_domain", nargs=-1, required=True)
@click.option("--mail-from", default="<>", metavar="ADDRESS", help=_help("mail_from"))
@click.option("--helo", metavar="NAME", help=_help("helo"))
@click.option("--port", type=click.IntRange(1, 65535), default=25, show_default=True, help=_help("port"))
@click.option("--mx", metavar="HOST", help=_help("mx"))
@click.option(
    "--timeout",
    type=click.FloatRange(0, 600, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help=_help("timeout"),
)
@click.option("--resolver", multiple=True, metavar="HOST[:PORT]", help=_help("resolver"))
@click.option("--no-tls", is_flag=True, help=_help("tls"))
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help=_help("format")
)
@click.option("--yes", is_flag=True, help=_help("yes"))
def command(
    *,
    address_or_domain: tuple[str, ...],
    mail_from: str,
    helo: str | None,
    port: int,
    mx: str | None,
    timeout: float,
    resolver: tuple[str, ...],
    no_tls: bool,
    format: str,
    yes: bool,
) -> None:
    if len(address_or_domain) > 1:
        raise InputError("probe-several")
    target = naming.target(address_or_domain[0])
    asking = Asking(
        helo=_own_name() if helo is None else naming.helo(helo),
        sender=naming.sender(mail_from),
        port=port,
        mx="" if mx is None else naming.mail_host(mx),
        tls=not no_tls,
        stage=timeout,
        total=timeout * _STAGES,
    )
    try:
        for server in resolver:
            parse_server(server)
    except ValueError as error:
        raise InputError("resolver-unusable", detail=str(error)) from None
    _confirm(target, asking.mx, yes=yes)
    found = asyncio.run(_probe(target, asking, wiring.live(resolver, {})))
    _write(found, format)
    raise SystemExit(_EXIT[found.result.state])


def _own_name() -> str:
    """The machine's name as far as it is a full one; its name service is asked only where the plain name is not.
    Raises InputError."""
    name = hostname.own_name(socket.gethostname()) or hostname.own_name(socket.getfqdn())
    if not name:
        raise InputError("helo-unknown")
    return name


def _confirm(target: Target, mx: str, *, yes: bool) -> None:
    """``mx``: the one host to ask, '' for those of the domain. Raises InputError where nobody could be asked, and
    SystemExit where the user said no."""
    key = "warning.connects-given" if mx else "warning.connects"
    connects = say(key, file="probe", host=clean(mx), domain=target.domain, address=clean(target.address))
    width = min(_layout.terminal_width(sys.stderr) or _PIPED, _WIDEST)
    for text in (connects, say("warning.punished", file="probe")):
        click.echo("\n".join(wrap(text, max(width, NARROWEST))), err=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError("probe-unconfirmed")
    try:
        agreed = click.confirm(say("warning.confirm", file="probe"), err=True)
    except click.Abort:  # click's own end would be 1, which here means refused
        raise KeyboardInterrupt from None
    if not agreed:
        click.echo(say("warning.declined", file="probe"), err=True)
        raise SystemExit(ExitCode.UNKNOWN)


async def _probe(target: Target, asking: Asking, resolver: Resolver) -> Probe:
    with _progress() as tell:
        return await probe(target, asking, resolver, tell)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, str], None]]:
    """A line on stderr that goes away; nothing where stderr is no terminal."""
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _host, _step: None
        return
    with console.status("") as status:

        def tell(host: str, step: str) -> None:
            line = say("progress.dns", file="probe")
            if host:
                name = say(f"step.{step}", file="probe")
                line = say("progress.step", file="probe", host=clean(host), step=name)
            status.update(Text(line))

        yield tell


def _write(found: Probe, format: str) -> None:
    if format == "json":
        from deliverkit.render import probe_v1  # noqa: PLC0415

        click.echo(probe_v1.render(found).encode(), nl=False)  # RFC 8259 section 8.1
        return
    from deliverkit.render import probe_text  # noqa: PLC0415

    click.echo(probe_text.render(found, width=_layout.terminal_width()), nl=False)
