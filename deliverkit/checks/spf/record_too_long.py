"""SPF record is longer than it should be

What it checks
--------------
Name and text of the SPF record have at most 450 octets together, the length up to which RFC 7208 expects the
answer to fit into a plain DNS packet. It is told only where the record has look-ups to spare, since a shorter
one needs them.

Why mail bounces
----------------
It rarely bounces today, because resolvers ask again over TCP where an answer does not fit. Where a firewall
lets no DNS over TCP through, the receiver gets no SPF record, and puts the mail off. Other TXT records of the
name make the answer longer still.

Remedy
------
Move the networks into records of their own, and include these. Each costs one of the ten look-ups.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfLength

_ROOM = 8  # of the ten look-ups; what comes nearer to the limit is a fault of its own
RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 3.4",),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfLength) -> Iterator[Draft]:
    home = spf.aliases[-1] if spf.aliases else spf.domain
    spread = spf_edit.spread(spf.record, home) if spf.octets > spf_edit.SHORT else None
    if spread is None or len(spread[1]) > _ROOM - spf.lookups:
        return
    record, parts = spread
    change = publish_spf(spf, record)
    added = (RecordChange(Action.ADD, name, "TXT", (Txt.of(text),), by=change.by) for name, text in parts)
    yield Draft(
        "too-long",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "octets": spf.octets, "limit": spf_edit.SHORT},
        Remedy(
            "spread",
            (*added, change),
            data={"record": record, "names": ", ".join(name for name, _ in parts)},
        ),
    )
