"""Seeing alignment (RFC 9989 sections 4.4 and 4.10.2): which domains can speak for the From domain, what SPF and
the keys say of them, and what keeps others from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from deliverkit.facts import dkim as dkim_facts
from deliverkit.facts import dmarc as dmarc_facts
from deliverkit.facts import spf as spf_facts
from deliverkit.facts._asking import ask, ask_all
from deliverkit.facts._spf_given import sure
from deliverkit.facts.dmarc import Walk
from deliverkit.facts.values import (
    Alignment,
    BrokenOrganisation,
    DmarcFooting,
    DmarcForecast,
    DmarcProof,
    FaultyParent,
    PsdClaim,
    Seen,
    SpfRecords,
    SpfVerdict,
    StrictAlignment,
)
from deliverkit.model.answer import Answer, Mx
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.records.dmarc import DmarcRecord
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within


@dataclass(frozen=True, slots=True)
class _Key:
    """One given selector: its d= domain, the answer at its name, whether a signature with it can pass."""

    domain: str
    answer: Answer
    usable: bool


@dataclass(frozen=True, slots=True)
class _Identifiers:
    """The domains of a stream that receivers can verify, each with its walk, beside the From domain's.

    ``policy``: that applies, and ``rests_on``: the answers that settle the record and the policy.
    """

    own: Walk
    record: DmarcRecord
    policy: str
    rests_on: tuple[Answer, ...]
    envelope: str
    keys: tuple[_Key, ...]
    walks: dict[str, Walk]

    def aligns(self, domain: str, mode: str) -> bool:
        if mode == "s" or domain == self.own.domain:
            return domain == self.own.domain
        return self.own.org_domain != "" and self.walks[domain].org_domain == self.own.org_domain

    def because(self, *domains: str) -> tuple[Answer, ...]:
        """What settles whether the domains align."""
        others = dict.fromkeys(d for d in domains if d != self.own.domain)
        return tuple(a for d in others for a in self.own.answers + self.walks[d].answers)

    @property
    def spf_aligned(self) -> bool:
        return self.aligns(self.envelope, self.record.aspf)

    @property
    def dkim_aligned(self) -> tuple[_Key, ...]:
        return tuple(k for k in self.keys if k.usable and self.aligns(k.domain, self.record.adkim))

    @property
    def in_use(self) -> tuple[str, ...]:
        """The domains that a message can be verified for, each once; the From domain is not among them."""
        domains = (self.envelope, *(k.domain for k in self.keys if k.usable))
        return tuple(d for d in dict.fromkeys(domains) if d != self.own.domain)

    @property
    def dkim_domains(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(k.domain for k in self.keys))

    def no_dkim(self) -> tuple[Answer, ...]:
        """What settles that no key is both usable and aligned."""
        answers = tuple(k.answer for k in self.keys)
        return answers + self.because(*(k.domain for k in self.keys if k.usable))


async def _identifiers(subject: Subject, resolver: Resolver) -> _Identifiers | Seen[Any]:
    """All that alignment needs, asked at once; or why there is nothing to align."""
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    names = dict.fromkeys(name for _, name in dkim_facts.key_names(subject))
    domains = [dkim_facts.signing_domain(name) for name in names]
    compared = list(dict.fromkeys([subject.domain, subject.envelope_domain, *domains]))
    found, answers, exists = await asyncio.gather(
        asyncio.gather(*(dmarc_facts.walk(domain, resolver) for domain in compared)),
        ask_all(resolver, [(name, "TXT") for name in names]),
        dmarc_facts.existence(subject, resolver),
    )
    walks = dict(zip(compared, found, strict=True))
    own = walks[subject.domain]
    record = own.record
    if record is None:
        return Seen(absent="dmarc-missing", rests_on=own.decisive)
    asked, because = dmarc_facts.policy(own, exists)
    keys = (
        _Key(
            domain,
            answer,
            (key := dkim_facts.read(name, name, answer)) is not None and dkim_facts.usable(key),
        )
        for name, domain, answer in zip(names, domains, answers, strict=True)
    )
    return _Identifiers(
        own=own,
        record=record,
        policy=dmarc_facts.lowered(record, asked),
        rests_on=own.decisive + because,
        envelope=subject.envelope_domain,
        keys=tuple(keys),
        walks=walks,
    )


def _once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(dict.fromkeys(answers))


def settled(answers: Iterable[Answer]) -> bool:
    return all(answer.settled for answer in answers)


async def alignment(subject: Subject, resolver: Resolver) -> Seen[Alignment]:
    ids = await _identifiers(subject, resolver)
    if isinstance(ids, Seen):
        return ids
    passing = ids.dkim_aligned
    rests_on = ids.rests_on
    if ids.spf_aligned:
        rests_on += ids.because(ids.envelope)
    elif passing:
        rests_on += (passing[0].answer, *ids.because(passing[0].domain))
    else:
        rests_on += ids.because(ids.envelope) + ids.no_dkim()
        if not ids.keys and settled(rests_on):
            return Seen(missing="--selector", rests_on=_once(rests_on))
    mx = await ask(resolver, ids.envelope, "MX") if ids.envelope != subject.domain else None
    broken = (("dmarc-psd-misused", _claim(ids)), ("dmarc-parent-record-faulty", _faulty(ids)))
    return Seen(
        (
            Alignment(
                domain=subject.domain,
                org_domain=ids.own.org_domain,
                policy=ids.policy,
                envelope_domain=ids.envelope,
                aspf=ids.record.aspf,
                adkim=ids.record.adkim,
                spf_aligned=ids.spf_aligned,
                dkim_aligned=tuple(k.domain for k in passing),
                dkim_domains=ids.dkim_domains,
                ips=subject.ips,
                envelope_mx=_mx(mx),
                explained=next((check for check, at in broken if at and any(_parted(ids, at))), ""),
                parted=ids.record.text if _cut_off(ids) else "",
                aliases=ids.own.aliases(ids.own.domain),
                rests_on=_once(rests_on),
            ),
        )
    )


def _cut_off(ids: _Identifiers) -> bool:
    """Whether psd=n at the From domain itself makes it an organisation apart from one above that is in use too: names
    of an organisation above have that as theirs, if the walk that stops here did not stop."""
    own, record = ids.own, ids.record
    if own.at != own.domain or record.psd != "n" or record.aspf == "s":
        return False
    orgs = {ids.walks[d].org_domain for d in ids.in_use}
    return any(org and org != own.domain and is_within(own.domain, org) for org in orgs)


def _mx(answer: Answer | None) -> tuple[tuple[int, str], ...]:
    if answer is None:
        return ()
    return tuple((r.preference, r.exchange) for r in answer.records if isinstance(r, Mx) and r.exchange)


# --- together with SPF ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spf:
    """SPF's result for one address, and the answers that settle it."""

    ip: str
    result: str
    rests_on: tuple[Answer, ...]
    wants: str = ""


