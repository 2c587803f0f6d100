"""`deliverkit explain`"""

from __future__ import annotations

import shutil
from difflib import get_close_matches

import click

from deliverkit.bounces import catalogue
from deliverkit.cli.inputs import InputError
from deliverkit.engine import registry
from deliverkit.render import page
from deliverkit.texts import say


@click.command(help=say("explain.help", file="cli"))
@click.argument("topic")
def command(topic: str) -> None:
    width = min(shutil.get_terminal_size().columns, 100)
    if catalogue.is_code(topic):
        code = int(topic)
        predicting = [c.id for c in registry.discover() if any(b.code == code for b in c.rule.bounces)]
        click.echo(page.code_page(catalogue.load(code), predicting, width=width))
    elif topic.lower() in registry.ids():
        click.echo(page.check_page(registry.load(topic.lower()), width=width))
    else:
        near = get_close_matches(topic.lower(), [*registry.ids(), *map(str, catalogue.codes())], n=3)
        hint = say("error.did-you-mean", file="cli", near=", ".join(near)) + " " if near else ""
        raise InputError("unknown-topic", topic=topic, hint=hint)
