"""SPF record has no ending

What it checks
--------------
The SPF record ends in `all` with a sign before it, or hands over with `redirect=`.

Why mail bounces
----------------
Without an ending, SPF says `neutral` of every host that no term names, which receivers treat like no SPF at
all. Your own mail does not bounce by that. But a forged message is not told from yours, and does not pay for
it.

Remedy
------
End the record with `~all`. It marks other hosts as suspicious and leaves the decision to DMARC.
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
    sources=("RFC 7208 section 4.7", "RFC 7208 section 2.6.2"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    if spf.record.all or spf.record.modifier("redirect"):
        return
    record = spf_edit.or_fresh(f"{spf.record.text.rstrip()} ~all", spf.ips)
    yield Draft(
        "no-ending",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "record": spf.record.text},
        Remedy(
            "end",
            (publish_spf(spf, record),),
            data={"record": record},
            # A host that was forgotten was neutral, and is suspicious now.
            safe=False,
        ),
    )
