"""Every message fails DMARC

What it checks
--------------
Mail from each sending address can pass DMARC: SPF passes there for an envelope domain that belongs to the From
domain, or one of the given DKIM selectors has a usable key of a domain that does. This check joins what the SPF
and DKIM checks look at one by one. Where the names alone can never fit together, `dmarc-not-aligned` tells it, and
where the envelope domain does not exist, `sender-domain-missing` does.

Why mail bounces
----------------
Each of the two may fail alone, and the other one makes up for it. Here none is left. With `p=reject` receivers
refuse the mail, whatever else is good about it; with `p=quarantine` it goes to spam or is refused. With `p=none`
the policy asks for nothing, but Gmail, Yahoo and Outlook.com refuse or put off bulk mail that does not pass.

Remedy
------
Authorise the sending address in the SPF record of the envelope domain: that is the shorter way. Then sign with
DKIM in the name of your domain too, because an SPF pass is lost when mail is forwarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcForecast, SpfRecords

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.CERTAIN, Stage.DATA),),
    sources=(
        "RFC 9989 section 4.4",
        "RFC 9989 section 5.3.5",
        "gmail 5.7.26 (2025-11)",
        "outlook 5.7.515 (2025-05)",
        "exchange-online 5.7.509 (2026-11)",
    ),
    since="0.1",
    spoofing=None,
)
_LIKELIHOOD = {"reject": Likelihood.CERTAIN, "quarantine": Likelihood.LIKELY}


def judge(forecast: DmarcForecast) -> Iterator[Draft]:
    spf = forecast.spf
    if spf is None or not forecast.spf_aligned or forecast.spf_result == "pass" or forecast.dkim_aligned:
        return
    enforced = forecast.policy in _LIKELIHOOD
    likelihood = _LIKELIHOOD.get(forecast.policy, Likelihood.POSSIBLE)
    record = _passing(forecast, spf)
    yield Draft(
        forecast.policy if enforced else "none",
        Place(forecast.envelope_domain, "MAIL FROM"),
        {
            "domain": forecast.domain,
            "ip": forecast.ip,
            "envelope_domain": forecast.envelope_domain,
            "spf_result": forecast.spf_result,
            "dkim_domains": forecast.dkim_domains,
            "policy": forecast.policy,
        },
        Remedy(
            "authorise",
            (publish_spf(spf, record),),
            data={"authorising": record},
            safe=forecast.spf_result != "permerror",
        ),
        severity=None if enforced else Severity.WARNING,
        bounces=(Bounce(941, likelihood, Stage.DATA),),
    )


def _passing(forecast: DmarcForecast, spf: SpfRecords) -> str:
    """An SPF record that passes for the address, whatever is wrong with the present one."""
    if not spf.records:
        return spf_edit.fresh(spf.ips)
    if forecast.spf_result in {"fail", "softfail", "neutral"}:
        return spf_edit.authorise(spf.records[0], forecast.ip)
    record = spf_edit.merge(spf.records) if len(spf.records) > 1 else spf_edit.repair(spf.records[0])
    return spf_edit.authorise_first(record, forecast.ip)
