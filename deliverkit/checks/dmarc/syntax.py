"""DMARC record is at fault

What it checks
--------------
The DMARC record that applies follows RFC 9989: every tag is written `name=value`, none occurs twice, policies
are `none`, `quarantine` or `reject`, report addresses are URIs such as `mailto:reports@example.com`, and the
tags that RFC 9989 took out (`pct`, `rf`, `ri`) are gone. Tags that nobody knows are allowed and ignored. A `pct=`
that holds a policy back is left to `dmarc-percentage-ignored`.

Why mail bounces
----------------
It depends on the tag. A policy that cannot be read takes the effect from the whole record: with a valid `rua=`
it counts as `p=none`, without one as no DMARC at all, and bulk mail without DMARC is refused by Gmail, Yahoo and
Outlook.com. A tag that occurs twice makes some receivers discard the record. Other faults harm no mail:
receivers take the default value or skip the tag, and you lose reports or the setting you wanted.

Remedy
------
Publish the record without the fault. Where a policy cannot be read, none of them is in force today: begin with
`none` for all of them, and raise them when the reports show that your own mail passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc as grammar
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcText
    from deliverkit.records.dmarc import DmarcRecord

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=("RFC 9989 section 4.7", "RFC 9989 section 4.8", "RFC 9989 section 4.10.1"),
    since="0.1",
    spoofing=Severity.WARNING,
)
_HARMFUL = ("policy-invalid", "duplicate-tag", "policy-missing")
"""Faults that can cost a mail, the worst first."""


def judge(dmarc: DmarcText) -> Iterator[Draft]:
    record = dmarc.record
    percent = dmarc_edit.sampling(record)
    faults = [f for f in record.faults if percent is None or f[1].lower() != "pct"]
    if not faults or dmarc.given:
        return
    order = [k for k in _HARMFUL if k != "policy-missing" or not record.rua]
    key, tag, value = min(faults, key=lambda f: order.index(f[0]) if f[0] in order else len(order))
    repaired = grammar.repair(record)
    if percent is not None and grammar.parse(repaired).p != "none":
        repaired = dmarc_edit.edit(repaired, {"pct": str(percent)})
    name = f"_dmarc.{dmarc.at}"
    change = dmarc_edit.publish(dmarc.at, repaired, dmarc.aliases)
    void = "no-policy" if key == "policy-missing" else "no-effect"
    yield Draft(
        key if record.applies else void,
        Place(name, "TXT"),
        {
            "domain": dmarc.domain,
            "at": dmarc.at,
            "record": record.text,
            "tag": tag,
            "value": value,
            "opinion": dmarc.opinion,
        },
        Remedy(
            "correct",
            (change,),
            data={"name": name, "corrected": repaired},
            safe=not _rises(record, repaired),
        ),
        severity=None if key in order else Severity.NOTE,
        bounces=_bounces(record, key in order),
        spoofing=None if key in _HARMFUL else Severity.NOTE,
    )


def _bounces(record: DmarcRecord, harmful: bool) -> tuple[Bounce, ...] | None:
    if not record.applies:
        return None
    return (Bounce(941, Likelihood.POSSIBLE, Stage.DATA),) if harmful else ()


def _rises(record: DmarcRecord, repaired: str) -> bool:
    """Whether more mail could be refused than before: where receivers discard a record with a tag that occurs
    twice, no policy applied."""
    discarded = any(key == "duplicate-tag" for key, _, _ in record.faults)
    return discarded and grammar.parse(repaired).p != "none"
