"""DMARC policy is too weak for BIMI

What it checks
--------------
A domain that names an image asks receivers, by DMARC, to put all mail aside or to refuse it that does not pass:
`quarantine` (without a `pct=` below 100) or `reject`, for the domain and for the names below it, and not in
test mode.

Why mail bounces
----------------
No mail of yours bounces because of it. Mailboxes show an image only where forged mail cannot carry it, so they
show none here.

Remedy
------
Raise the DMARC policy when the reports show that your own mail passes; mail that does not pass is put aside or
refused after that. The image alone is no reason to hurry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiPolicy, DmarcProof

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("gmail BIMI (2026-11)", "yahoo BIMI (2026-11)"),
    since="0.1",
)


def judge(bimi: BimiPolicy, proof: DmarcProof) -> Iterator[Draft]:
    if not bimi.fault:
        return
    place = Place(f"_dmarc.{bimi.at or bimi.domain}", "TXT")
    data = {"domain": bimi.domain, "at": bimi.at, "policy": bimi.policy}
    if bimi.record is None or bimi.given or not proof.shown:
        yield Draft(f"{bimi.fault}-unproven", place, data)
        return
    record = bimi.record
    changes: dict[str, str | None] = {"t": None, "pct": None}
    changes |= {tag: None for tag, policy in (("sp", record.sp), ("np", record.np)) if policy == "none"}
    if record.p == "none":
        changes["p"] = "quarantine"
    text = dmarc_edit.edit(record.text, changes)
    yield Draft(
        bimi.fault,
        place,
        data,
        Remedy(
            "raise",
            (dmarc_edit.publish(bimi.at, text, bimi.aliases),),
            data={"record": text},
            safe=False,
            waits=True,
        ),
    )
