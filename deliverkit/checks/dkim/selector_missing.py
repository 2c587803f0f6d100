"""DKIM selector has no key

What it checks
--------------
Each given selector has a key record: a TXT record at `SELECTOR._domainkey.DOMAIN` with `p=`. A record of some
other kind that a wildcard brings to every name is not taken for a key. Two names where keys end up by mistake are
looked at as well: the key name with the domain twice, and the one without `_domainkey`. An alias (CNAME) that leads
to no key has a check of its own.

Why mail bounces
----------------
A DKIM signature names the selector whose key proves it. Without the key every signature made with that
selector fails, as if the mail were not signed. Where SPF does not align with the From domain either, DMARC
fails and the mail is refused. Gmail and Outlook.com ask bulk senders for a DKIM pass in any case.

Remedy
------
Publish the public key that your mail software or service shows for this selector. If the name has to be a
`CNAME` to your mail service, publish that instead. Check the spelling of the selector (`s=` in the
`DKIM-Signature` header of a mail you sent) before you do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.answer import Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimSelector

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.DATA),),
    sources=(
        "RFC 6376 section 3.6.2.1",
        "RFC 6376 section 6.1.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(selector: DkimSelector) -> Iterator[Draft]:
    if selector.aliases or any(map(dkim.looks_like_key, selector.records)):
        return
    message = "no-key" if selector.records else "no-text" if selector.exists else "no-name"
    yield _publishing.weighed(
        selector,
        Draft(
            "elsewhere" if selector.elsewhere else message,
            Place(selector.key_name, "TXT"),
            {
                "selector": selector.selector,
                "key_name": selector.key_name,
                **({"elsewhere": selector.elsewhere} if selector.elsewhere else {}),
            },
            _remedy(selector),
        ),
    )


def _remedy(selector: DkimSelector) -> Remedy:
    # RFC 6376 section 3.6.2.2: a key name has one TXT record, so other texts have to go.
    action = Action.REPLACE if selector.records else Action.ADD
    by = _publishing.owner(selector, selector.key_name)
    if selector.key_there:
        change = RecordChange(action, selector.key_name, "TXT", (Txt.of(selector.key_there),), by=by)
        return Remedy("move", (change,), data={"record": selector.key_there})
    return Remedy("publish", (dkim.new_key(action, selector.key_name, by),))
