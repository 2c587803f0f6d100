"""SPF of the HELO name does not authorise the sending address

What it checks
--------------
Where the HELO name has an SPF record of its own, apart from that of the envelope domain, the record says
neither `fail` nor `softfail` for the sending address, and it is not broken (`permerror`).

Why mail bounces
----------------
RFC 7208 asks receivers to check the HELO name too. Bounce messages and receipts have an empty envelope
sender, and then the HELO name is all that SPF can go by. Some receivers refuse on `fail` at HELO, whatever
the envelope domain says. Often a record for the whole domain was copied to the host name, or a wildcard
brings it there.

Remedy
------
Let the record of the host name allow the addresses of the host. Or take that record away: a HELO name without
SPF harms nothing.
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
    from deliverkit.facts.values import SpfHelo

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.HELO),),
    sources=("RFC 7208 section 2.3", "RFC 7208 section 2.4", "RFC 7208 section 2.6.7"),
    since="0.1",
    spoofing=None,
)


def judge(helo: SpfHelo) -> Iterator[Draft]:
    if helo.result not in {"fail", "softfail", "permerror"}:
        return
    refused, broken = helo.result == "fail", helo.result == "permerror"
    if broken:
        record = spf_edit.authorise_first(spf_edit.repair(helo.record), helo.ip)
    else:
        record = spf_edit.authorise_all(helo.record, helo.refused)
    yield Draft(
        helo.result,
        Place(helo.domain, "TXT"),
        {
            "ip": helo.ip,
            "helo": helo.domain,
            "record": helo.record,
            **({"reason": helo.reason} if broken else {}),
        },
        Remedy(
            "put-first" if broken else "authorise",
            (publish_spf(helo, record),),
            data={"authorising": record, "ips": ", ".join(helo.refused)},
        ),
        severity=None if refused else Severity.NOTE,
        bounces=None if refused else (),
    )
