"""SPF record points to an explanation that is not there

What it checks
--------------
Where the SPF record has `exp=` with a plain name, that name has exactly one TXT record.

Why mail bounces
----------------
It does not bounce. `exp=` names a text that a receiver may quote when it refuses forged mail. Where the text
is missing, or there are several, the receiver uses words of its own.

Remedy
------
Publish the text, as one TXT record at that name, or take `exp=` out.
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
    from deliverkit.facts.values import SpfExplanation

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 6.2",),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfExplanation) -> Iterator[Draft]:
    if spf.count == 1:
        return
    record = spf_edit.drop(spf.record, {spf.term})
    yield Draft(
        "several" if spf.count else "missing",
        Place(spf.target, "TXT"),
        {"domain": spf.domain, "term": spf.term, "target": spf.target, "count": spf.count},
        Remedy("drop", (publish_spf(spf, record),), data={"record": record}),
    )
