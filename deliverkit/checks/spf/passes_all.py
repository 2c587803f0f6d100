"""SPF record lets everybody send

What it checks
--------------
The SPF record does not end in `+all`, nor in a bare `all`, which means the same.

Why mail bounces
----------------
`+all` says that every host in the world may send for the domain. Spammers look for such domains and use them,
so filters take the record as a bad sign instead of a good one. Gmail has replies of its own for suspicious SPF
records, and the reputation of the domain goes down with the mail of strangers.

Remedy
------
Name the hosts that you send from, and end the record with `~all`. DMARC reports (`rua=`) show within a week
whether a host was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfText

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(
        Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(913, Likelihood.POSSIBLE, Stage.DATA),
    ),
    sources=("RFC 7208 section 5.1", "RFC 7208 section 4.6.2", "gmail 5.7.24 (2025-11)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(spf: SpfText) -> Iterator[Draft]:
    ending = spf.record.all
    if ending is None or ending.qualifier != "+":
        return
    record = spf_edit.working(spf_edit.swap(spf.record.text, {ending.text: "~all"}), spf.ips)
    yield Draft(
        "passes-all",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "record": spf.record.text, "term": ending.text},
        Remedy(
            "restrict",
            (publish_spf(spf, record),),
            data={"restricted": record},
            # Whoever sends on the strength of "+all" alone, unknown to this audit, no longer passes.
            safe=False,
        ),
    )
