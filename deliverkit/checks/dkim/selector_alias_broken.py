"""DKIM selector is an alias without a key

What it checks
--------------
Where the name of a given selector is an alias (CNAME), as many mail services want it, the name that it leads to
holds a key. An alias that a wildcard brings to every name is not meant; the selector then has no key of its own.

Why mail bounces
----------------
Receivers follow the alias and find no key, so every signature with this selector fails. The service may have
given up the name or never set it up, the alias may be misspelt, or the DNS form added your own domain to the end
of it. Where SPF does not align with the From domain either, DMARC fails and the mail is refused. An alias to a
name that nobody owns any more is a risk too: whoever takes that name can sign mail as your domain.

Remedy
------
Let the alias lead to the name that your mail service shows for it today, written as a complete name. If you no
longer use the service, remove the alias and stop signing with the selector. Do not put a TXT record beside the
alias; DNS allows nothing beside one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
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
        "RFC 1034 section 3.6.2",
        "gmail 5.7.30 (2025-11)",
        "outlook 5.7.515 (2025-05)",
    ),
    since="0.1",
    spoofing=Severity.NOTE,
)


def judge(selector: DkimSelector) -> Iterator[Draft]:
    if not selector.aliases or any(map(dkim.looks_like_key, selector.records)):
        return
    target = selector.aliases[-1]
    why = "no-key" if selector.records else "no-text" if selector.exists else "no-name"
    yield _publishing.weighed(
        selector,
        Draft(
            "zone-added" if selector.meant else why,
            Place(selector.key_name, "CNAME"),
            {"selector": selector.selector, "key_name": selector.key_name, "target": target},
            _remedy(selector, target),
        ),
    )


def _remedy(selector: DkimSelector, target: str) -> Remedy:
    by = _publishing.owner(selector, selector.key_name)
    if selector.meant:
        change = RecordChange(Action.REPLACE, selector.key_name, "CNAME", (selector.meant,), by=by)
        return Remedy("complete-name", (change,), data={"meant": selector.meant})
    if selector.records:  # Somebody else needs the texts that stand there, and a key stands alone.
        alias = RecordChange(Action.REMOVE, selector.key_name, "CNAME", (selector.aliases[0],), by=by)
        return Remedy("publish-here", (alias, dkim.new_key(Action.ADD, selector.key_name, by)))
    change = dkim.new_key(Action.ADD, target, _publishing.owner(selector, target))
    return Remedy("publish-there", (change,))
