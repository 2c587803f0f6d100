"""DMARC record claims to be a public suffix

What it checks
--------------
No domain that the stream itself uses (From, envelope, or `d=` of a given selector) says `psd=y` in its DMARC
record. The tag is for registries, whose sub-domains belong to strangers.

Why mail bounces
----------------
Under `psd=y` every name below the domain is an organisation of its own, and none of them shares it with the domain
itself. So `bounce.example.com` no longer aligns with `example.com`, nor with `news.example.com`. Where a signature or
an envelope depends on that, DMARC fails, and the policy does what it asks for.

Remedy
------
Take `psd=y` out of the record. Only who runs a public suffix, and registers names below it for others, needs the
tag; mail of such a domain itself should not depend on names below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import PsdClaim

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.CERTAIN, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.7",
        "RFC 9989 section 4.10.2",
        "gmail 5.7.26 (2025-11)",
        "exchange-online 5.7.509 (2026-11)",
    ),
    since="0.1",
    spoofing=None,
)
_LIKELIHOOD = {"reject": Likelihood.CERTAIN, "quarantine": Likelihood.LIKELY}


def judge(claim: PsdClaim) -> Iterator[Draft]:
    if not claim.at:
        return
    fails = bool(claim.lost) and not claim.aligned
    enforced = claim.policy in _LIKELIHOOD
    likelihood = _LIKELIHOOD.get(claim.policy, Likelihood.POSSIBLE)
    text = dmarc_edit.edit(claim.records[0], {"psd": None})
    yield Draft(
        "fails" if fails else "parts" if claim.lost else "claims",
        Place(f"_dmarc.{claim.at}", "TXT"),
        {
            "domain": claim.domain,
            "at": claim.at,
            "record": claim.records[0],
            "lost": claim.lost,
            "policy": claim.policy,
        },
        Remedy(
            "drop",
            (dmarc_edit.publish(claim.at, text, claim.aliases),),
            data={"record": text},
        ),
        severity=Severity.NOTE if not fails else None if enforced else Severity.WARNING,
        bounces=(Bounce(941, likelihood, Stage.DATA),) if fails else (),
    )
