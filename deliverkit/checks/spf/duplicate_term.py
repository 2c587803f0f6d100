"""SPF record has the same term twice

What it checks
--------------
No term of the SPF record stands there twice.

Why mail bounces
----------------
It does not bounce. But the second one can match nobody who did not match the first, and an `include:`, `a` or
`mx` costs its look-ups again, of which there are ten.

Remedy
------
Take the second one out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfSoundText

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 4.6.2", "RFC 7208 section 4.6.4"),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    times = Counter(map(spf_edit.sameness, spf.record.mechanisms))
    again = [t.text for t in spf.reached if t.qualifier and times[spf_edit.sameness(t)] > 1]
    if not again:
        return
    record = spf_edit.without_repeats(spf.record.text)
    yield Draft(
        "twice",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(dict.fromkeys(again))},
        Remedy("drop", (publish_spf(spf, record),), data={"record": record}),
    )
