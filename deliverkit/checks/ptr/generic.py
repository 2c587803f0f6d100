"""Reverse name looks like that of a home connection

What it checks
--------------
The reverse name of each address that you send from (its `PTR` record) looks like one that a person chose
for a mail server. It is reported when the whole address stands in the name, as in
`203-0-113-7.example.net`, or when the name holds a number and a word that networks use for their
customers' lines, such as `dsl`, `dynamic` or `pool`. A name with a word such as `mail`, `smtp` or `mta`
in it is never reported. Where an address has several reverse names, one that looks chosen is enough.

Why mail bounces
----------------
Networks commonly give every address a name made by machine. Mail servers get a name of their own; home
connections and freshly rented machines keep the one from the machine, and most spam from infected
computers comes from those. Some receivers, Yahoo, T-Online and the GMX group among them, refuse such
names or count them against the mail.

Remedy
------
Ask whoever the address belongs to, usually your hosting company, to set the `PTR` record to the host
name of your mail server. On a home or office line this is often impossible: then send through your
provider's mail relay or a sending service instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import identify
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import hostname

if TYPE_CHECKING:
    from deliverkit.facts.values import ReverseNames

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(
        Bounce(925, Likelihood.LIKELY, Stage.CONNECT),
        Bounce(916, Likelihood.POSSIBLE, Stage.CONNECT),
    ),
    sources=("outlook 550 DY-001 (2026-11)", "gmx 554 c=rdns (2026-11)", "t-online 554 DIAL (2026-11)"),
    since="0.1",
)


def judge(reverse: ReverseNames) -> Iterator[Draft]:
    reasons = [hostname.generic(name, reverse.ip) for name in reverse.names]
    if not reasons or ("", "") in reasons:
        return
    key, shown = reasons[0]
    yield Draft(
        key,
        Place(hostname.reverse_name(reverse.ip), "PTR"),
        {"ip": reverse.ip, "name": reverse.names[0], "shown": shown},
        Remedy(
            "rename",
            identify(reverse),
            data={"ip": reverse.ip, "name": reverse.suggestion},
        ),
    )
