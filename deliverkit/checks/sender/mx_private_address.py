"""MX record names a host with a private address

What it checks
--------------
The addresses of each host that the `MX` records of your sender domains name can be reached from
everywhere: none of them is from a private network (such as `10.0.0.0/8` or `192.168.0.0/16`), the
machine itself (`127.0.0.1`, `::1`) or another range that the Internet does not carry.

Why mail bounces
----------------
A receiver that looks at where your domain takes its mail sees an address that leads nowhere, or into its
own network. Receivers refuse such domains because forgers use them to be unreachable. Usually a record
that was meant for use inside a company has got into public DNS. Where the host has other addresses too,
only some receivers mind.

Remedy
------
Take the private address out of public DNS and publish the address at which the host can be reached from
outside. Machines inside your network that need the private one can get it from a DNS server of your own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import add_addresses
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import MxHost

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 1918 section 3", "RFC 6890 section 2.2", "RFC 5321 section 5.1"),
    since="0.1",
)


def judge(host: MxHost) -> Iterator[Draft]:
    private = tuple(ip for ip in host.addresses if hostname.is_unreachable(ip))
    if not private:
        return
    reachable = len(private) < len(host.addresses)
    only_host = all(name == host.exchange for _, name in host.mx)
    at = host.aliases[-1] if host.aliases else host.exchange
    by_type = {t: tuple(ip for ip in private if hostname.address_type(ip) == t) for t in ("A", "AAAA")}
    removals = tuple(RecordChange(Action.REMOVE, at, t, ips) for t, ips in by_type.items() if ips)
    yield Draft(
        "some-private" if reachable else "all-private",
        Place(at, hostname.address_type(private[0])),
        {"domain": host.domain, "exchange": host.exchange, "private": private},
        Remedy(
            "drop-private" if reachable else "publish-reachable",
            removals if reachable else (*removals, *add_addresses(at, ())),
            data={"name": at, "private": ", ".join(private)},
        ),
        severity=None if only_host and not reachable else Severity.WARNING,
    )
