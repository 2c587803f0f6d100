"""DMARC record still counts on a percentage

What it checks
--------------
The DMARC record that applies does not hold a policy of `quarantine` or `reject` back from part of the mail with
`pct=` below 100. RFC 9989 took the tag out. `pct=100`, and `pct=` beside `p=none`, hold nothing back; they are
left to `dmarc-syntax`. `pct=0` together with `t=y` says the same to old and new receivers, and is left alone.

Why mail bounces
----------------
Receivers that follow RFC 9989 ignore the tag and apply the policy to all mail that fails; older ones to the
share that you named. So more mail may be refused than you meant, and forged mail still gets through at the
older ones.

Remedy
------
If the percentage was 0, add `t=y`, which new receivers understand as you meant it, and keep `pct=0` for the older
ones. Otherwise take `pct=` away when the reports show that all your own mail passes: then all receivers do what
the new ones do already. To write `pct=100` changes nothing at the new ones; it is not needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcText

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9989 appendix A.6", "RFC 9989 section 4.7"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(dmarc: DmarcText) -> Iterator[Draft]:
    record = dmarc.record
    percent = dmarc_edit.sampling(record)
    if percent is None or dmarc.given or (percent == 0 and record.t == "y"):
        return
    text = dmarc_edit.edit(record.text, {"pct": None} if percent else {"t": "y"})
    yield Draft(
        "sampled" if percent else "held-back",
        Place(f"_dmarc.{dmarc.at}", "TXT"),
        {"domain": dmarc.domain, "at": dmarc.at, "record": record.text, "percent": percent},
        Remedy(
            "drop" if percent else "test-mode",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases),),
            data={"record": text},
            safe=not percent,
            waits=bool(percent),
        ),
    )
