"""What the checks of the BIMI image share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place
from deliverkit.records import bimi

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiImage


def unusable(image: BimiImage) -> Draft:
    """What is wrong with the image, and that its web server has to serve another."""
    change = RecordChange(
        Action.REPLACE,
        image.url,
        "GET",
        ("200", "image/svg+xml", bimi.IMAGE),
        by=Actor.WEB_HOST,
        blanks=((bimi.IMAGE, bimi.SAMPLE_IMAGE),),
    )
    return Draft(
        image.fault,
        Place(image.url, "GET"),
        {"domain": image.domain, "url": image.url, "said": image.said},
        Remedy("serve", (change,), data={"url": image.url}),
    )
