"""SPF record uses ptr

What it checks
--------------
The SPF record has no `ptr` term. Those of included records are the matter of the services behind them.

Why mail bounces
----------------
RFC 7208 asks not to publish `ptr`: it is slow, it depends on the reverse DNS of whoever connects, and some
receivers skip it. It does not bounce as long as the receiver plays along. A host that only `ptr` allows fails
SPF where it does not.

Remedy
------
Name the addresses that you send from with `ip4:` and `ip6:`, and take `ptr` out.
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
    sources=("RFC 7208 section 5.5",),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    terms = [t.text for t in spf.reached if t.kind == "ptr"]
    if not terms:
        return
    everywhere = [t.text for t in spf.record.mechanisms if t.kind == "ptr"]
    record = spf_edit.working(spf_edit.drop(spf.record.text, everywhere), spf.ips)
    yield Draft(
        "ptr",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(terms)},
        Remedy(
            "name-addresses",
            (publish_spf(spf, record),),
            data={"record": record},
            # Whoever sends on the strength of a reverse name, unknown to this audit, no longer passes.
            safe=False,
        ),
    )
