"""SPF record has terms behind all

What it checks
--------------
No mechanism stands behind `all` in the SPF record. Modifiers (`redirect=`, `exp=`) may stand anywhere.

Why mail bounces
----------------
`all` matches every host, so evaluation ends there. What stands behind it is never looked at. Often a new
service was added at the end of the record; its mail then fails SPF as if the service were not named.

Remedy
------
Put the terms before `all`, or take them out if nobody sends by them.
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
    sources=("RFC 7208 section 5.1",),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    ending = spf.record.all
    before = {spf_edit.sameness(t) for t in spf.reached}
    late = tuple(t for t in spf.record.mechanisms if spf_edit.sameness(t) not in before)
    if ending is None or not late:
        return
    moving = [t.text for t in late if t.kind != "all"]
    record = spf_edit.without_repeats(spf_edit.drop(spf.record.text, {t.text for t in late}))
    record = spf_edit.without_repeats(spf_edit.swap(record, {ending.text: " ".join([*moving, ending.text])}))
    yield Draft(
        "never-reached",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(t.text for t in late), "all": ending.text},
        Remedy(
            "move" if moving else "drop",
            (publish_spf(spf, record),),
            data={"record": record, "moving": ", ".join(moving)},
            # Nobody knows whether those terms are still meant; from now on they count.
            safe=False,
        ),
    )
