"""SPF record asks for more than two names that do not exist

What it checks
--------------
Of the DNS look-ups that the SPF record and its includes cause, at most two find nothing. Such a look-up is
called void: the name does not exist, or has no record of the type that was asked for. An `include:` without a
record ends the evaluation by itself and has a check of its own.

Why mail bounces
----------------
A record full of dead names is a sign of neglect, and a way to make receivers ask in vain. RFC 7208 advises to
stop at the third void look-up with `permerror`. Receivers that follow it count the mail as if SPF were
broken.

Remedy
------
Take out the `a:`, `mx:` and `exists:` terms whose names are gone. They allow nobody, so nothing is lost.
Where the dead name lies inside a service's own record, tell the service, and meanwhile write out the networks
that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import relieve_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfTree

LIMIT = 2
RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 11.1"),
    since="0.1",
    spoofing=Severity.NOTE,
    tolerates_gaps=True,
)


def judge(tree: SpfTree) -> Iterator[Draft]:
    if tree.voids <= LIMIT:
        return
    hit = tree.over or not tree.given
    costs = [spf_edit.Cost(t.text, t.voids, t.networks) for t in tree.terms]
    draft = Draft(
        "over-limit" if hit else "over-limit-later",
        Place(tree.domain, "TXT"),
        {
            "domain": tree.domain,
            "voids": tree.voids,
            "limit": LIMIT,
            "terms": tuple(t.text for t in tree.terms if t.voids),
        },
        relieve_spf(tree, costs, tree.voids - LIMIT, safe=all(c.networks == () for c in costs if c.cost)),
        severity=None if hit else Severity.WARNING,
        bounces=None if hit else (Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    )
    yield weighed(tree.other, draft, Stage.MAIL)
