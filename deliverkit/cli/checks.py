"""`deliverkit checks`"""

from __future__ import annotations

import json

import click

from deliverkit.engine import registry
from deliverkit.texts import say


@click.command(help=say("checks.help", file="cli"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help=say("checks.format", file="cli"),
)
def command(form: str) -> None:
    rows = [
        {
            "id": c.id,
            "severity": c.rule.severity.name.lower(),
            "codes": sorted({b.code for b in c.rule.bounces}),
            "title": c.page.title,
        }
        for c in registry.discover()
    ]
    if form == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(str(row["id"])) for row in rows)
    for row in rows:
        codes = " ".join(map(str, row["codes"]))  # type: ignore[call-overload]
        click.echo(f"{row['id']:<{width}}  {row['severity']:<7}  {codes:<11}  {row['title']}")
