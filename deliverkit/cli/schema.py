"""`deliverkit schema`"""

from __future__ import annotations

import json

import click

from deliverkit.render import json_v1, probe_v1
from deliverkit.texts import say


@click.command(help=say("schema.help", file="cli"))
@click.argument("result", type=click.Choice(["report", "probe"]))
def command(result: str) -> None:
    schemas = {"report": json_v1.schema, "probe": probe_v1.schema}
    click.echo(json.dumps(schemas[result](), indent=2, ensure_ascii=False))
