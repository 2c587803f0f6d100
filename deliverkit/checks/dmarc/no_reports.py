"""DMARC record asks for no reports

What it checks
--------------
The DMARC record that applies has a `rua=` with at least one `mailto:` address. Other kinds of address are
allowed, but receivers need not serve them. Addresses that cannot be read, `dmarc-syntax` tells.

Why mail bounces
----------------
No mail bounces because of it. But without aggregate reports nobody sees who sends in the name of the domain, and
which of your own mail fails. A stricter policy is then a leap in the dark: forgotten servers and services bounce
as soon as it is published.

Remedy
------
Add `rua=mailto:` with a mailbox that takes a few compressed files a day, or with the address of a service that
reads them. Keep the mailbox apart from one that people read.
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
    sources=("RFC 9989 section 4.7", "RFC 9989 section 5.1.3"),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(dmarc: DmarcText) -> Iterator[Draft]:
    record = dmarc.record
    if dmarc.given or any(map(dmarc_edit.report_host, record.rua)):
        return
    if any(
        key.startswith("policy-") or (key, tag) == ("uri-invalid", "rua") for key, tag, _ in record.faults
    ):
        return
    uris = ",".join([*record.rua, f"mailto:{dmarc_edit.REPORT_ADDRESS}"])
    text = dmarc_edit.edit(record.text, {"rua": uris})
    yield Draft(
        "no-mailto" if record.rua else "none",
        Place(f"_dmarc.{dmarc.at}", "TXT"),
        {"domain": dmarc.domain, "at": dmarc.at, "record": record.text, "rua": record.rua},
        Remedy(
            "ask",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases, sample=dmarc.at),),
            data={"record": text},
        ),
    )
