"""Finding the sending addresses where the user asked for it: those that SPF names one by one, else the MX's."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from deliverkit.facts.sender import mx_hosts
from deliverkit.facts.spf import spf_tree
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

MOST = 16
"""More addresses than this are not audited unasked."""


@dataclass(frozen=True, slots=True)
class Derived:
    """``source``: ``SPF`` or ``MX``, '' where nothing was found. ``left_out``: addresses beyond ``MOST``.
    ``open``: the answers that failed to come, so that "nothing found" may be untrue."""

    ips: tuple[str, ...]
    source: str
    left_out: int
    open: tuple[Answer, ...]


async def derive_ips(subject: Subject, resolver: Resolver) -> Derived:
    tree = await spf_tree(subject, resolver)
    mx = await mx_hosts(subject, resolver)
    unsettled = tuple(
        a
        for seen in (tree, mx)
        for a in (*seen.rests_on, *(a for f in seen.facts for a in f.rests_on))
        if not a.settled
    )
    named = [n for f in tree.facts for term in f.terms for n in term.networks or ()]
    for source, networks in (("SPF", named), ("MX", [ip for host in mx.facts for ip in host.addresses])):
        found = tuple(dict.fromkeys(_single(networks)))
        if found:
            return Derived(found[:MOST], source, len(found[MOST:]), unsettled)
    return Derived((), "", 0, unsettled)


def _single(networks: Iterable[str]) -> Iterable[str]:
    for text in networks:
        network = ipaddress.ip_network(text, strict=False)
        if network.num_addresses == 1 and not hostname.is_unreachable(str(network.network_address)):
            yield str(network.network_address)
