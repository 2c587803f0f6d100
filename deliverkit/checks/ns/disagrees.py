"""Name servers disagree

What it checks
--------------
All name servers of a zone say the same about your mail records: the mail hosts, SPF, DKIM keys, DMARC, and
whether the HELO name leads to your sending address. They also hold the same version of the zone (the serial
number in its `SOA` record), where one of them is the primary server of all. This is looked at with
`--authoritative` only.

Why mail bounces
----------------
A receiver's resolver asks any of the servers. So one message is judged by the right record and the next one by
another, or by none: mail passes and bounces in turn, and the reason cannot be seen from one look at the DNS. A
difference in the serial number alone harms nothing. It is usual for some minutes after a change.

Remedy
------
Find the server that has fallen behind and let it take over the zone from the primary server again. Where the
zone is kept at two providers, make the same change at both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import publish
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule, Value
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import ServerAgreement

_SENDER = Bounce(933, Likelihood.POSSIBLE, Stage.MAIL)
_HOST = Bounce(916, Likelihood.POSSIBLE, Stage.CONNECT)
_POLICY = Bounce(941, Likelihood.POSSIBLE, Stage.DATA)

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(  # read without running, so the names above do not help here
        Bounce(941, Likelihood.POSSIBLE, Stage.DATA),
        Bounce(933, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(916, Likelihood.POSSIBLE, Stage.CONNECT),
    ),
    sources=("RFC 1034 section 4.3.5", "gmail 421 4.7.26 (2026-11)", "postfix 450 4.1.8 (2026-11)"),
    since="0.1",
    tolerates_gaps=True,
)

_BOUNCES = {"mx": (_SENDER,), "helo": (_HOST,), "serial": ()}


def judge(agreement: ServerAgreement) -> Iterator[Draft]:
    if len(agreement.views) < 2:
        return
    newest = agreement.views[0]
    only_serial = agreement.purpose == "serial"
    data: dict[str, Value] = {
        "zone": agreement.zone,
        "name": agreement.name,
        "type": agreement.rtype,
        "purpose": agreement.purpose,
        "told": tuple(f"{', '.join(v.servers)}: {' + '.join(v.said)}" for v in agreement.views),
    }
    yield Draft(
        agreement.purpose,
        Place(agreement.name, agreement.rtype),
        data,
        Remedy(
            "transfer-again" if newest.serial != agreement.views[1].serial else "find-the-right-one",
            (publish(agreement.name, agreement.rtype, newest.records, newest.alias),),
            data={"zone": agreement.zone, "server": newest.servers[0]},
            safe=False,
        ),
        severity=Severity.NOTE if only_serial else None,
        bounces=_BOUNCES.get(agreement.purpose, (_POLICY,)),
    )
