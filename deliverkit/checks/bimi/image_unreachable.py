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

from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import bimi

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
    change = RecordChange(
        Action.REPLACE,
        image.url,
        "GET",
        ("200", "image/svg+xml", bimi.IMAGE),
        by=Actor.WEB_HOST,
        blanks=((bimi.IMAGE, bimi.SAMPLE_IMAGE),),
    )
    yield Draft(
        image.fault,
        Place(image.url, "GET"),
        {"domain": image.domain, "url": image.url, "said": image.said},
        Remedy("serve", (change,), data={"url": image.url}),
    )
