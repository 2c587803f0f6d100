"""SPF record needs more than ten DNS look-ups

What it checks
--------------
The terms of the SPF record that ask the DNS (`include`, `a`, `mx`, `ptr`, `exists` and `redirect=`), together
with those of every included record, are at most ten. An `mx` counts once, whatever number of hosts it has;
`ip4`, `ip6`, `all` and `exp=` count nothing. Terms behind `all` are never evaluated and do not count.

Why mail bounces
----------------
The limit protects receivers from records that would keep them busy. At the eleventh look-up evaluation stops
with `permerror`, and the mail counts as if SPF were broken. Whether a given message is hit depends on how far
evaluation has to go: an address that an early term allows may pass, while the next one does not.

Remedy
------
Take out services that you no longer use. Then write costly terms out as the networks they stand for (`ip4:`
and `ip6:` cost nothing); these have to be kept up to date, since the service may change them. A sub-domain of
its own for each service, with its own record, is the lasting way.
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

LIMIT = 10
_HEAD_ROOM = 2  # where flattening alone can bring it, so that the next include of a service does no harm
RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.6.4", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.NOTE,
    tolerates_gaps=True,
)


def judge(tree: SpfTree) -> Iterator[Draft]:
    if tree.lookups <= LIMIT:
        return
    hit = tree.over or not tree.given
    costs = [spf_edit.Cost(t.text, t.lookups, t.networks) for t in tree.terms]
    draft = Draft(
        "over-limit" if hit else "over-limit-later",
        Place(tree.domain, "TXT"),
        {
            "domain": tree.domain,
            "lookups": tree.lookups,
            "limit": LIMIT,
            "costs": tuple(f"{t.text} {t.lookups}" for t in tree.terms if t.lookups),
        },
        relieve_spf(tree, costs, tree.lookups - LIMIT, _HEAD_ROOM),
        severity=None if hit else Severity.WARNING,
        bounces=None if hit else (Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    )
    yield weighed(tree.other, draft, Stage.MAIL)
