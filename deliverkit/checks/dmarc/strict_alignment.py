"""Strict alignment gives a pass away

What it checks
--------------
Strict mode (`aspf=s`, `adkim=s`) shuts out nothing that the stream uses: no envelope domain, and no signing domain
with a usable key, that would align in the usual relaxed mode. Where nothing is left that aligns,
`dmarc-not-aligned` tells it.

Why mail bounces
----------------
In strict mode a sub-domain cannot speak for the domain. What is shut out no longer counts for DMARC, so the mail
hangs on the other of the two alone. If only SPF is left, forwarded mail fails, and `p=reject` or `p=quarantine`
has it refused or filed as spam.

Remedy
------
Go back to relaxed mode, or use the very same domain. Strict mode protects only from your own sub-domains: it is
for those who let strangers have some.
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
    from deliverkit.facts.values import StrictAlignment

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=(
        "RFC 9989 section 3.2.10.2",
        "RFC 9989 section 4.7",
        "gmail 5.7.26 (2025-11)",
        "exchange-online 5.7.509 (2026-11)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(strict: StrictAlignment) -> Iterator[Draft]:
    if not strict.lost or not strict.kept:
        return
    tags = dict.fromkeys(tag for tag, _ in strict.lost)
    # A signature that no longer counts leaves SPF alone, which forwarding breaks.
    lone = "adkim" in tags and "adkim" not in dict(strict.kept)
    fragile = lone and strict.policy in {"quarantine", "reject"}
    text = dmarc_edit.edit(strict.record.text, dict.fromkeys(tags))
    yield Draft(
        "only-spf" if fragile else "lost",
        Place(f"_dmarc.{strict.at}", "TXT"),
        {
            "domain": strict.domain,
            "at": strict.at,
            "record": strict.record.text,
            "tags": tuple(f"{tag}=s" for tag in tags),
            "lost": tuple(dict.fromkeys(name for _, name in strict.lost)),
        },
        Remedy(
            "relax",
            (dmarc_edit.publish(strict.at, text, strict.aliases),),
            data={"record": text},
        ),
        severity=None if fragile else Severity.NOTE,
        bounces=None if fragile else (),
    )
