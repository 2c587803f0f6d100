"""DMARC policy is in test mode

What it checks
--------------
The DMARC record that applies does not carry `t=y` beside a policy of `quarantine` or `reject`.

Why mail bounces
----------------
No mail bounces because of it alone. Under `t=y` receivers act one level below the policy: `reject` counts as
`quarantine`, and `quarantine` as `none`, so that forged mail is delivered. Receivers that still follow RFC 7489 do
not know the tag and apply the policy in full: a test is no shelter for mail that fails.

Remedy
------
Take `t=y` away, and `pct=0` with it, when the reports show that all your own mail passes. Until then they may stay:
this is a note about what they do, not a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcPolicy

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9989 section 4.7", "RFC 9989 appendix A.6"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(dmarc: DmarcPolicy) -> Iterator[Draft]:
    if dmarc.applied == dmarc.policy or dmarc.given:
        return
    # What pct=0 does for older receivers is the same test; left alone it would have t=y put back.
    sampled = dmarc_edit.sampling(dmarc.record) == 0
    text = dmarc_edit.edit(dmarc.record.text, {"t": None, "pct": None} if sampled else {"t": None})
    yield Draft(
        dmarc.policy,
        Place(f"_dmarc.{dmarc.at}", "TXT"),
        {"domain": dmarc.domain, "at": dmarc.at, "record": dmarc.record.text, "applied": dmarc.applied},
        Remedy(
            "end-both" if sampled else "end-test",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases),),
            data={"record": text},
            safe=False,
            waits=True,
        ),
        spoofing=Severity.NOTE if dmarc.applied == "quarantine" else None,
    )
