"""DKIM key is not meant for mail

What it checks
--------------
Where the key record of a given selector has a list of services in `s=`, `email` or `*` (all) is in it.

Why mail bounces
----------------
`s=` says what a key may sign. A receiver that looks for the key of a mail must ignore a record whose list does
not hold `email`, such as `s=tlsrpt`, which is for reports about TLS. The mail then counts as not signed. Where
SPF does not align with the From domain either, DMARC fails and the mail is refused.

Remedy
------
If the key signs your mail, publish the record without `s=`. If it was made for something else, sign mail with a
selector and a key of its own.
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
        "RFC 8460 section 3",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if not key.sound or key.record.for_email:
        return
    yield _publishing.weighed(
        key,
        Draft(
            "other-services",
            _publishing.place(key),
            {**_publishing.data(key), "services": key.record.services},
            _publishing.record(key, "allow-mail", dkim_edit.without_tag(key.text, "s")),
        ),
    )
