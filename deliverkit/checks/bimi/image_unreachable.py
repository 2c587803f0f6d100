"""BIMI image cannot be fetched

What it checks
--------------
The address in `l=` answers with status 200, without a redirect, and with a certificate that holds for its name.

Why mail bounces
----------------
No mail of yours bounces because of it. Mailboxes show no image that they cannot fetch.

Remedy
------
Let the web server of that name serve the image, or correct the address in the record.
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
    if not image.fault or image.came:
        return
    yield unusable(image)
