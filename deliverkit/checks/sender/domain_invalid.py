"""Sender domain is not a valid public name

What it checks
--------------
The domain in your From address and the one in your envelope address (MAIL FROM, where bounces go) are
written as domains that could exist in public DNS: letters, digits and hyphens in parts of at most 63
characters, at least two parts with a dot between them, and no ending that is set aside for private
networks, such as `.local`.

Why mail bounces
----------------
Nobody can answer mail from such a domain, so receivers refuse it by looking at the text alone. Such
addresses come from programs that send as `root@localhost` or `user@server1`, and from slips in a
template.

Remedy
------
Give the sending program an address in a domain that you own and that is registered. In Postfix,
`myorigin` is what it appends to an address without a domain. Nothing can be published in DNS to make
such a name valid. Where only the envelope address is at fault, using the From domain there as well is
the simplest change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import SenderName

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(933, Likelihood.CERTAIN, Stage.MAIL),),
    sources=(
        "RFC 5321 section 2.3.5",
        "RFC 5321 section 4.1.2",
        "RFC 1035 section 2.3.4",
        "gmail 553 5.1.7 (2026-11)",
        "postfix 504 5.5.2 (2026-11)",
    ),
    since="0.1",
)


def judge(sender: SenderName) -> Iterator[Draft]:
    if sender.fault:
        yield Draft(
            sender.fault,
            Place(sender.domain, "MAIL FROM" if "MAIL FROM" in sender.roles else "From"),
            {"domain": sender.domain, "roles": sender.roles},
            _remedy(sender),
        )


def _remedy(sender: SenderName) -> Remedy:
    """Only the envelope can change while the From domain, and so the stream, stays the same; which domain is the
    reader's own nobody else can tell."""
    if sender.roles != ("MAIL FROM",) or not sender.suggestion:
        return Remedy("use-public-domain")
    setting = Setting("mail_from", sender.suggestion)
    return Remedy("use-from-domain", settings=(setting,), data={"domain": sender.suggestion})