async def with_spf(subject: Subject, resolver: Resolver) -> tuple[_Identifiers | Seen[Any], tuple[_Spf, ...]]:
    ids, seen = await asyncio.gather(
        _identifiers(subject, resolver), spf_facts.spf_verdicts(subject, resolver)
    )
    verdicts: dict[str, SpfVerdict] = {v.ip: v for v in seen.facts}
    # RFC 7208 section 2.6.1: without a record the result is none; several are a permerror (section 4.5). Neither
    # passes, which is all that counts here.
    otherwise = "permerror" if seen.absent == "spf-several-records" else "none"
    results = (
        _Spf(ip, verdicts[ip].result, verdicts[ip].rests_on, verdicts[ip].wants)
        if ip in verdicts
        else _Spf(ip, otherwise, seen.rests_on)
        for ip in subject.ips
    )
    return ids, tuple(results)


async def dmarc_forecasts(subject: Subject, resolver: Resolver) -> Seen[DmarcForecast]:
    if not subject.ips:
        return Seen(missing="--ip")
    records, (ids, results) = await asyncio.gather(
        spf_facts.spf_records(subject, resolver), with_spf(subject, resolver)
    )
    if isinstance(ids, Seen):
        return ids
    facts = tuple(_forecast(ids, spf, next(iter(records.facts), None)) for spf in results)
    if not ids.keys:
        failing = [f for f in facts if settled(f.rests_on) and not (f.spf_aligned and f.spf_result == "pass")]
        if failing:
            return Seen(missing="--selector", rests_on=_once(a for f in failing for a in f.rests_on))
    # What SPF says of an invented message decides only where no signature does.
    by_spf = (f.spf_aligned and not f.dkim_aligned for f in facts)
    return sure(facts, [spf.wants if decides else "" for spf, decides in zip(results, by_spf, strict=True)])


