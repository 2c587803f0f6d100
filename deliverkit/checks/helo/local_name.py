"""HELO name is for private networks only

What it checks
--------------
The name in EHLO or HELO does not end in a word that is set aside for use inside one machine or one
network, such as `localhost`, `localdomain`, `.local`, `.internal`, `.lan` or `home.arpa`.

Why mail bounces
----------------
Such a name means something different, or nothing, in every network, and public DNS never answers for it.
A receiver cannot learn from it who is calling. It is what a server says when nobody has configured it,
which is why many receivers refuse it outright, and `localhost` most of all: by that name the receiver
knows only itself.

Remedy
------
Set the HELO name of your mail server to the full public host name that its address has in DNS. It need
not be the name that the machine has inside your network. In Postfix this is `smtp_helo_name`, in Exim
`primary_hostname`, in Exchange the FQDN of the send connector.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import Helo

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(914, Likelihood.LIKELY, Stage.HELO),),
    sources=(
        "RFC 5321 section 2.3.5",
        "RFC 6761 section 6.3",
        "RFC 6762 section 3",
        "postfix 450 4.7.1 (2026-11)",
    ),
    since="0.1",
)


def judge(helo: Helo) -> Iterator[Draft]:
    if hostname.fault(helo.name) == "local":
        yield Draft(
            "local",
            Place(helo.name, "HELO"),
            {"helo": helo.name},
            Remedy("set-name", settings=(Setting("helo", helo.suggestion),), data={"name": helo.suggestion}),
        )
