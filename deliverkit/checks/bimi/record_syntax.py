"""BIMI record is not valid

What it checks
--------------
The `TXT` record at `default._bimi` of the From domain or of its organisation, by which a domain names the image
that mailboxes may show beside its mail, is well written: `v=BIMI1;` first, `l=` with the address of the image
(https), `a=` with that of a certificate or empty.

Why mail bounces
----------------
No mail of yours bounces because of it. Mailboxes show no image.

Remedy
------
Publish the record without the fault. An address that cannot be used is left out in what is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import bimi

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiRecords

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("gmail BIMI (2026-11)", "yahoo BIMI (2026-11)"),
    since="0.1",
)


def judge(record: BimiRecords) -> Iterator[Draft]:
    if not record.fault:
        return
    text = (record.records or record.meant)[0]
    location, authority = (
        uri if bimi.is_uri(uri) else "" for uri in (bimi.tag(text, "l"), bimi.tag(text, "a"))
    )
    yield Draft(
        record.fault,
        Place(record.name, "TXT"),
        {"domain": record.domain, "name": record.name, "record": text, "opinion": record.opinion},
        Remedy(
            "correct",
            (bimi.publish(record.name, location, authority, record.aliases),),
            data={"name": record.name},
        ),
    )