def _forecast(ids: _Identifiers, spf: _Spf, records: SpfRecords | None) -> DmarcForecast:
    by_spf = (*ids.because(ids.envelope), *spf.rests_on)
    passes = ids.spf_aligned and spf.result == "pass"
    routes = [by_spf] if passes else []
    routes += [(k.answer, *ids.because(k.domain)) for k in ids.dkim_aligned]
    # One way to pass is enough; where none is sure, everything counts that could have been one.
    sure = next((route for route in routes if settled(route)), None)
    return DmarcForecast(
        scope=spf.ip,
        ip=spf.ip,
        domain=ids.own.domain,
        policy=ids.policy,
        envelope_domain=ids.envelope,
        spf_aligned=ids.spf_aligned,
        spf_result=spf.result,
        dkim_aligned=tuple(dict.fromkeys(k.domain for k in ids.dkim_aligned)),
        dkim_domains=ids.dkim_domains,
        spf=records,
        rests_on=_once((*ids.rests_on, *((*by_spf, *ids.no_dkim()) if sure is None else sure))),
    )


async def dmarc_footings(subject: Subject, resolver: Resolver) -> Seen[DmarcFooting]:
    if not subject.ips:
        return Seen(missing="--ip")
    ids, results = await with_spf(subject, resolver)
    if isinstance(ids, Seen):
        return ids
    meant = tuple(d for d in ids.dkim_domains if ids.aligns(d, "r"))
    names = ids.because(meant[0]) if meant else ids.because(*ids.dkim_domains)
    facts = []
    for spf in results:
        passes = ids.spf_aligned and spf.result == "pass"
        rests_on = names if meant else (*names, *ids.because(ids.envelope), *spf.rests_on)
        facts.append(
            DmarcFooting(
                scope=spf.ip,
                ip=spf.ip,
                domain=subject.domain,
                policy=ids.policy,
                envelope_domain=ids.envelope,
                spf_passes=passes,
                dkim_meant=meant,
                dkim_domains=ids.dkim_domains,
                rests_on=_once((*ids.rests_on, *rests_on)),
            )
        )
    if not ids.keys and any(settled(f.rests_on) for f in facts):
        return Seen(missing="--selector", rests_on=_once(a for f in facts for a in f.rests_on))
    return Seen(tuple(facts))


async def dmarc_proof(subject: Subject, resolver: Resolver) -> Seen[DmarcProof]:
    if not subject.ips and not subject.selectors:
        return Seen((DmarcProof(shown=False),))
    ids, results = await with_spf(subject, resolver)
    if isinstance(ids, Seen):
        return Seen((DmarcProof(shown=False),))
    by_spf = ids.spf_aligned and settled(ids.because(ids.envelope)) and bool(results)
    by_dkim = any(settled((k.answer, *ids.because(k.domain))) for k in ids.dkim_aligned)
    passing = all(spf.result == "pass" and settled(spf.rests_on) for spf in results)
    return Seen((DmarcProof(shown=by_dkim or (by_spf and passing)),))


