"""DKIM key cannot be read

What it checks
--------------
The key record of each given selector can be parsed: `v=DKIM1` first if it is there at all, no tag twice, and in
`p=` a public key in base64 of the kind that `k=` says. An empty `p=` is a revoked key and has a check of its
own.

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

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

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
    if not key.fault or key.revoked:
        return
    # What is wrong with the record as a list of tags is told in our words, what is wrong with the key in dkimpy's.
    message = key.record.fault or "unreadable"
    reason = "" if key.record.fault else key.fault
    yield Draft(
        message,
        Place(key.key_name, "TXT"),
        {"selector": key.selector, "key_name": key.key_name, "reason": reason},
        Remedy("republish", (dkim.new_key(Action.REPLACE, key.key_name),)),
    )
