"""SPF record begins with a misspelt version

What it checks
--------------
A TXT record of the envelope domain that was meant as SPF begins with exactly `v=spf1` and a blank. The check
finds texts that begin almost so (`v=spf1;`, `v=spf 1`, `spf1`, a quote or blank before it), where no right
record stands beside them.

Why mail bounces
----------------
Receivers know an SPF record by its first six characters and the blank behind them. A text that begins
otherwise is none, and the domain counts as one without SPF: Gmail, Yahoo, Outlook.com and Apple refuse or put
off mail that has neither SPF nor DKIM.

Remedy
------
Publish the record again with `v=spf1` and a blank at its beginning, without quotes around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit, spf_slips

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfRecords

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=(
        "RFC 7208 section 4.5",
        "RFC 7208 section 12",
        "gmail 5.7.26 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(spf: SpfRecords) -> Iterator[Draft]:
    if spf.records or not spf.misspelt:
        return
    meant = [spf_slips.meant_as_spf(text) for text in spf.misspelt]
    record = spf_edit.or_fresh(meant[0] if len(meant) == 1 else spf_edit.merge(meant), spf.ips)
    record = spf_edit.working(record, spf.ips)
    others = [text for text in spf.others if text not in spf.misspelt]
    draft = Draft(
        "misspelt",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "texts": spf.misspelt},
        Remedy("correct", (publish_spf(spf, record, others),), data={"record": record}),
    )
    yield weighed(spf.other, draft, Stage.MAIL)
