"""The command group: finds a command's module only when the command is called."""

from __future__ import annotations

import contextlib
import errno
import importlib
from typing import Any

import click

from deliverkit import __version__
from deliverkit.cli.main import BESIDE, COMMANDS, front_page, give_up_on_output
from deliverkit.records.given import Unusable
from deliverkit.texts import say

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # where standard output goes
_ASKING = frozenset({"audit", "demo", "probe", "tui"})


def _forgo_dns_over_https() -> None:
    """checkdmarc has dnspython's HTTP stack installed, so dnspython would load it, for a seventh of an audit's
    time, and nothing here asks over HTTPS. Only in our own process: a library must not decide this."""
    with contextlib.suppress(ImportError, AttributeError):
        from dns import _features  # noqa: PLC0415

        _features.force("doh", enabled=False)


def _from_beside(name: str) -> click.Command | None:
    """A command of a package that stands on this one, which must not know it: found by its entry point."""
    from importlib.metadata import entry_points  # noqa: PLC0415

    return next((entry.load() for entry in entry_points(group="deliverkit.commands", name=name)), None)


class _Commands(click.Group):
    def list_commands(self, _: click.Context) -> list[str]:
        return [*COMMANDS, *BESIDE]

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ASKING:
            _forgo_dns_over_https()
        if cmd_name not in COMMANDS:
            return _from_beside(cmd_name)
        command: click.Command = importlib.import_module(f"deliverkit.cli.{cmd_name}").command
        return command

    def get_help(self, _: click.Context) -> str:
        return front_page()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Unusable as error:
            from deliverkit.cli.inputs import InputError  # noqa: PLC0415

            raise InputError.of(error) from None
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            give_up_on_output(error)
        except KeyboardInterrupt:
            from deliverkit.cli.exit_code import ExitCode  # noqa: PLC0415

            click.echo(say("error.interrupted", file="cli"), err=True)
            raise SystemExit(ExitCode.INTERRUPTED) from None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DELIVERKIT"},
)
@click.version_option(__version__, "-V", "--version", prog_name="deliverkit")
def cli() -> None:
    pass
