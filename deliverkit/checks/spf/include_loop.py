"""SPF record leads back to itself

What it checks
--------------
No `include:` or `redirect=`, followed from record to record, comes back to a domain that it has already
passed.

Why mail bounces
----------------
A receiver that follows a circle uses up the ten look-ups that RFC 7208 allows, and ends in `permerror`. It
hits every host that no term before the circle allows. It often begins with a domain that includes itself, or
with two domains of one owner that include each other.

Remedy
------
Take out the `include:` or `redirect=` that closes the circle. It allows nobody who is not allowed without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.spf import _broken
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfReferences

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 5.2", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    if found := tree.leading_to("include-loop", "redirect-loop"):
        yield _broken.draft("loop", tree, found, {})
