"""Resolver still has an older record

What it checks
--------------
The resolver that was asked says the same about your mail records as the name servers of the zone themselves.
This is looked at with `--authoritative` only.

Why mail bounces
----------------
It need not. A resolver keeps an answer for as long as its TTL allows, and until then a change does not reach who
asks it. Receivers have such resolvers too: for a while some of them judge your mail by the old record and some
by the new one. All other findings of this audit are about what the resolver said, so about the old record.

Remedy
------
Wait until the time is over and audit again. If the difference stays, your resolver has a view of its own of
this zone, as inside a company; then ask a public one with `--resolver`. Before the next change, lower the TTL of
the record a day ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from deliverkit.checks.ns._delegation import publish
from deliverkit.model.remedy import Actor, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.facts.values import CachedRecord

RULE = Rule(severity=Severity.NOTE, bounces=(), sources=("RFC 1034 section 4.3.5",), since="0.1")


def judge(record: CachedRecord) -> Iterator[Draft]:
    if record.cached == record.published:
        return
    minutes = -(-record.remaining // 60)
    published = publish(record.name, record.rtype, record.records, record.alias)
    yield Draft(
        "older",
        Place(record.name, record.rtype),
        {
            "name": record.name,
            "type": record.rtype,
            "cached": record.cached,
            "published": record.published,
            "remaining": record.remaining,
            "hours": minutes // 60,
            "minutes": minutes % 60,
        },
        Remedy("wait", (replace(published, proof=True, by=Actor.NOBODY),), waits=True),
    )
