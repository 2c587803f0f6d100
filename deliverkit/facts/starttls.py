"""Seeing how the mail hosts answer STARTTLS (RFC 3207), and what makes senders insist on it."""

from __future__ import annotations

import asyncio

from deliverkit.facts._asking import ask_all
from deliverkit.facts._mail_hosts import OPTION, mail_of, words_of
from deliverkit.facts.dane import dane_hosts
from deliverkit.facts.transport import mta_sts_policy
from deliverkit.facts.values import Seen, StarttlsHost
from deliverkit.model.subject import Subject
from deliverkit.records import mta_sts
from deliverkit.resolver import Resolver


async def starttls_hosts(subject: Subject, resolver: Resolver) -> Seen[StarttlsHost]:
    if "smtp" not in subject.looks:
        return Seen(missing=OPTION)
    mail = await mail_of(subject, resolver)
    if mail.absent:
        return Seen(absent=mail.absent, rests_on=mail.answers)
    policy, dane, answers = await asyncio.gather(
        mta_sts_policy(subject, resolver),
        dane_hosts(subject, resolver),
        ask_all(resolver, [(host, "STARTTLS") for host in mail.hosts]),
    )
    enforced = [f.patterns for f in policy.facts if f.mode == "enforce"]
    # Records that nobody can use still ask for TLS, only not for a certificate (RFC 7672 section 2.2).
    bound = {f.host for f in dane.facts if f.signed and f.mx_signed and f.records}
    facts = []
    for host, answer in zip(mail.hosts, answers, strict=True):
        words = words_of(answer)
        if answer.settled and not words.get("starttls"):
            continue  # the conversation ended before it came to that
        names = tuple(name for name in words.get("names", "").split(",") if name)
        by_policy = any(mta_sts.lists(patterns, host) for patterns in enforced)
        facts.append(
            StarttlsHost(
                scope=host,
                domain=mail.domain,
                host=host,
                offered=words.get("starttls", ""),
                fault=_certificate_fault(words, names, host),
                why=words.get("why", ""),
                names=names,
                expires=words.get("expires", ""),
                bound=("MTA-STS",) * by_policy + ("DANE",) * (host in bound),
                own=mail.owns(host),
                rests_on=(*mail.answers, answer),
            )
        )
    return Seen(
        tuple(facts), absent="starttls-not-reached", rests_on=() if facts else (*mail.answers, *answers)
    )


def _certificate_fault(words: dict[str, str], names: tuple[str, ...], host: str) -> str:
    """OpenSSL tells of one fault only, and of an untrusted issuer before a wrong name."""
    if words.get("verified") != "no":
        return ""
    if "expired" in words.get("why", "").lower():
        return "expired"
    # RFC 8461 section 4.1 and RFC 9525 section 6.3 compare names in the same way.
    return "untrusted" if mta_sts.lists(names, host) else "names"
