"""Seeing DMARC: the tree walk (RFC 9989 section 4.10), the record that applies, what can align."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deliverkit.facts import dkim as dkim_facts
from deliverkit.facts._asking import ancestors, ask, ask_all
from deliverkit.facts.values import Alignment, DmarcRecords, DmarcText, Seen
from deliverkit.model.answer import Answer, Mx
from deliverkit.model.subject import Subject
from deliverkit.records import dmarc, hostname
from deliverkit.resolver import Resolver

_LONGEST = 8  # RFC 9989 section 4.10: a name of this many labels or more jumps to its last seven


@dataclass(frozen=True, slots=True)
class Walk:
    """One tree walk. ``steps``: pairs of a name and the answer at its ``_dmarc``, up to where the walk stops.

    ``org_domain``: RFC 9989 section 4.10.2. ``at``: where the record that applies is, '' when none.
    """

    domain: str
    steps: tuple[tuple[str, Answer], ...]
    org_domain: str
    at: str

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(answer for _, answer in self.steps)

    @property
    def decisive(self) -> tuple[Answer, ...]:
        """The answers that decide which record applies: the domain's own if it has one, else the walk."""
        return self.answers[:1] if self.at == self.domain else self.answers

    def records(self, name: str) -> tuple[str, ...]:
        return next((_records(answer) for step, answer in self.steps if step == name), ())


def _records(answer: Answer) -> tuple[str, ...]:
    return tuple(t for t in answer.texts if dmarc.is_dmarc(t))


def walk_names(domain: str) -> tuple[str, ...]:
    """The names whose ``_dmarc`` is asked, in order; at most eight."""
    names = ancestors(domain)
    return names if len(names) < _LONGEST else (names[0], *names[-(_LONGEST - 1) :])


async def walk(domain: str, resolver: Resolver) -> Walk:
    """All names are asked at once; what lies beyond the name where the walk stops is not used."""
    names = walk_names(domain)
    answers = await ask_all(resolver, [(f"_dmarc.{name}", "TXT") for name in names])
    steps: list[tuple[str, Answer]] = []
    valid: dict[str, dmarc.DmarcRecord] = {}
    org = ""
    for i, (name, answer) in enumerate(zip(names, answers, strict=True)):
        steps.append((name, answer))
        found = _records(answer)
        if len(found) != 1:
            continue
        valid[name] = dmarc.parse(found[0])
        if valid[name].psd == "n":
            org = name
            break
        if valid[name].psd == "y" and i > 0:
            org = ".".join(domain.split(".")[-(name.count(".") + 2) :])
            break
    if not org:
        org = min(valid, key=lambda name: name.count("."), default=domain)
    psd = steps[-1][0]
    at = next((name for name in (domain, org, psd) if name in valid), "")
    return Walk(domain, tuple(steps), org, at)


async def dmarc_records(subject: Subject, resolver: Resolver) -> Seen[DmarcRecords]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    walked = await walk(subject.domain, resolver)
    found = tuple((name, _records(answer)) for name, answer in walked.steps if _records(answer))
    return Seen(
        (
            DmarcRecords(
                domain=subject.domain,
                found=found,
                at=walked.at,
                several=tuple(name for name, records in found if len(records) > 1),
                rests_on=walked.decisive,
            ),
        )
    )


async def dmarc_text(subject: Subject, resolver: Resolver) -> Seen[DmarcText]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    walked = await walk(subject.domain, resolver)
    if not walked.at:
        return Seen(absent="dmarc-missing", rests_on=walked.decisive)
    record = dmarc.parse(walked.records(walked.at)[0])
    opinion = await asyncio.to_thread(_opinion, record.text, walked.at) if record.faults else ""
    return Seen(
        (
            DmarcText(
                domain=subject.domain,
                at=walked.at,
                record=record,
                opinion=opinion,
                rests_on=walked.decisive,
            ),
        )
    )


def _opinion(text: str, domain: str) -> str:
    from deliverkit.adapters import checkdmarc  # noqa: PLC0415 - its import outlasts an audit

    return checkdmarc.dmarc_opinion(text, domain)


def policy(walked: Walk) -> str:
    """The policy that applies to the domain (RFC 9989 section 4.7): its own p, or the sp of a name above; one
    level lower in test mode."""
    record = dmarc.parse(walked.records(walked.at)[0])
    asked = record.p if walked.at == walked.domain else record.sp
    return {"reject": "quarantine", "quarantine": "none"}.get(asked, asked) if record.t == "y" else asked


async def alignment(subject: Subject, resolver: Resolver) -> Seen[Alignment]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    envelope = subject.envelope_domain
    names = dict(dkim_facts.key_names(subject))
    domains = {name: dkim_facts.signing_domain(name) for name in names.values()}
    compared = dict.fromkeys([subject.domain, envelope, *domains.values()])
    walks = dict(zip(compared, await asyncio.gather(*(walk(d, resolver) for d in compared)), strict=True))
    own = walks[subject.domain]
    if not own.at:
        return Seen(absent="dmarc-missing", rests_on=own.decisive)
    record = dmarc.parse(own.records(own.at)[0])

    def aligns(domain: str, mode: str) -> bool:
        same = domain == subject.domain
        return same or (mode == "r" and walks[domain].org_domain == own.org_domain)

    def because(domain: str) -> tuple[Answer, ...]:
        return () if domain == subject.domain else own.answers + walks[domain].answers

    spf_aligned = aligns(envelope, record.aspf)
    keys = await asyncio.gather(*(ask(resolver, name, "TXT") for name in domains))
    passing = {
        name: answer
        for name, answer in zip(domains, keys, strict=True)
        if (key := dkim_facts.read(name, name, answer)) and dkim_facts.usable(key)
    }
    dkim_aligned = tuple(name for name in passing if aligns(domains[name], record.adkim))
    rests_on = own.decisive
    if spf_aligned:
        rests_on += because(envelope)
    elif dkim_aligned:
        rests_on += (passing[dkim_aligned[0]], *because(domains[dkim_aligned[0]]))
    else:
        rests_on += because(envelope) + tuple(keys) + tuple(a for d in domains.values() for a in because(d))
        if not names and all(a.settled for a in rests_on):
            return Seen(missing="--selector", rests_on=tuple(dict.fromkeys(rests_on)))
    mx = await ask(resolver, envelope, "MX") if envelope != subject.domain else None
    return Seen(
        (
            Alignment(
                domain=subject.domain,
                org_domain=own.org_domain,
                policy=policy(own),
                envelope_domain=envelope,
                aspf=record.aspf,
                adkim=record.adkim,
                spf_aligned=spf_aligned,
                dkim_aligned=tuple(domains[name] for name in dkim_aligned),
                dkim_domains=tuple(dict.fromkeys(domains.values())),
                ips=subject.ips,
                envelope_mx=_mx(mx),
                rests_on=tuple(dict.fromkeys(rests_on)),
            ),
        )
    )


def _mx(answer: Answer | None) -> tuple[tuple[int, str], ...]:
    if answer is None:
        return ()
    return tuple((r.preference, r.exchange) for r in answer.records if isinstance(r, Mx) and r.exchange)
