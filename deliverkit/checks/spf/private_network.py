"""SPF record allows a network that cannot send

What it checks
--------------
Every `ip4:` and `ip6:` of the SPF record holds addresses that exist on the Internet, and not only those of
private networks (such as 10.0.0.0/8), of the machine itself (127.0.0.1), or of a single link.

Why mail bounces
----------------
It does not bounce: receivers see the public address of your server, never the private one behind it. So the
term allows nobody. It may show that the public address was forgotten.

Remedy
------
Take the term out. Make sure that the public address, the one that receivers see, is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import spf_edit, spf_slips

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfSoundText
    from deliverkit.records.spf import Term

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 7208 section 5.6", "RFC 6890 section 2.2", "RFC 1918"),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    terms = [t.text for t in spf.reached if _is_private(t)]
    if not terms:
        return
    everywhere = [t.text for t in spf.record.mechanisms if _is_private(t)]
    record = spf_edit.or_fresh(spf_edit.drop(spf.record.text, everywhere), spf.ips)
    yield Draft(
        "private",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(terms)},
        Remedy("drop", (publish_spf(spf, record),), data={"record": record}),
    )


def _is_private(term: Term) -> bool:
    return term.kind in {"ip4", "ip6"} and bool(term.qualifier) and spf_slips.cannot_send(term.value)
