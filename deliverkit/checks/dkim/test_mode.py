"""DKIM key is in test mode

What it checks
--------------
The key record of each given selector does not carry the flag `y` in `t=`.

Why mail bounces
----------------
`t=y` says that the domain is only trying DKIM out. A receiver that follows RFC 6376 treats such mail as not
signed, so the signature earns nothing: it does not count for DMARC, nor for what Gmail, Yahoo and Outlook.com
ask of bulk senders. Not every receiver looks at the flag, so the effect shows at some and not at others.

Remedy
------
Publish the record without the flag once your signatures verify. Other flags, such as `s`, stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimKey

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=("RFC 6376 section 3.6.1", "gmail 5.7.30 (2025-11)", "outlook 5.7.515 (2025-05)"),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.sound and key.record.testing:
        remedy = _publishing.record(key, "end-test", dkim.without_testing(key.text))
        yield _publishing.weighed(
            key, Draft("testing", _publishing.place(key), _publishing.data(key), remedy)
        )
