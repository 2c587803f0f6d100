"""Seeing where DMARC reports go: the hosts, and whether they agreed to take them (RFC 9990 section 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from deliverkit.facts import dmarc as dmarc_facts
from deliverkit.facts._asking import ask, ask_all
from deliverkit.facts.dmarc import Walk
from deliverkit.facts.values import ReportConsent, ReportHost, Seen
from deliverkit.model.answer import Answer, Mx, Status
from deliverkit.model.subject import Subject
from deliverkit.records import dmarc, dmarc_edit, hostname
from deliverkit.records.dmarc import DmarcRecord
from deliverkit.resolver import Resolver

_MOST_HOSTS = 10  # a record with more is hostile; receivers need not serve more than two addresses
_LONGEST_NAME = 253  # octets in presentation form (RFC 1035 section 2.3.4)


@dataclass(frozen=True, slots=True)
class _Reports:
    """The record that applies, and its mail hosts with the addresses at each."""

    own: Walk
    record: DmarcRecord
    hosts: dict[str, tuple[str, ...]]


async def _reports(subject: Subject, resolver: Resolver) -> _Reports | Seen[Any]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    own = await dmarc_facts.walk(subject.domain, resolver)
    record = own.record
    if record is None:
        return Seen(absent="dmarc-missing", rests_on=own.decisive)
    hosts: dict[str, tuple[str, ...]] = {}
    for uri in dict.fromkeys((*record.rua, *record.ruf)):
        if host := dmarc_edit.report_host(uri):
            hosts[host] = (*hosts.get(host, ()), uri)
    return _Reports(own, record, dict(list(hosts.items())[:_MOST_HOSTS]))


async def report_hosts(subject: Subject, resolver: Resolver) -> Seen[ReportHost]:
    reports = await _reports(subject, resolver)
    if isinstance(reports, Seen):
        return reports
    senders = (subject.domain, subject.envelope_domain)
    facts = await asyncio.gather(
        *(_report_host(reports, host, host in senders, resolver) for host in reports.hosts)
    )
    return Seen(tuple(facts), absent="dmarc-no-reports", rests_on=() if facts else reports.own.decisive)


async def _report_host(reports: _Reports, host: str, sender: bool, resolver: Resolver) -> ReportHost:
    # Of the sender domains the sender's checks tell whether they take mail.
    exists, takes_mail, because = (True, True, ()) if sender else await _takes_mail(host, resolver)
    return ReportHost(
        scope=host,
        domain=reports.own.domain,
        at=reports.own.at,
        record=reports.record,
        host=host,
        uris=reports.hosts[host],
        exists=exists,
        takes_mail=takes_mail,
        aliases=reports.own.aliases(reports.own.at),
        given=reports.own.given,
        rests_on=reports.own.decisive + because,
    )


async def _takes_mail(host: str, resolver: Resolver) -> tuple[bool, bool, tuple[Answer, ...]]:
    """Whether a host exists, whether it takes mail (RFC 5321 section 5.1, RFC 7505), and what settles both."""
    if hostname.fault(host):
        return False, False, ()
    mx, a, aaaa = await ask_all(resolver, [(host, "MX"), (host, "A"), (host, "AAAA")])
    if mx.status is not Status.NODATA:
        exchanges = any(isinstance(r, Mx) and r.exchange for r in mx.records)
        return mx.status is not Status.NXDOMAIN, exchanges, (mx,)
    settling = next(((one,) for one in (a, aaaa) if one.names), (a, aaaa))
    return True, bool(a.names or aaaa.names), (mx, *settling)


async def report_consents(subject: Subject, resolver: Resolver) -> Seen[ReportConsent]:
    reports = await _reports(subject, resolver)
    if isinstance(reports, Seen):
        return reports
    facts = await asyncio.gather(*(_consent(reports, host, resolver) for host in reports.hosts))
    return Seen(tuple(facts), absent="dmarc-no-reports", rests_on=() if facts else reports.own.decisive)


async def _consent(reports: _Reports, host: str, resolver: Resolver) -> ReportConsent:
    own = reports.own
    fact = ReportConsent(
        scope=host,
        domain=own.domain,
        at=own.at,
        host=host,
        uris=reports.hosts[host],
        name=f"{own.at}._report._dmarc.{host}",
        granted=host == own.domain,
        takes_mail=False,
        given=own.given,
        rests_on=own.decisive,
    )
    if fact.granted or own.given or hostname.fault(host) or len(fact.name) > _LONGEST_NAME:
        return fact
    walked, agreed, (_, takes_mail, because) = await asyncio.gather(
        dmarc_facts.walk(host, resolver), ask(resolver, fact.name, "TXT"), _takes_mail(host, resolver)
    )
    compared = own.answers + walked.answers
    if any(map(dmarc.is_dmarc, agreed.texts)):
        return replace(fact, granted=True, rests_on=_once(own.decisive, (agreed,)))
    if walked.org_domain == own.org_domain:
        return replace(fact, granted=True, rests_on=_once(own.decisive, compared))
    rests_on = _once(own.decisive, (agreed,), compared, because)
    return replace(fact, takes_mail=takes_mail, rests_on=rests_on)


def _once(*groups: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(dict.fromkeys(answer for group in groups for answer in group))
