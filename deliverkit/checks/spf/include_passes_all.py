"""SPF record includes a record that lets everybody send

What it checks
--------------
No record that an `include:` or `redirect=` leads to ends in `+all`, or in a bare `all`, which means the same.

Why mail bounces
----------------
What an included record passes, your record passes. With a `+all` anywhere behind an `include:`, every host in
the world may send for your domain, whatever your own record ends in. Spammers look for such records, filters
take them as a bad sign, and Gmail has replies of its own for them.

Remedy
------
Ask the service behind the `include:` to end its record with `~all`. Until then, write out its networks, or
take the `include:` out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import mend_spf
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfReferences, SpfTerm

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(
        Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(913, Likelihood.POSSIBLE, Stage.DATA),
    ),
    sources=("RFC 7208 section 5.2", "RFC 7208 section 5.1", "gmail 5.7.24 (2025-11)"),
    since="0.1",
    spoofing=Severity.ERROR,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    open_ones = [top for top in tree.terms if _opens(top) and not top.fault]
    if not open_ones:
        return
    yield Draft(
        "passes-all",
        Place(tree.domain, "TXT"),
        {"domain": tree.domain, "terms": tuple(dict.fromkeys(top.text for top in open_ones))},
        mend_spf(tree, open_ones),
    )


def _opens(term: SpfTerm) -> bool:
    """Whether the term leads to a record that passes everybody who gets to its end."""
    return term.passing and any(c.text.lower() in {"all", "+all"} or _opens(c) for c in term.children)
