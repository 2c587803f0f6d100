"""`deliverkit checks`"""

from __future__ import annotations

import json

import click

from deliverkit.cli import _layout
from deliverkit.engine import registry
from deliverkit.texts import say


@click.command(help=say("checks.help", file="cli"))
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help=say("checks.format", file="cli"),
)
def command(format: str) -> None:
    checks = [registry.describe(check_id) for check_id in registry.ids()]
    if format == "json":
        click.echo(json.dumps([_row(c) for c in checks], indent=2))
        return
    width = max(len(c.id) for c in checks)
    room = _layout.terminal_width()
    for c in checks:
        codes = " ".join(map(str, _codes(c)))
        lead = f"{c.id:<{width}}  {_severity(c):<7}  {codes:<11}  "
        click.echo(_layout.row(lead, c.page.title, room))


def _row(c: registry.Description) -> dict[str, object]:
    return {"id": c.id, "severity": _severity(c), "codes": _codes(c), "title": c.page.title}


def _codes(c: registry.Description) -> list[int]:
    return sorted({b.code for b in c.rule.bounces})


def _severity(c: registry.Description) -> str:
    return c.rule.severity.name.lower()
