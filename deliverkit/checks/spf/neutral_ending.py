"""SPF record says nothing of other hosts

What it checks
--------------
The SPF record does not end in `?all`.

Why mail bounces
----------------
`?all` says `neutral` of every host that no term names, which receivers treat like no SPF at all. Your own
mail does not bounce by that. But a forged message is not told from yours, and does not pay for it. `?all` was
meant for trying out a record.

Remedy
------
End the record with `~all`, once it names everyone who sends for you. It marks other hosts as suspicious and
leaves the decision to DMARC.
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
    from deliverkit.facts.values import SpfSoundText

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 2.6.2", "RFC 7208 section 8.2"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    ending = spf.record.all
    if ending is None or ending.qualifier != "?":
        return
    record = spf_edit.or_fresh(spf_edit.swap(spf.record.text, {ending.text: "~all"}), spf.ips)
    yield Draft(
        "neutral",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "term": ending.text},
        Remedy(
            "mark",
            (publish_spf(spf, record),),
            data={"record": record},
            # A host that was forgotten was neutral, and is suspicious now.
            safe=False,
        ),
    )
