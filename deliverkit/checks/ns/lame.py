"""Name server does not answer for the zone

What it checks
--------------
Each name server that is named for a zone with your mail records answers for that zone: it gives the zone's
`SOA` record as its own. This is looked at with `--authoritative` only, which asks every server by itself. A
server from which no answer comes at all is not counted here, for the way there may be at fault.

Why mail bounces
----------------
A receiver's resolver asks any of the named servers. When it asks the one that does not answer for the zone, it
has to try another, and some resolvers give up first. Your records then cannot be looked up at that receiver for
a while: it puts your mail off, and the mail bounces when that lasts.

Remedy
------
Either set the zone up on that server, or take the server out of the `NS` records: in the zone itself and at the
registrar, where the same list stands a second time. It is often left over from an earlier provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import leave_out
from deliverkit.model.answer import Status
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import ServerAnswer

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(933, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 1912 section 2.8", "RFC 1034 section 4.2.2", "postfix 450 4.1.8 (2026-11)"),
    since="0.1",
    tolerates_gaps=True,
)

_MESSAGES = {
    Status.REFUSED: "refuses",
    Status.SERVFAIL: "fails",
    Status.NODATA: "has-no-zone",
    Status.NXDOMAIN: "has-no-zone",
}


def judge(server: ServerAnswer) -> Iterator[Draft]:
    if server.status not in _MESSAGES or not server.others:
        return
    yield Draft(
        _MESSAGES[server.status],
        Place(server.zone, "NS"),
        {"zone": server.zone, "server": server.server, "address": server.address},
        Remedy(
            "serve-or-leave-out",
            leave_out(server.zone, server.server, server.others),
            data={"zone": server.zone, "server": server.server},
        ),
    )
