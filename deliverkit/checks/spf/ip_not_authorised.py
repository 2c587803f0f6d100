"""SPF does not authorise the sending address

What it checks
--------------
The SPF record of the envelope domain says `pass` for each sending address. The record is evaluated with the
addresses you send from, not with those of the website or of the mail host that receives your mail.

Why mail bounces
----------------
`fail` (an address that only `-all` matches) says outright that the host must not send for this domain. Gmail,
Exchange Online, GMX, QQ and NetEase refuse such mail, some before they look at DKIM. `softfail` (`~all`) and
`neutral` (`?all`, or no `all`) rarely bounce alone. They do when DMARC asks for `p=quarantine` or `p=reject`
and no DKIM signature of the From domain makes up for it, and at receivers that ask bulk senders for an SPF
pass.

Remedy
------
Add the address to the record, before `all`, or the `include:` of the service that it belongs to. Leave the
ending as it is. A change from `~all` to `-all` makes no mail arrive that did not arrive before, and it breaks
forwarding.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import told, weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfVerdict

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=(
        "RFC 7208 section 8.4",
        "RFC 7208 section 8.5",
        "RFC 7208 section 8.2",
        "gmail 5.7.26 (2025-11)",
        "gmail 5.7.27 (2025-11)",
        "exchange-online 5.7.23 (2026-11)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(verdict: SpfVerdict) -> Iterator[Draft]:
    if verdict.result not in {"fail", "softfail", "neutral"}:
        return
    refused = verdict.result == "fail"
    record, ips = _authorising(verdict.record, verdict.refused)
    draft = Draft(
        verdict.result,
        Place(verdict.domain, "TXT"),
        {
            "ip": verdict.ip,
            "domain": verdict.domain,
            "record": verdict.record,
        },
        Remedy(
            "authorise",
            (publish_spf(verdict, record),),
            data={"authorising": record, "ips": ips},
        ),
        severity=None if refused else Severity.WARNING,
        bounces=None if refused else (Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    )
    yield told(verdict.other, draft) if refused else weighed(verdict.other, draft, Stage.MAIL)


@lru_cache(maxsize=4)
def _authorising(record: str, ips: tuple[str, ...]) -> tuple[str, str]:
    """The record with all of them, so that one change is enough, and their list. Every finding asks for the same."""
    return spf_edit.authorise_all(record, ips), ", ".join(ips)
