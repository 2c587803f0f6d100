"""DKIM key was pasted wrongly

What it checks
--------------
The key record of each given selector holds the record alone, and nothing that belongs to the place where it was
copied from: the quotation marks and parentheses of a zone file, backslashes in front of semicolons, the
`BEGIN PUBLIC KEY` and `END PUBLIC KEY` lines of a key file, characters that nobody sees. No semicolon and no `=` at
the end of the key got lost. The check speaks up where the record would be sound without such damage; what cannot
be put right so has a check of its own.

Why mail bounces
----------------
Receivers cannot read the record, or read it differently, and every signature with this selector fails. A long key
is cut into strings of 255 characters in zone files. A form for one value wants them without the marks between
them. A final `=` may be missing by the letter of DKIM, but not every receiver can read such a key. Where SPF does
not align with the From domain either, DMARC fails and the mail is refused.

Remedy
------
Publish the record as the finding shows it.
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
        "RFC 6376 section 2.10",
        "RFC 6376 section 3.6.1",
        "RFC 6376 section 3.6.2.2",
        "RFC 6376 section 3.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(key: DkimKey) -> Iterator[Draft]:
    if key.fault == "pasted":
        message = _trace(key.text)
        yield _publishing.weighed(
            key, Draft(message, _publishing.place(key), _publishing.data(key), _publishing.repaired(key))
        )
    elif key.sound and (padded := dkim_edit.padded(key.text)) != key.text:
        yield _publishing.weighed(
            key,
            Draft(
                "no-padding",
                _publishing.place(key),
                _publishing.data(key),
                _publishing.record(key, "repair", padded),
                severity=Severity.WARNING,
                bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
            ),
        )


def _trace(text: str) -> str:
    """What came along, the most telling first; where nothing did, something was left behind."""
    if "-----" in text:
        return "key-file-lines"
    if any(ch in text for ch in "\"'`\\()"):
        return "marks"
    return "incomplete" if text.isascii() and text.isprintable() else "invisible"
