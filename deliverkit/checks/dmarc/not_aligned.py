"""Nothing aligns with the From domain

What it checks
--------------
At least one of two domains that receivers can verify belongs to the From domain: the envelope domain (of
`MAIL FROM`, checked by SPF) or the `d=` domain of a DKIM signature whose selector has a usable key. In the usual
relaxed mode (`aspf=r`, `adkim=r`) the two have to share the organisational domain; in strict mode (`s`) they
have to be the same. Only what DNS can tell is looked at: whether your server signs at all, a sample message
would show. Where a record at or above the domain parts what belongs together, `dmarc-psd-misused` or
`dmarc-parent-record-faulty` tells it.

Why mail bounces
----------------
DMARC passes when SPF or DKIM passes for a domain that aligns. Where neither can, every message fails, however
good its SPF is. With `p=reject` receivers refuse it, with `p=quarantine` it goes to spam or is refused, and with
`p=none` Gmail, Yahoo and Outlook.com still ask for alignment from bulk senders. A newsletter service that uses
its own domain for bounces and signatures is the usual cause.

Remedy
------
Use an envelope domain below your own, such as `bounce.example.com`, with an `MX` record for the bounces and an
SPF record for the sending addresses; services call it custom return path or bounce domain. Letting the service
sign with DKIM in the name of your domain does it too. Have both if you can, so that one may fail.
Where the From domain's own record says `psd=n`, take the tag out if the domain above is yours too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.answer import Mx, Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, RecordChange, Remedy, Setting
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dmarc_edit, spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import Alignment

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.CERTAIN, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.4",
        "RFC 9989 section 4.10.2",
        "RFC 9989 section 5.3.5",
        "gmail 5.7.26 (2025-11)",
        "gmail 4.7.32 (2025-11)",
        "outlook 5.7.515 (2025-05)",
        "exchange-online 5.7.509 (2026-11)",
    ),
    since="0.1",
    spoofing=None,
)
_LIKELIHOOD = {"reject": Likelihood.CERTAIN, "quarantine": Likelihood.LIKELY}


def judge(alignment: Alignment) -> Iterator[Draft]:
    if alignment.spf_aligned or alignment.dkim_aligned or alignment.explained:
        return
    enforced = alignment.policy in _LIKELIHOOD
    likelihood = _LIKELIHOOD.get(alignment.policy, Likelihood.POSSIBLE)
    message = alignment.policy if enforced else "none"
    yield Draft(
        f"{message}-psd" if alignment.parted else message,
        Place(alignment.envelope_domain, "MAIL FROM"),
        {
            "domain": alignment.domain,
            "envelope_domain": alignment.envelope_domain,
            "org_domain": alignment.org_domain,
            "policy": alignment.policy,
            "dkim_domains": alignment.dkim_domains,
        },
        _remedy(alignment),
        severity=None if enforced else Severity.WARNING,
        bounces=(Bounce(941, likelihood, Stage.DATA),),
    )


def _remedy(alignment: Alignment) -> Remedy:
    domain = alignment.domain
    if alignment.parted:
        text = dmarc_edit.edit(alignment.parted, {"psd": None})
        change = dmarc_edit.publish(domain, text, alignment.aliases)
        return Remedy("drop-psd", (change,), data={"record": text})
    if alignment.aspf == "s":
        return Remedy("use-from-domain", settings=(Setting("mail_from", domain),))
    bounce = f"bounce.{domain}"
    # Bounces go on to the hosts that take them now; without MX that is the envelope domain itself.
    hosts = alignment.envelope_mx or ((10, alignment.envelope_domain),)
    return Remedy(
        "use-bounce-domain",
        (
            RecordChange(Action.ADD, bounce, "MX", tuple(Mx(*host) for host in hosts)),
            RecordChange(Action.ADD, bounce, "TXT", (Txt.of(spf_edit.fresh(alignment.ips)),)),
        ),
        (Setting("mail_from", bounce),),
        data={"bounce_domain": bounce},
    )
