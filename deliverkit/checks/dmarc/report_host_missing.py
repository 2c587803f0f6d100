"""DMARC reports go to a host that takes no mail

What it checks
--------------
Every host in the `mailto:` addresses of `rua=` and `ruf=` exists and takes mail: it has an `MX` record that names
a host, or else an address of its own. The sender domains themselves are left to the checks of the sender.

Why mail bounces
----------------
No mail of yours bounces because of it, but the reports do. Nobody sees then who sends in the name of the domain,
and which of your own mail fails.

Remedy
------
Put an address in its place that takes the reports. Where the host is to be used, publish an `MX` record for it
instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import ReportHost

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9989 section 5.1.3", "RFC 5321 section 5.1", "RFC 7505"),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(report: ReportHost) -> Iterator[Draft]:
    if report.takes_mail or report.given:
        return
    text = dmarc_edit.without_host(report.record, report.host)
    yield Draft(
        "no-mail" if report.exists else "no-host",
        Place(f"_dmarc.{report.at}", "TXT"),
        {"domain": report.domain, "at": report.at, "host": report.host, "uris": report.uris},
        Remedy(
            "change-address",
            (dmarc_edit.publish(report.at, text, report.aliases, sample=report.domain),),
            data={"record": text},
        ),
    )
