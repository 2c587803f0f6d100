"""The page of a topic."""

from __future__ import annotations

import os

from deliverkit.bounces import catalogue
from deliverkit.render import page as pages
from deliverkit.texts import say

_WIDEST = 100


class UnknownTopic(LookupError):
    """Nothing that has a page; the message is for people."""


def page(topic: str) -> str:
    """The page of a check, a bounce code or a code in a reply. Raises UnknownTopic."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (ValueError, OSError):
        columns = 80
    width = min(columns, _WIDEST)
    if catalogue.is_code(topic):
        return pages.code_page(catalogue.load(int(topic)), width=width)
    if topic[:1].isdigit() and (known := pages.reply_page(topic, width=width)):
        return known
    from deliverkit.engine import registry  # noqa: PLC0415 - a code's page has no use for the checks

    if topic.lower() in registry.ids():
        return pages.check_page(registry.describe(topic.lower()), width=width)
    from difflib import get_close_matches  # noqa: PLC0415

    from deliverkit.texts.clean import clean  # noqa: PLC0415

    # Numbers are no nearer to one another for sharing digits.
    near = [] if topic.isdigit() else get_close_matches(topic.lower(), registry.ids(), n=3)
    hint = say("error.did-you-mean", file="cli", near=", ".join(near)) + " " if near else ""
    raise UnknownTopic(say("error.unknown-topic", file="cli", topic=clean(topic), hint=hint))
