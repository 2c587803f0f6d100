"""`deliverkit`: the front page and `explain TOPIC` are told without loading click, whose import alone takes
longer than a bare interpreter; all else goes to the command group."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from deliverkit.texts import say

COMMANDS = ("audit", "probe", "demo", "checks", "explain", "receivers", "lab", "schema")
BESIDE = ("tui",)  # of deliverkit_tui, which comes with this package


def front_page() -> str:
    names = (*COMMANDS, *BESIDE)
    width = max(map(len, names)) + 2
    rows = "\n".join(f"  {name:<{width}}{say(f'{name}.short', file='cli')}" for name in names)
    return say("main.page", file="cli", commands=rows).rstrip()


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the program (rich raises).
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    arguments = sys.argv[1:]
    if arguments in ([], ["--help"], ["-h"]):
        _print(front_page())
    elif len(arguments) == 2 and arguments[0] == "explain" and not arguments[1].startswith("-"):
        _explain(arguments[1])
    else:
        from deliverkit.cli.commands import cli  # noqa: PLC0415

        cli.main(prog_name="deliverkit")


def _explain(topic: str) -> None:
    from deliverkit.cli import _explaining  # noqa: PLC0415

    try:
        page = _explaining.page(topic)
    except _explaining.UnknownTopic as unknown:
        print(f"Error: {unknown}", file=sys.stderr)
        raise SystemExit(2) from None
    _print(page)


def _print(page: str) -> None:
    try:
        print(page, flush=True)
    except BrokenPipeError:
        # The reader has left, as `head` does; the interpreter would complain when it flushes the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        give_up_on_output(error)


def give_up_on_output(error: OSError) -> NoReturn:
    """Standard output takes no more; the interpreter would complain once more when it flushes the rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(f"Error: {say('error.output-unwritable', file='cli', detail=error.strerror)}", file=sys.stderr)
    raise SystemExit(2)
