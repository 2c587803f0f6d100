"""Seeing what protects mail to the From domain on its way: MTA-STS and TLS reporting. Nothing is asked where the domain
has no mail host."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from deliverkit.facts._asking import ask
from deliverkit.facts._mail_hosts import Mail, mail_of
from deliverkit.facts._pages import body, checkdmarc, fetch_fault, media_type
from deliverkit.facts.dane import dane_hosts
from deliverkit.facts.values import (
    MtaStsFetch,
    MtaStsPolicy,
    MtaStsRecords,
    MtaStsText,
    Seen,
    TlsRptNeed,
    TlsRptRecords,
)
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records import mta_sts, tls_rpt
from deliverkit.resolver import Resolver

if TYPE_CHECKING:
    from deliverkit.adapters.checkdmarc import MtaStsPolicy as Parsed


def _judged(text: str, judge: str) -> str:
    return str(getattr(checkdmarc(), judge)(text))


R = TypeVar("R", MtaStsRecords, TlsRptRecords)


async def mta_sts_records(subject: Subject, resolver: Resolver) -> Seen[MtaStsRecords]:
    mail = await mail_of(subject, resolver)
    if mail.absent:
        return Seen(absent=mail.absent, rests_on=mail.answers)
    answer = await ask(resolver, f"_mta-sts.{mail.domain}", "TXT")
    records = tuple(filter(mta_sts.is_record, answer.texts))
    meant = tuple(filter(mta_sts.is_meant, answer.texts))
    if answer.settled and not meant:
        return Seen(absent="mtasts-missing", rests_on=(*mail.answers, answer))
    return await _published(MtaStsRecords, mail, answer, records, meant, judge="mta_sts_record_opinion")


async def _published(
    kind: type[R], mail: Mail, answer: Answer, records: tuple[str, ...], meant: tuple[str, ...], *, judge: str
) -> Seen[R]:
    fact = kind(
        domain=mail.domain,
        records=records,
        meant=meant,
        opinion=await _opinion(records, meant, judge),
        aliases=answer.aliases,
        rests_on=(*mail.answers, answer),
    )
    return Seen((fact,))


async def _opinion(records: tuple[str, ...], meant: tuple[str, ...], judge: str) -> str:
    one = (records or meant)[:1] if len(records) <= 1 else ()
    return await asyncio.to_thread(_judged, one[0], judge) if one else ""


@dataclass(frozen=True, slots=True)
class _Policy:
    """What there is of a policy. ``absent``: why there is nothing to look at, '' when something came or an answer is
    open."""

    mail: Mail
    record: str = ""
    aliases: tuple[str, ...] = ()
    fetched: Answer | None = None
    answers: tuple[Answer, ...] = ()
    absent: str = ""

    @property
    def text(self) -> str:
        return body(self.fetched) if self.fetched else ""

    @property
    def fault(self) -> tuple[str, str]:
        """As in MtaStsFetch, with what was said."""
        return fetch_fault(self.fetched) if self.fetched else ("", "")


async def _policy(subject: Subject, resolver: Resolver) -> _Policy:
    seen = await mta_sts_records(subject, resolver)
    mail = await mail_of(subject, resolver)
    if not seen.facts:
        return _Policy(mail, answers=seen.rests_on, absent=seen.absent)
    (fact,) = seen.facts
    if not all(answer.settled for answer in fact.rests_on):
        return _Policy(mail, answers=fact.rests_on)
    if len(fact.records) > 1:
        return _Policy(mail, answers=fact.rests_on, absent="mtasts-several-records")
    if fact.opinion or not fact.records:
        return _Policy(mail, answers=fact.rests_on, absent="mtasts-record-syntax")
    fetched = await ask(resolver, mta_sts.url(mail.domain), "GET")
    return _Policy(mail, fact.records[0], fact.aliases, fetched, (*fact.rests_on, fetched))


async def mta_sts_fetch(subject: Subject, resolver: Resolver) -> Seen[MtaStsFetch]:
    found = await _policy(subject, resolver)
    if found.fetched is None:
        return Seen(absent=found.absent, rests_on=found.answers)
    fault, said = found.fault
    fact = MtaStsFetch(
        domain=found.mail.domain,
        fault=fault,
        said=said,
        text=found.text,
        hosts=found.mail.hosts,
        rests_on=found.answers,
    )
    return Seen((fact,))


async def _parsed(found: _Policy) -> tuple[str, Parsed | None]:
    """Why there is no policy to judge, or the policy."""
    if found.fetched is None or not found.fetched.settled:
        return found.absent, None
    if found.fault[0]:
        return "mtasts-policy-unreachable", None
    parsed: Parsed = await asyncio.to_thread(lambda: checkdmarc().mta_sts_policy(found.text))
    return "", parsed


async def mta_sts_text(subject: Subject, resolver: Resolver) -> Seen[MtaStsText]:
    found = await _policy(subject, resolver)
    absent, parsed = await _parsed(found)
    if parsed is None:
        return Seen(absent=absent, rests_on=found.answers)
    fact = MtaStsText(
        domain=found.mail.domain,
        text=found.text,
        media_type=media_type(found.fetched) if found.fetched else "",
        opinion=parsed.opinion,
        hosts=found.mail.hosts,
        record=found.record,
        aliases=found.aliases,
        rests_on=found.answers,
    )
    return Seen((fact,))


async def mta_sts_policy(subject: Subject, resolver: Resolver) -> Seen[MtaStsPolicy]:
    found = await _policy(subject, resolver)
    absent, parsed = await _parsed(found)
    if parsed is None or parsed.opinion:
        return Seen(absent=absent or "mtasts-policy-syntax", rests_on=found.answers)
    hosts = found.mail.hosts
    fact = MtaStsPolicy(
        domain=found.mail.domain,
        mode=parsed.mode,
        max_age=parsed.max_age,
        patterns=parsed.mx,
        hosts=hosts,
        unlisted=tuple(host for host in hosts if not mta_sts.lists(parsed.mx, host)),
        record=found.record,
        aliases=found.aliases,
        rests_on=found.answers,
    )
    return Seen((fact,))


async def tls_rpt_records(subject: Subject, resolver: Resolver) -> Seen[TlsRptRecords]:
    mail = await mail_of(subject, resolver)
    if mail.absent:
        return Seen(absent=mail.absent, rests_on=mail.answers)
    answer = await ask(resolver, f"_smtp._tls.{mail.domain}", "TXT")
    records = tuple(filter(tls_rpt.is_record, answer.texts))
    meant = tuple(filter(tls_rpt.is_meant, answer.texts))
    if answer.settled and not meant:
        return Seen(absent="tlsrpt-missing", rests_on=(*mail.answers, answer))
    return await _published(TlsRptRecords, mail, answer, records, meant, judge="tls_rpt_record_opinion")


async def tls_rpt_need(subject: Subject, resolver: Resolver) -> Seen[TlsRptNeed]:
    reports, sts, dane = await asyncio.gather(
        tls_rpt_records(subject, resolver), mta_sts_records(subject, resolver), dane_hosts(subject, resolver)
    )
    if reports.absent and reports.absent != "tlsrpt-missing":
        return Seen(absent=reports.absent, rests_on=reports.rests_on)
    because = tuple(answer for fact in reports.facts for answer in fact.rests_on) or reports.rests_on
    found: list[tuple[str, tuple[Answer, ...]]] = [("MTA-STS", f.rests_on) for f in sts.facts if f.meant]
    found += [("DANE", f.rests_on) for f in dane.facts if f.records and f.doubt is None]
    if not found:
        # What is open may hold a reason for reports.
        open_ones = (*sts.facts, *dane.facts)
        rests_on = (*sts.rests_on, *dane.rests_on, *(a for f in open_ones for a in f.rests_on))
        return Seen(absent="tls-not-asked-for", rests_on=tuple(dict.fromkeys(rests_on)))
    fact = TlsRptNeed(
        domain=subject.domain,
        means=tuple(dict.fromkeys(means for means, _ in found)),
        published=bool(reports.facts),
        rests_on=tuple(dict.fromkeys((*because, *found[0][1]))),
    )
    return Seen((fact,))
