"""What the checks for terms that end evaluation in permerror share: they name them, and do without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deliverkit.checks._changes import mend_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place, Value
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfTerm, SpfTree


def draft(
    message: str, tree: SpfTree, found: tuple[tuple[SpfTerm, SpfTerm], ...], more: Mapping[str, Value]
) -> Draft:
    """One finding for all of ``found``, pairs of a term of the record and the broken one at or below it.

    ``-later`` is added to the message, and it weighs less, where evaluation ends before them for every given
    address.
    """
    hit = tree.over or not tree.given
    tops = tuple(top for top, _ in found)
    drafted = Draft(
        message if hit else f"{message}-later",
        Place(tree.domain, "TXT"),
        {
            "domain": tree.domain,
            "terms": tuple(dict.fromkeys(top.text for top in tops)),
            "targets": tuple(dict.fromkeys(node.target for _, node in found)),
            **more,
        },
        mend_spf(tree, tops),
        severity=None if hit else Severity.WARNING,
        bounces=None if hit else (Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    )
    return weighed(tree.other, drafted, Stage.MAIL)
