"""BIMI certificate cannot be used

What it checks
--------------
The address in `a=` can be fetched, and holds a mark certificate (VMC or CMC) that has not run out, that names
the domain, and that an authority for marks has issued.

Why mail bounces
----------------
No mail of yours bounces because of it. Gmail and Apple show an image only with such a certificate, so they show
none.

Remedy
------
Have the certificate issued anew by the authority that issued it, and serve it at that address. Until then take
`a=` out of the record: mailboxes that need no certificate then show the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import bimi

if TYPE_CHECKING:
    from deliverkit.facts.values import BimiCertificate

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("gmail BIMI (2026-11)", "apple BIMI (2026-11)"),
    since="0.1",
)


def judge(certificate: BimiCertificate) -> Iterator[Draft]:
    if not certificate.fault:
        return
    name = f"default._bimi.{certificate.at}"
    change = bimi.publish(name, certificate.location, "", certificate.aliases)
    yield Draft(
        certificate.fault,
        Place(certificate.url, "GET"),
        {
            "domain": certificate.domain,
            "url": certificate.url,
            "said": certificate.said,
            "until": certificate.until,
            "domains": certificate.domains,
        },
        Remedy("renew-or-remove", (change,), data={"name": name, "url": certificate.url}),
    )
