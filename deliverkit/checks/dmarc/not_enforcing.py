"""DMARC policy asks for nothing

What it checks
--------------
The DMARC policy that applies to the From domain is `quarantine` or `reject`, not `none`. Where only the
sub-domains are left out, `dmarc-subdomains-weaker` tells it, and where the policy cannot be read, `dmarc-syntax`.

Why mail bounces
----------------
No mail bounces because of it: `p=none` is the right beginning, and enough for what Gmail, Yahoo and Outlook.com
ask of bulk senders. But it protects nobody. Mail that others forge in the name of the domain fails DMARC and is
delivered all the same, and its complaints count against the domain. `BIMI` logos need more than `p=none`, too.

Remedy
------
Go in stages, and read the reports (`rua=`) for some weeks at each. First see that all your own mail passes under
`p=none`. Then publish `p=quarantine`, and look again. Then publish `p=reject`. Never take two stages at once: mail
of a server or service that you forgot would be refused. The next stage is proposed only where DNS shows that the mail
that was described can pass: give the sending addresses and the DKIM selectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Severity
from deliverkit.records import dmarc_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import DmarcPolicy, DmarcProof

RULE = Rule(
    severity=Severity.NOTE,
    bounces=(),
    sources=("RFC 9989 section 3.2.9", "RFC 9989 section 4.7", "RFC 9989 section 5.1.4"),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(dmarc: DmarcPolicy, proof: DmarcProof) -> Iterator[Draft]:
    record = dmarc.record
    unread = any(key.startswith("policy-") for key, _, _ in record.faults)
    if dmarc.policy != "none" or record.p != "none" or unread or dmarc.given:
        return
    message = "watched" if record.rua else "unwatched"
    place = Place(f"_dmarc.{dmarc.at}", "TXT")
    data = {"domain": dmarc.domain, "at": dmarc.at, "record": record.text}
    if not proof.shown:
        yield Draft(f"{message}-unproven", place, data)
        return
    changes: dict[str, str | None] = {"p": "quarantine"}
    if dmarc.at != dmarc.domain:
        # The domain gets its policy from the sp or np of a domain above; without them, from p.
        changes |= {tag: None for tag, policy in (("sp", record.sp), ("np", record.np)) if policy == "none"}
    text = dmarc_edit.edit(record.text, changes)
    yield Draft(
        message,
        place,
        data,
        Remedy(
            "next-stage",
            (dmarc_edit.publish(dmarc.at, text, dmarc.aliases),),
            data={"record": text},
            safe=False,
            waits=True,
        ),
    )
