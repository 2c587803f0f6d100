"""SPF record redirects to a domain that has no SPF record

What it checks
--------------
Where the SPF record, or one that it includes, ends in `redirect=`, the domain named there has an SPF record.

Why mail bounces
----------------
`redirect=` hands the decision to the record of another domain. Where there is none, the result is `permerror`
for every host that no term before it allows. Mail from those hosts counts as if SPF were broken.

Remedy
------
Correct the name behind `redirect=`, or publish the record there. If the domain is gone, name your senders
here and end the record with `~all`.
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
    sources=("RFC 7208 section 6.1", "RFC 7208 section 2.6.7", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    if found := tree.leading_to("redirect-without-record"):
        yield _broken.draft("without-record", tree, found, {})
