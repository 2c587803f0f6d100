"""SPF record allows a very large network

What it checks
--------------
No passing term of the SPF record allows an IPv4 network wider than a /14 or an IPv6 network wider than a /32.
The widest IPv4 network that a large mail service publishes for its outgoing mail is a /14 (Microsoft 365,
52.100.0.0/14 in its endpoint list, 2026-08); its SPF record has a /15 at most. In IPv6 the widest in such a record
is a /36 (Google), and a /32 is what a whole provider gets for all its customers. Networks that nobody can
send from over the Internet do not count.

Why mail bounces
----------------
Every host in the network may send for the domain, also a rented or a hijacked one. Filters take such a record
as a bad sign, and Gmail has replies of its own for suspicious SPF records. Mostly a digit of the prefix
length was lost.

Remedy
------
Name the addresses and networks that you send from, and no others.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule, Value
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit, spf_slips
from deliverkit.records.spf import WIDEST4, WIDEST6

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfSoundText
    from deliverkit.records.spf import Term

_EVERYBODY = 8  # from here on, anybody can rent a host in it
RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 7208 section 5.6", "RFC 7208 section 11.4", "gmail 5.7.24 (2025-11)"),
    since="0.1",
    spoofing=Severity.ERROR,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    wide = [t for t in spf.reached if _is_wide(t)]
    if not wide:
        return
    # Those behind "all" too, should they be moved one day.
    everywhere = {t.text: _narrow(t) for t in spf.record.mechanisms if _is_wide(t)}
    record = spf_edit.working(spf_edit.swap(spf.record.text, everywhere), spf.ips)
    worst = any(min(_prefixes(t)) < _EVERYBODY for t in wide)
    data: dict[str, Value] = {"domain": spf.domain, "terms": tuple(t.text for t in wide)}
    remedy = Remedy(
        "narrow",
        (publish_spf(spf, record),),
        data={"record": record},
        # Whoever sends from elsewhere in the network, unknown to this audit, no longer passes.
        safe=False,
    )
    lowered = None if worst else Severity.WARNING
    yield Draft("too-wide", Place(spf.domain, "TXT"), data, remedy, spoofing=lowered)


def _prefixes(term: Term) -> list[int]:
    return [bits for bits in (term.prefix4, term.prefix6) if bits is not None]


def _is_wide(term: Term) -> bool:
    four, six = term.prefix4, term.prefix6
    wide = (four is not None and four < WIDEST4) or (six is not None and six < WIDEST6)
    if not wide or term.qualifier != "+":
        return False
    return term.kind in {"a", "mx"} or not spf_slips.cannot_send(term.value)


def _narrow(term: Term) -> str:
    """The host that the term names, without the network around it; '' where it names only the network."""
    name = term.value.partition("/")[0]
    if term.kind in {"a", "mx"}:
        return f"{term.kind}:{term.value}" if term.value else term.kind
    address = ipaddress.ip_address(name)
    network = ipaddress.ip_network(term.value, strict=False)
    return "" if address == network.network_address else f"{term.kind}:{name}"
