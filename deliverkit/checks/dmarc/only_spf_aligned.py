"""DMARC passes through SPF alone

What it checks
--------------
One of the given DKIM selectors belongs to the From domain, so that DMARC does not depend on SPF alone. Only the
names are looked at: where the key of such a selector is at fault, the DKIM checks tell it. Where SPF does not
pass either, `dmarc-fails` or `dmarc-not-aligned` does.

Why mail bounces
----------------
SPF passes for the server that hands the message in. A forwarder or mailing list hands it on from a server of its
own, so SPF fails there, while a DKIM signature stays valid. With `p=reject` or `p=quarantine` such mail is then
refused or filed as spam, at alumni addresses, small hosting companies and lists. With `p=none` nothing happens
today, and it would on the day when you ask for more.

Remedy
------
Sign with DKIM in the name of your own domain. Newsletter services call it domain authentication: they make the
key, and you publish it or a `CNAME` to it. The selector in the proposal is an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcFooting

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.5",
        "RFC 9989 section 5.1.2",
        "RFC 7208 appendix D",
        "gmail 5.7.26 (2025-11)",
    ),
    since="0.1",
    spoofing=None,
)
_SELECTOR = "dmarc1"


def judge(footing: DmarcFooting) -> Iterator[Draft]:
    if not footing.spf_passes or footing.dkim_meant:
        return
    enforced = footing.policy in {"quarantine", "reject"}
    key_name = f"{_SELECTOR}._domainkey.{footing.domain}"
    yield Draft(
        footing.policy if enforced else "none",
        Place(footing.envelope_domain, "MAIL FROM"),
        {
            "domain": footing.domain,
            "ip": footing.ip,
            "envelope_domain": footing.envelope_domain,
            "dkim_domains": footing.dkim_domains,
            "policy": footing.policy,
        },
        Remedy(
            "sign",
            (dkim.new_key(Action.ADD, key_name),),
            (Setting("selectors", key_name),),
            data={"domain": footing.domain, "key_name": key_name},
        ),
        severity=None if enforced else Severity.NOTE,
        bounces=None if enforced else (),
    )
