"""`deliverkit`: finds a command's module only when the command is called, so that --help stays fast."""

from __future__ import annotations

import importlib
import sys

import click

from deliverkit import __version__
from deliverkit.texts import say

COMMANDS = ("audit", "demo", "checks", "explain", "lab", "schema")


class _Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"deliverkit.cli.{cmd_name}").command
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, say(f"{name}.short", file="cli")) for name in COMMANDS])


@click.group(
    cls=_Commands,
    help=say("main.help", file="cli"),
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DELIVERKIT"},
)
@click.version_option(__version__, "-V", "--version", prog_name="deliverkit")
def cli() -> None:
    pass


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the program (rich raises).
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cli.main(prog_name="deliverkit")
