"""SPF record includes a record that is broken

What it checks
--------------
The records that `include:` and `redirect=` lead to can be used: each of these domains has one SPF record and not
several, and that record has no syntax error.

Why mail bounces
----------------
A broken record breaks all records that include it. The result is `permerror` for every host that no earlier term
allows, although your own record has no fault.

Remedy
------
Tell whoever runs the included domain. Until it is mended, take the `include:` out, and name the addresses that you
send from in your own record.
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
    sources=(
        "RFC 7208 section 5.2",
        "RFC 7208 section 4.5",
        "RFC 7208 section 4.6",
        "gmail 5.7.26 (2025-11)",
    ),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    several = tree.leading_to("include-several", "redirect-several")
    syntax = tree.leading_to("include-syntax", "redirect-syntax")
    if several or syntax:
        yield _broken.draft("several" if several else "syntax", tree, several + syntax, {})
