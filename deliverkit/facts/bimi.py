"""Seeing BIMI: the record, the policy it stands on, and what it points at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deliverkit.adapters import psl
from deliverkit.facts._asking import ask, ask_all
from deliverkit.facts._pages import body, checkdmarc, fetch_fault
from deliverkit.facts.dmarc import existence, lowered, policy, walk
from deliverkit.facts.values import BimiCertificate, BimiImage, BimiPolicy, BimiRecords, Seen
from deliverkit.model.subject import Subject
from deliverkit.records import bimi, dmarc, dmarc_edit, hostname
from deliverkit.resolver import Resolver

if TYPE_CHECKING:
    from deliverkit.adapters.checkdmarc import MarkCertificate


async def bimi_records(subject: Subject, resolver: Resolver) -> Seen[BimiRecords]:
    domain = subject.domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    # The draft looks at the organisational domain next; which name that is decides nothing but where to look.
    names = tuple(dict.fromkeys((domain, psl.registered_domain(domain) or domain)))
    answers = await ask_all(resolver, [(f"default._bimi.{name}", "TXT") for name in names])
    at, answer, rests_on = domain, answers[0], answers[:1]
    if answer.settled and not any(map(bimi.is_meant, answer.texts)):
        at, answer, rests_on = names[-1], answers[-1], answers
    records = tuple(filter(bimi.is_record, answer.texts))
    meant = tuple(filter(bimi.is_meant, answer.texts))
    if answer.settled and not meant:
        return Seen(absent="bimi-missing", rests_on=rests_on)
    fault, opinion = await _fault(records, meant)
    fact = BimiRecords(
        domain=domain,
        at=at,
        records=records,
        meant=meant,
        fault=fault,
        opinion=opinion,
        aliases=answer.aliases,
        rests_on=rests_on,
    )
    return Seen((fact,))


async def _fault(records: tuple[str, ...], meant: tuple[str, ...]) -> tuple[str, str]:
    if not meant or len(records) > 1:
        return "", ""
    text = (records or meant)[0]
    for fault, tag in (("location", "l"), ("authority", "a")):
        uri = bimi.tag(text, tag)
        if uri and not bimi.is_uri(uri):
            return fault, uri
    opinion: str = await asyncio.to_thread(lambda: checkdmarc().bimi_record_opinion(text))
    return ("invalid" if opinion else ""), opinion


async def _record(subject: Subject, resolver: Resolver) -> tuple[BimiRecords | None, Seen[BimiRecords]]:
    """The one valid record that asks for an image; where there is none, what to see in its place."""
    seen = await bimi_records(subject, resolver)
    if not seen.facts:
        return None, seen
    (fact,) = seen.facts
    if not fact.records or fact.fault or len(fact.records) > 1:
        absent = "bimi-several-records" if len(fact.records) > 1 else "bimi-record-syntax"
        return None, Seen(absent=absent, rests_on=fact.rests_on)
    if not bimi.tag(fact.records[0], "l"):
        return None, Seen(absent="bimi-declined", rests_on=fact.rests_on)
    return fact, seen


async def bimi_policy(subject: Subject, resolver: Resolver) -> Seen[BimiPolicy]:
    found, seen = await _record(subject, resolver)
    if found is None:
        return Seen(absent=seen.absent, rests_on=seen.rests_on)
    walked, exists = await asyncio.gather(walk(subject.domain, resolver), existence(subject, resolver))
    asked, because = policy(walked, exists)
    fact = BimiPolicy(
        domain=subject.domain,
        at=walked.at,
        record=walked.record,
        policy=asked,
        fault=_policy_fault(walked.record, asked),
        aliases=walked.aliases(walked.at),
        given=walked.given,
        rests_on=tuple(dict.fromkeys((*found.rests_on, *walked.decisive, *because))),
    )
    return Seen((fact,))


def _policy_fault(record: dmarc.DmarcRecord | None, asked: str) -> str:
    """The draft wants quarantine of all mail, or reject, of the domain and of what lies below it."""
    if record is None or not asked:
        return "missing"
    if asked == "none":
        return "none"
    if lowered(record, asked) == "none":
        return "test-mode"
    if asked == "quarantine" and dmarc_edit.sampling(record) is not None:
        return "percent"
    return "subdomains" if record.sp == "none" else ""


async def bimi_image(subject: Subject, resolver: Resolver) -> Seen[BimiImage]:
    found, seen = await _record(subject, resolver)
    if found is None:
        return Seen(absent=seen.absent, rests_on=seen.rests_on)
    url = bimi.tag(found.records[0], "l")
    answer = await ask(resolver, url, "GET")
    fault, said = fetch_fault(answer)
    came = answer.settled and not fault
    if came:
        text = body(answer)
        fault, said = bimi.image_fault(text)
        if not fault:
            said = await asyncio.to_thread(lambda: str(checkdmarc().image_opinion(text)))
            fault = "profile" if said else ""
    fact = BimiImage(
        domain=subject.domain, url=url, came=came, fault=fault, said=said, rests_on=(*found.rests_on, answer)
    )
    return Seen((fact,))


async def bimi_certificate(subject: Subject, resolver: Resolver) -> Seen[BimiCertificate]:
    found, seen = await _record(subject, resolver)
    if found is None:
        return Seen(absent=seen.absent, rests_on=seen.rests_on)
    url = bimi.tag(found.records[0], "a")
    rests_on, fault, said, until, domains = found.rests_on, "", "", "", tuple[str, ...]()
    if url:
        answer = await ask(resolver, url, "GET")
        rests_on += (answer,)
        fault, said = fetch_fault(answer)
        if answer.settled and not fault:
            text = body(answer)
            judged: MarkCertificate = await asyncio.to_thread(
                lambda: checkdmarc().mark_certificate(text, found.at)
            )
            fault, said, until, domains = judged.fault, judged.opinion, judged.until, judged.domains
    fact = BimiCertificate(
        domain=subject.domain,
        at=found.at,
        url=url,
        location=bimi.tag(found.records[0], "l"),
        fault=fault,
        said=said,
        until=until,
        domains=domains,
        aliases=found.aliases,
        rests_on=rests_on,
    )
    return Seen((fact,))
