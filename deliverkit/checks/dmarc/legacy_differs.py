"""Older receivers do not find the DMARC record that applies

What it checks
--------------
The DMARC record that applies to the From domain is the same for receivers that follow RFC 9989 and for those that still
follow RFC 7489. The newer ones walk up from the From domain, name by name. The older ones look at the From domain and
then at the registered domain (by the public suffix list), and at nothing between the two.

Why mail bounces
----------------
A record at a name in between, such as `shop.example.com` for mail from `news.shop.example.com`, is found by newer
receivers only. To the others the From domain has no DMARC record, or another one with another policy. Large receivers
refuse bulk mail from domains without DMARC.

Remedy
------
Publish the record at `_dmarc.` before the From domain itself. Both kinds of receivers look there first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc as grammar
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcLegacy

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=("RFC 9989 section 4.10", "gmail 5.7.40 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(legacy: DmarcLegacy) -> Iterator[Draft]:
    if not legacy.at or legacy.legacy_at == legacy.at:
        return
    own = {"p": legacy.policy, "sp": None, "np": None, "psd": None}
    record = grammar.repair(grammar.parse(dmarc_edit.edit(legacy.text, own)))
    found = bool(legacy.legacy_at)
    yield Draft(
        "another" if found else "none",
        Place(f"_dmarc.{legacy.domain}", "TXT"),
        {"domain": legacy.domain, "at": legacy.at, "legacy_at": legacy.legacy_at},
        Remedy(
            "publish",
            (dmarc_edit.publish(legacy.domain, record, action=Action.ADD),),
            data={"name": f"_dmarc.{legacy.domain}", "record": record},
            safe=legacy.policy == "none",
        ),
        severity=Severity.NOTE if found else None,
        bounces=() if found else None,
    )