# --- what keeps domains from aligning ---------------------------------------------------------------------


async def strict_alignment(subject: Subject, resolver: Resolver) -> Seen[StrictAlignment]:
    ids = await _identifiers(subject, resolver)
    if isinstance(ids, Seen):
        return ids
    domain, record = subject.domain, ids.record
    used = [
        ("aspf", record.aspf, ids.envelope),
        *(("adkim", record.adkim, k.domain) for k in ids.keys if k.usable),
    ]
    strict = [(tag, name) for tag, mode, name in used if mode == "s" and name != domain]
    kept = [(tag, name) for tag, mode, name in used if ids.aligns(name, mode)]
    rests_on = ids.rests_on
    if "s" in (record.aspf, record.adkim):
        rests_on += tuple(k.answer for k in ids.keys) + ids.because(*(name for _, _, name in used))
    return Seen(
        (
            StrictAlignment(
                domain=domain,
                at=ids.own.at,
                record=record,
                policy=ids.policy,
                lost=tuple(dict.fromkeys((tag, name) for tag, name in strict if ids.aligns(name, "r"))),
                kept=tuple(dict.fromkeys(kept)),
                aliases=ids.own.aliases(ids.own.at),
                rests_on=_once(rests_on),
            ),
        )
    )


def _claim(ids: _Identifiers) -> str:
    """The domain at or above From that the stream itself uses and whose record says psd=y; '' for none."""
    used = {ids.own.domain, ids.envelope, *ids.dkim_domains}
    claims = (name for name in _single(ids.own) if name in used and ids.own.parsed(name).psd == "y")
    return next(claims, "")


def _single(walked: Walk) -> Iterator[str]:
    return (name for name, _ in walked.steps if "." in name and len(walked.records(name)) == 1)


def _faulty(ids: _Identifiers) -> str:
    """The name above the record that applies where several records stand; '' for none. Where the domain's own
    name has several, or they leave no record at all, another check tells."""
    above = (name for name, _ in ids.own.steps if "." in name and name != ids.own.domain)
    return next((name for name in above if len(ids.own.records(name)) > 1), "")


def _parted(ids: _Identifiers, at: str) -> tuple[str, ...]:
    """Domains in use that do not align, although they lie under ``at`` as the From domain does."""
    return tuple(d for d in ids.in_use if is_within(d, at) and not ids.aligns(d, "r"))


async def psd_claim(subject: Subject, resolver: Resolver) -> Seen[PsdClaim]:
    ids = await _identifiers(subject, resolver)
    return ids if isinstance(ids, Seen) else Seen((_broken(PsdClaim, ids, _claim(ids)),))


async def faulty_parent(subject: Subject, resolver: Resolver) -> Seen[FaultyParent]:
    ids = await _identifiers(subject, resolver)
    return ids if isinstance(ids, Seen) else Seen((_broken(FaultyParent, ids, _faulty(ids)),))


B = TypeVar("B", bound=BrokenOrganisation)


def _broken(kind: type[B], ids: _Identifiers, at: str) -> B:
    # Identical domains align whatever stands above them (RFC 9989 section 4.10.2): then the walk decides no more than
    # which record applies.
    alone = {ids.envelope, *ids.dkim_domains} == {ids.own.domain}
    rests_on = ids.rests_on if alone else ids.rests_on + ids.own.answers
    if at and not alone:
        rests_on += tuple(k.answer for k in ids.keys) + ids.because(*ids.in_use)
    return kind(
        domain=ids.own.domain,
        policy=ids.policy,
        at=at,
        records=ids.own.records(at),
        aliases=ids.own.aliases(at),
        lost=_parted(ids, at) if at else (),
        aligned=ids.spf_aligned or bool(ids.dkim_aligned),
        rests_on=_once(rests_on),
    )
