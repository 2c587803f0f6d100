"""SPF record includes a domain that has no SPF record

What it checks
--------------
Every `include:` in the SPF record, and in the records that it includes, leads to a domain with an SPF record.

Why mail bounces
----------------
An `include:` asks another domain for its record. Where there is none, RFC 7208 does not let the receiver go
on: the result is `permerror`, as if the whole record were broken, for every host that no earlier term allows.
Mostly the service behind the name was given up or renamed, or the name has a slip. Where the name can be
bought by anybody, its new owner decides who may send for you.

Remedy
------
Ask the service for the name that it uses now. If you no longer use the service, take the `include:` out.
Where it stands inside the record of another service, tell that service, and meanwhile write out the networks
that are left.
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
    sources=("RFC 7208 section 5.2", "RFC 7208 section 2.6.7", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    if found := tree.leading_to("include-without-record"):
        yield _broken.draft("without-record", tree, found, {})
