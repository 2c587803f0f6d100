"""MX record names a host without address

What it checks
--------------
Each host that the `MX` records of your sender domains name has an `A` or an `AAAA` record.

Why mail bounces
----------------
A host without address takes no mail. If it is the only one that the domain names, answers and bounces
have nowhere to go, and receivers that check this refuse mail from the domain. If there are others, mail
still arrives there, but a receiver that looks at each of them may count the dead one against you. Often
the host was switched off, or the name was misspelt.

Remedy
------
Take the dead host out of the `MX` records, or publish its address. An IP address in an `MX` record does not
work either: give the host a name, and let the record name it. A name that is an alias (`CNAME`) to
nowhere has to lose the alias first, since an alias cannot stand beside other records.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import add_addresses
from deliverkit.model.answer import Mx
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import MxHost

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 5321 section 5.1", "RFC 1035 section 3.3.9"),
    since="0.1",
)


def judge(host: MxHost) -> Iterator[Draft]:
    if host.addresses:
        return
    if host.meant:
        yield _address(host)
        return
    others = tuple(Mx(preference, name) for preference, name in host.mx if name != host.exchange)
    if others:
        remedy = Remedy(
            "drop-host",
            (RecordChange(Action.REPLACE, host.domain, "MX", others),),
            data={"domain": host.domain, "exchange": host.exchange},
        )
    else:
        dead_alias = (RecordChange(Action.REMOVE, host.exchange, "CNAME"),) if host.aliases else ()
        changes = (*dead_alias, *add_addresses(host.exchange, ()))
        remedy = Remedy("publish-address", changes, data={"exchange": host.exchange})
    yield Draft(
        "one-of-several" if others else "only-host",
        Place(host.exchange, "A"),
        {"domain": host.domain, "exchange": host.exchange},
        remedy,
        severity=Severity.WARNING if others else None,
    )


def _address(host: MxHost) -> Draft:
    """RFC 5321 section 5.1: an MX record names a host, never an address."""
    named = tuple(Mx(p, host.meant if name == host.exchange else name) for p, name in host.mx)
    data = {"domain": host.domain, "exchange": host.exchange, "name": host.meant}
    changes = (
        RecordChange(Action.REPLACE, host.domain, "MX", named),
        *add_addresses(host.meant, (host.exchange,)),
    )
    alone = all(name == host.exchange for _, name in host.mx)
    return Draft(
        "is-address",
        Place(host.domain, "MX"),
        {"domain": host.domain, "exchange": host.exchange},
        Remedy("name-host", changes, data=data),
        severity=None if alone else Severity.WARNING,
    )
