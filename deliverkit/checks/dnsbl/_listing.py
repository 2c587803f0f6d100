"""What the checks of blocklists share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deliverkit.checks._changes import delist
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import Listing


def listed(listing: Listing, kind: str, severity: Severity, bounces: tuple[Bounce, ...] | None) -> Draft:
    """A listing. ``kind``: the text key, but for whom was asked; ``bounces``: None for the rule's own."""
    return Draft(
        f"{kind}-direct" if listing.via else kind,
        Place(listing.query, "A"),
        {
            "zone": listing.zone,
            "name": listing.name,
            "target": listing.target,
            "codes": tuple(f"{entry.answer} ({entry.says})" for entry in listing.entries),
            "delist": listing.entries[0].delist,
            "via": listing.via,
        },
        delist(listing),
        severity=severity,
        bounces=bounces,
    )
