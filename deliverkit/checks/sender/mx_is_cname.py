"""MX record names an alias

What it checks
--------------
Each host that the `MX` records of your sender domains name has its address itself, rather than being an
alias (`CNAME`) of another name.

Why mail bounces
----------------
RFC 2181 and RFC 5321 both rule this out. Most mail gets through all the same, because servers follow the
alias. But some receivers that check whether your domain can take mail look for an address at exactly
this name, find none, and take the domain for one that does not work.

Remedy
------
Let the `MX` record name the host that the alias leads to. If your mail provider told you to use the
alias, ask for the real name, and change the record again should the provider ever move.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Mx
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import MxHost

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(933, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 2181 section 10.3", "RFC 5321 section 5.1"),
    since="0.1",
)


def judge(host: MxHost) -> Iterator[Draft]:
    if host.aliases and host.addresses:
        real = host.aliases[-1]
        better = dict.fromkeys((p, real if name == host.exchange else name) for p, name in host.mx)
        values = tuple(Mx(preference, name) for preference, name in better)
        yield Draft(
            "alias",
            Place(host.domain, "MX"),
            {"domain": host.domain, "exchange": host.exchange, "target": real},
            Remedy(
                "name-host",
                (RecordChange(Action.REPLACE, host.domain, "MX", values),),
                data={"domain": host.domain, "target": real},
            ),
        )
