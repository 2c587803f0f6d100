"""DKIM key cannot be read

What it checks
--------------
The key record of each given selector is a list of tags, each with `=`, and `p=` holds a public key in base64. An
empty `p=` is a revoked key and has a check of its own. So have the causes that can be told apart: a wrong version,
a tag that stands twice, a key of another type than `k=` says, a key that was pasted wrongly.

Why mail bounces
----------------
A key that receivers cannot read is as good as none: every signature with this selector fails. Where SPF does
not align with the From domain either, DMARC fails and the mail is refused. Gmail and Outlook.com ask bulk
senders for a DKIM pass in any case.

Remedy
------
Publish the key again, copied in one piece from your mail software or service. Keys get damaged when a form
cuts them at 255 characters, when line breaks or quotes come along, or when the `BEGIN PUBLIC KEY` lines are
pasted too.
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
        "RFC 6376 section 3.2",
        "RFC 8463 section 4",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault not in {"not-a-tag", "no-p", "not-base64", "unreadable"}:
        return
    yield _publishing.weighed(
        key,
        Draft(
            key.fault,
            _publishing.place(key),
            {**_publishing.data(key), "reason": key.reason, "parts": dkim_edit.untagged(key.text)},
            _publishing.repaired(key),
        ),
    )
