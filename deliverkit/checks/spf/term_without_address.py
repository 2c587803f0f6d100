"""SPF record names a host that has no address

What it checks
--------------
Every `a`, `mx` and `exists` of the SPF record finds an address, as far as it can be told without a message.
Where more than two look-ups find nothing, spf-too-many-void-lookups tells of them.

Why mail bounces
----------------
It does not bounce: a term that finds nothing allows nobody, and two such look-ups are within the limit. But
it costs one of the ten look-ups, and the next dead name may be one too many. If somebody else can get hold of
the name, they can send for your domain.

Remedy
------
Take the term out, or correct the name. Nobody loses anything, as it allows nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfDeadTerms

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 4.6.4", "RFC 7208 section 11.1"),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(dead: SpfDeadTerms) -> Iterator[Draft]:
    if not dead.terms:
        return
    record = spf_edit.drop(dead.record, dead.terms)
    yield Draft(
        "without-address",
        Place(dead.domain, "TXT"),
        {"domain": dead.domain, "terms": dead.terms},
        Remedy("drop", (publish_spf(dead, record),), data={"record": record}),
    )
