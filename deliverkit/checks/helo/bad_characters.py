"""HELO name is not a valid host name

What it checks
--------------
The name in EHLO or HELO keeps to the rules for host names: letters, digits and hyphens in parts of at
most 63 characters with dots between them, no part empty or with a hyphen at its edge, at most 253
characters in all, and a last part that is not just a number. A correct address in brackets, such as
`[192.0.2.1]`, passes.

Why mail bounces
----------------
No host may have such a name. Receivers check this by looking at the text alone, at no cost to them, and
refuse it as a syntax error. The usual causes are an underscore (Windows and container names often have
one), a blank, two dots in a row, or brackets around something that is not an address. How strict the
check is differs: Postfix takes an underscore or a number as the last part, and other servers may not.

Remedy
------
Set the HELO name of your mail server to the full host name that its address has in DNS, and write it
without underscores, blanks or brackets. In Postfix this is `smtp_helo_name`, in Exim `primary_hostname`,
in Exchange the FQDN of the send connector.
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
    bounces=(Bounce(914, Likelihood.CERTAIN, Stage.HELO),),
    sources=(
        "RFC 5321 section 4.1.2",
        "RFC 5321 section 4.1.3",
        "RFC 1123 section 2.1",
        "postfix 501 5.5.2 (2026-11)",
    ),
    since="0.1",
)

_UNDERSCORE = "underscore"
_FAULTS = frozenset(
    {_UNDERSCORE, "bad-characters", "empty-label", "label-too-long", "name-too-long", "numeric-tld"}
)

# What Postfix takes for the name of a host (reject_invalid_helo_hostname).
_OFTEN_TAKEN = frozenset({_UNDERSCORE, "numeric-tld"})


def judge(helo: Helo) -> Iterator[Draft]:
    fault = _fault(helo.name)
    if fault in _FAULTS and hostname.address_literal(helo.name) is None:
        yield Draft(
            fault,
            Place(helo.name, "HELO"),
            {"helo": helo.name, "fault": fault},
            Remedy("set-name", settings=(Setting("helo", helo.suggestion),), data={"name": helo.suggestion}),
            bounces=(Bounce(914, Likelihood.LIKELY, Stage.HELO),) if fault in _OFTEN_TAKEN else None,
        )


def _fault(name: str) -> str:
    """As `hostname.fault`, but ``underscore`` where nothing else is wrong: many servers take such a name."""
    fault = hostname.fault(name)
    return _UNDERSCORE if fault == "bad-characters" and not hostname.fault(name.replace("_", "x")) else fault
