"""HELO name is empty

What it checks
--------------
Your server says some name in EHLO or HELO, rather than the bare command.

Why mail bounces
----------------
The first thing a mail server says is its own name. SMTP has no form of EHLO or HELO without one, so a
receiver that is handed the bare command answers with a syntax error and takes no mail on this
connection.

Remedy
------
Set the HELO name of your mail server to the full host name that its address has in DNS. An empty setting
often means that the operating system has no host name, or that a template variable was never filled in.
In Postfix this is `smtp_helo_name`, in Exim `primary_hostname`, in Exchange the FQDN of the send
connector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

if TYPE_CHECKING:
    from deliverkit.facts.values import Helo

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(914, Likelihood.CERTAIN, Stage.HELO),),
    sources=("RFC 5321 section 4.1.1.1", "gmail 501 5.5.4 (2026-11)"),
    since="0.1",
)


def judge(helo: Helo) -> Iterator[Draft]:
    if not helo.name:
        yield Draft(
            "empty",
            Place("", "HELO"),
            remedy=Remedy(
                "set-name", settings=(Setting("helo", helo.suggestion),), data={"name": helo.suggestion}
            ),
        )
