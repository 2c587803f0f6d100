"""SPF record lets everybody send

What it checks
--------------
The SPF record does not end in `+all`, nor in a bare `all`, which means the same. It also has no `exists:` with a
name that has an address and no macro: such a term matches every sender.

Why mail bounces
----------------
`+all` says that every host in the world may send for the domain. Spammers look for such domains and use them,
so filters take the record as a bad sign instead of a good one. Gmail has replies of its own for suspicious SPF
records, and the reputation of the domain goes down with the mail of strangers.

Remedy
------
Take such an `exists:` out. Name the hosts that you send from, and end the record with `~all`. DMARC reports
(`rua=`) show within a week whether a host was forgotten.
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
    from deliverkit.facts.values import SpfOpenTerms

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(
        Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(913, Likelihood.POSSIBLE, Stage.DATA),
    ),
    sources=(
        "RFC 7208 section 5.1",
        "RFC 7208 section 5.7",
        "RFC 7208 section 4.6.2",
        "gmail 5.7.24 (2025-11)",
    ),
    since="0.1",
    spoofing=Severity.ERROR,
    tolerates_gaps=True,
)


def judge(spf: SpfOpenTerms) -> Iterator[Draft]:
    if not spf.everybody:
        return
    first = spf.everybody[0]
    closed = {t.text: "~all" if t.kind == "all" else "" for t in spf.everybody}
    record = spf_edit.working(spf_edit.swap(spf.record.text, closed), spf.ips)
    yield Draft(
        "passes-all" if first.kind == "all" else "exists",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "record": spf.record.text, "term": first.text},
        Remedy(
            "restrict" if first.kind == "all" else "drop",
            (publish_spf(spf, record),),
            data={"restricted": record},
            # Whoever sends on the strength of such a term alone, unknown to this audit, no longer passes.
            safe=False,
        ),
    )
