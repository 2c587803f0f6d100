"""BIMI image is not of the kind that mailboxes show

What it checks
--------------
The image is an SVG in the profile Tiny Portable/Secure: `version="1.2"`, `baseProfile="tiny-ps"`, a title, at
most 32 kilobytes, no script, nothing that moves, nothing from elsewhere, and no document type.

Why mail bounces
----------------
No mail of yours bounces because of it. Mailboxes refuse an image that could run something, fetch something, or
is too big, and show none.

Remedy
------
Export the image anew in that profile and put it in the place of the old one. Where there is a mark certificate
it holds a copy of the image, so it has to be issued anew as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.bimi._image import unusable
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiImage

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("gmail BIMI (2026-11)", "yahoo BIMI (2026-11)"),
    since="0.1",
)


def judge(image: BimiImage) -> Iterator[Draft]:
    if not image.fault or not image.came:
        return
    yield unusable(image)
