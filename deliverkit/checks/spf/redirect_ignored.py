"""SPF record has a redirect that is never followed

What it checks
--------------
The SPF record does not hold both `redirect=` and an `all`.

Why mail bounces
----------------
`redirect=` is for records without `all`. Beside an `all`, wherever it stands, receivers skip it without a
word. The senders that the other domain allows are then not allowed by this record.

Remedy
------
Take `redirect=` out; nothing changes for receivers. If the senders of the other domain are to be allowed, put
`include:` with its name before `all`.
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
    sources=("RFC 7208 section 6.1", "RFC 7208 section 5.1"),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    redirect, ending = spf.record.modifier("redirect"), spf.record.all
    if redirect is None or ending is None:
        return
    record = spf_edit.drop(spf.record.text, {redirect.text})
    yield Draft(
        "ignored",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "term": redirect.text, "all": ending.text, "target": redirect.value},
        Remedy("drop", (publish_spf(spf, record),), data={"record": record}),
    )
