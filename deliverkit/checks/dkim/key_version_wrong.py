"""DKIM key has a wrong version

What it checks
--------------
Where the key record of a given selector has `v=`, it is the first tag and says `DKIM1`. A record without `v=` is
fine.

Why mail bounces
----------------
Receivers must discard a record with any other version, small letters included. Every signature with this
selector then fails. A `v=DKIM1` that does not come first is a breach of the rules too, but many receivers
overlook it. Where SPF does not align with the From domain either, DMARC fails and the mail is refused.

Remedy
------
Publish the record so that it begins with `v=DKIM1;`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 6376 section 3.6.1",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault != "version":
        return
    version = dkim_edit.value(key.text, "v")
    late = version == "DKIM1"
    yield _publishing.weighed(
        key,
        Draft(
            "not-first" if late else "other",
            _publishing.place(key),
            {**_publishing.data(key), "version": version},
            _publishing.repaired(key),
            severity=Severity.WARNING if late else None,
            bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),) if late else None,
        ),
    )
