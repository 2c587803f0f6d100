"""SPF record has an mx with more than ten hosts

What it checks
--------------
Each `mx` of the SPF record, and of the records that it includes, stands for at most ten mail hosts.

Why mail bounces
----------------
For an `mx` term a receiver looks up the address of every mail host. RFC 7208 stops this at ten: with an
eleventh MX record the result is `permerror`, for every host that no earlier term allows.

Remedy
------
Name the hosts that send. Mail hosts that only receive do not have to be in SPF at all. `ip4:` and `ip6:`
terms cost no look-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.spf import _broken
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfMailHosts

_LIMIT = 10
RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 5.4", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(tree: SpfMailHosts) -> Iterator[Draft]:
    if found := tree.leading_to("too-many-mx"):
        yield _broken.draft("too-many", tree, found, {"limit": _LIMIT})
