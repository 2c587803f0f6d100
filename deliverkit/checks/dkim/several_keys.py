"""DKIM selector has several records

What it checks
--------------
The name of each given selector holds one TXT record, and that is the key. DKIM does not say what happens when
there are more: some receivers take the first that comes, some try all, some give up at once.

Why mail bounces
----------------
Name servers send the records in changing order. With two different keys, each receiver that takes the first one
finds the wrong key for about half of the mail, and the signature fails. With the same key twice, or a text of
another kind beside the key, only those receivers fail that accept no second record. Where SPF does not align
with the From domain either, DMARC then fails and the mail is refused.

Remedy
------
Keep the one key that your server signs with. A new key gets a selector of its own: publish it there first, then
change the server, then remove the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.answer import Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim, dkim_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimSelector

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 6376 section 3.6.2.2",
        "RFC 6376 section 6.1.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(selector: DkimSelector) -> Iterator[Draft]:
    keys = [text for text in selector.records if dkim.looks_like_key(text)]
    if not keys or len(selector.records) == 1:
        return
    holder = selector.aliases[-1] if selector.aliases else selector.key_name
    parsed = {dkim.parse(text).p: text for text in keys if dkim.parse(text).p}
    different = dkim_edit.differ(keys)
    message = "different-keys" if different else "same-key" if len(keys) > 1 else "other-text"
    yield _publishing.weighed(
        selector,
        Draft(
            message,
            Place(selector.key_name, "TXT"),
            {"selector": selector.selector, "key_name": selector.key_name, "count": len(selector.records)},
            _keep(holder, parsed, _publishing.owner(selector, holder)),
            severity=None if different else Severity.WARNING,
            bounces=None if different else (Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
        ),
    )


def _keep(holder: str, texts: dict[str | None, str], by: Actor) -> Remedy:
    """Where all records but one are revoked or the same, that one stays; else only the reader knows which."""
    if len(texts) != 1:
        return Remedy("keep-yours", (dkim.new_key(Action.REPLACE, holder, by),), data={"holder": holder})
    (text,) = texts.values()
    change = RecordChange(Action.REPLACE, holder, "TXT", (Txt.of(text),), by=by)
    return Remedy("keep", (change,), data={"holder": holder, "record": text})
