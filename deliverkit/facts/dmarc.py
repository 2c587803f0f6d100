"""Seeing DMARC: the tree walk (RFC 9989 section 4.10), the record that applies, the policy that it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from deliverkit.adapters import psl
from deliverkit.auth import dmarc as evaluate
from deliverkit.auth import tree_walk
from deliverkit.auth.tree_walk import walk_names
from deliverkit.facts._asking import Known, ancestors, ask, ask_all
from deliverkit.facts.values import (
    DmarcLegacy,
    DmarcOrgRecord,
    DmarcPolicy,
    DmarcRecords,
    DmarcSearch,
    DmarcText,
    Seen,
)
from deliverkit.model.answer import Answer, Status
from deliverkit.model.subject import Subject
from deliverkit.records import dmarc, dmarc_edit, hostname
from deliverkit.resolver import Resolver

_LONGEST = 8  # RFC 9989 section 4.10: a name of this many labels or more jumps to its last seven
_LONGEST_NAME = 253  # octets in presentation form (RFC 1035 section 2.3.4)
_MOST_JUMPED = 16  # of the names that a long name's walk leaves out; nobody has more on purpose


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

    def answer(self, name: str) -> Answer | None:
        """What came for this name of the walk; None where the walk did not come by."""
        return next((answer for step, answer in self.steps if step == name), None)

    def records(self, name: str) -> tuple[str, ...]:
        answer = self.answer(name)
        return () if answer is None else _records(answer)

    def aliases(self, name: str) -> tuple[str, ...]:
        answer = self.answer(name)
        return () if answer is None else answer.aliases

    def parsed(self, name: str) -> dmarc.DmarcRecord:
        """The record at a name of the walk that has one."""
        return dmarc.parse(self.records(name)[0])

    @property
    def record(self) -> dmarc.DmarcRecord | None:
        """The record that applies, parsed; None where there is none."""
        return self.parsed(self.at) if self.at else None

    @property
    def given(self) -> bool:
        """Whether the record that applies is that of the public suffix above, hence somebody else's."""
        return self.record is not None and self.at != self.domain and self.record.psd == "y"


def _records(answer: Answer) -> tuple[str, ...]:
    return tuple(t for t in answer.texts if dmarc.is_dmarc(t))


async def walk(domain: str, resolver: Resolver) -> Walk:
    """The walk over answers that were all asked for at once; what lies beyond the name where it stops is not
    used. ``org_domain`` and ``at`` are '' where an answer that did not come leaves them open."""
    names = walk_names(domain)
    known = Known(await ask_all(resolver, [(f"_dmarc.{name}", "TXT") for name in names]))
    walked = await tree_walk.walk(domain, known)
    steps = tuple((step.domain, step.answer) for step in walked.steps)
    return Walk(domain, steps, walked.organisational_domain, walked.policy_domain)


async def dmarc_records(subject: Subject, resolver: Resolver) -> Seen[DmarcRecords]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    return Seen((await _found(DmarcRecords, subject.domain, resolver),))


async def dmarc_search(subject: Subject, resolver: Resolver) -> Seen[DmarcSearch]:
    domain = subject.domain
    if hostname.fault(domain):
        return Seen(absent="sender-domain-invalid")
    fact = await _found(DmarcSearch, domain, resolver)
    if not all(answer.settled for answer in fact.rests_on):
        return Seen((fact,))  # nothing can be told of it; further questions would only wait again
    if fact.at != domain and not fact.explained and (jumped := _jumped(domain)):
        answers = await ask_all(resolver, [(f"_dmarc.{name}", "TXT") for name in jumped])
        skipped = tuple((n, t) for n, a in zip(jumped, answers, strict=True) for t in _records(a))
        fact = replace(fact, skipped=skipped, rests_on=fact.rests_on + answers)
    if not (fact.at or fact.explained or fact.skipped):
        names = [n for n in _wrong_names(domain) if len(n) <= _LONGEST_NAME]
        answers = await ask_all(resolver, [(name, "TXT") for name in names])
        misplaced = tuple((n, t) for n, a in zip(names, answers, strict=True) for t in _records(a))
        fact = replace(fact, misplaced=misplaced, rests_on=fact.rests_on + answers)
    return Seen((fact,))


R = TypeVar("R", bound=DmarcRecords)


async def _found(kind: type[R], domain: str, resolver: Resolver) -> R:
    walked = await walk(domain, resolver)
    aliases, because = walked.steps[0][1].aliases, walked.decisive
    if aliases and not walked.records(domain):
        # An alias that a wildcard lends to every name (RFC 4592) is nobody's DMARC record, broken or not.
        answers = await ask_all(resolver, [(f"*.{name}", "CNAME") for name in ancestors(domain, least=2)])
        aliases = () if any(aliases[0] in answer.names for answer in answers) else aliases
        because += answers
    return kind(
        domain=domain,
        found=tuple((name, _records(answer)) for name, answer in walked.steps if _records(answer)),
        at=walked.at,
        several=tuple(name for name, answer in walked.steps if len(_records(answer)) > 1),
        aliases=aliases,
        misspelt=tuple(_misspelt(walked)),
        policy=_in_force(walked),
        rua=walked.record.rua if walked.record and not walked.given else (),
        rests_on=because,
    )


def _in_force(walked: Walk) -> str:
    """What receivers do today. A domain that is to get a record of its own, or has one by mistake, exists."""
    record = walked.record
    return lowered(record, record.p if walked.at == walked.domain else record.sp) if record else ""


def _misspelt(walked: Walk) -> Iterator[tuple[str, str]]:
    for name, answer in walked.steps:
        # A public suffix of one label is nobody's here to mend.
        if "." in name and not _records(answer):
            yield from ((name, text) for text in answer.texts if dmarc_edit.looks_like_record(text))


def _jumped(domain: str) -> tuple[str, ...]:
    """The names between a domain of more than eight labels and the first name that its walk goes on with."""
    return ancestors(domain)[1 : -(_LONGEST - 1)][:_MOST_JUMPED]


def _wrong_names(domain: str) -> tuple[str, ...]:
    """Where a record lands by a common slip: at the domain itself, without the underscore, or with the domain
    once more, as an editor adds it that completes names."""
    return domain, f"dmarc.{domain}", f"_dmarc.{domain}.{domain}"


async def dmarc_text(subject: Subject, resolver: Resolver) -> Seen[DmarcText]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    walked = await walk(subject.domain, resolver)
    record = walked.record
    if record is None:
        return Seen(absent="dmarc-missing", rests_on=walked.decisive)
    opinion = await asyncio.to_thread(_opinion, record.text, walked.at) if record.faults else ""
    return Seen(
        (
            DmarcText(
                domain=subject.domain,
                at=walked.at,
                record=record,
                opinion=opinion,
                aliases=walked.aliases(walked.at),
                given=walked.given,
                rests_on=walked.decisive,
            ),
        )
    )


def _opinion(text: str, domain: str) -> str:
    from deliverkit.adapters import checkdmarc  # noqa: PLC0415 - its import outlasts an audit

    return checkdmarc.dmarc_opinion(text, domain)


def existence(subject: Subject, resolver: Resolver) -> Awaitable[Answer]:
    """The question that tells whether the From domain exists (RFC 8020); the sender's facts ask it anyway."""
    return ask(resolver, subject.domain, "MX")


def policy(walked: Walk, exists: Answer) -> tuple[str, tuple[Answer, ...]]:
    """The policy that applies to the domain (RFC 9989 section 4.10.1): its own p, or of a record above the sp if
    the domain exists, the np if not; and the answers that settle it, beyond those that settle the record.

    ``exists``: the answer to ``existence``, which is not needed where the two say the same, or where something
    stands below the domain, at its ``_dmarc``.
    """
    record = walked.record
    if record is None:
        return "", ()
    if walked.at == walked.domain:
        return record.p, ()
    below = walked.answers[0]
    if record.sp == record.np or below.status is not Status.NXDOMAIN or below.aliases:
        return record.sp, ()
    return record.np if exists.status is Status.NXDOMAIN and not exists.aliases else record.sp, (exists,)


def lowered(record: dmarc.DmarcRecord, asked: str) -> str:
    """What is left of a policy in test mode (RFC 9989 section 4.7, ``t``)."""
    return {"reject": "quarantine", "quarantine": "none"}.get(asked, asked) if record.t == "y" else asked


async def dmarc_policy(subject: Subject, resolver: Resolver) -> Seen[DmarcPolicy]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    walked, exists = await asyncio.gather(walk(subject.domain, resolver), existence(subject, resolver))
    record = walked.record
    if record is None:
        return Seen(absent="dmarc-missing", rests_on=walked.decisive)
    asked, because = policy(walked, exists)
    return Seen(
        (
            DmarcPolicy(
                domain=subject.domain,
                at=walked.at,
                record=record,
                policy=asked,
                applied=lowered(record, asked),
                aliases=walked.aliases(walked.at),
                given=walked.given,
                rests_on=walked.decisive + because,
            ),
        )
    )


async def dmarc_legacy(subject: Subject, resolver: Resolver) -> Seen[DmarcLegacy]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    above = psl.registered_domain(subject.domain) or subject.domain
    walked, there = await asyncio.gather(
        walk(subject.domain, resolver), ask(resolver, f"_dmarc.{above}", "TXT")
    )
    if walked.record is None:
        return Seen(absent="dmarc-missing", rests_on=walked.decisive)
    if walked.given:
        return Seen(absent="dmarc-of-registry", rests_on=walked.decisive)
    if len(walked.records(subject.domain)) > 1:
        return Seen(absent="dmarc-several-records", rests_on=walked.decisive)
    # Without any identifier the evaluation is about the record and its policy alone.
    found = await evaluate(subject.domain, None, (), Known((*walked.answers, there), resolver))
    fact = DmarcLegacy(
        domain=subject.domain,
        at=found.policy_domain,
        legacy_at=found.legacy.policy_domain if found.legacy else found.policy_domain,
        text=walked.record.text,
        policy=found.policy,
        rests_on=tuple(dict.fromkeys((*walked.decisive, *(() if walked.at == walked.domain else (there,))))),
    )
    return Seen((fact,))


async def dmarc_org_record(subject: Subject, resolver: Resolver) -> Seen[DmarcOrgRecord]:
    if hostname.fault(subject.domain):
        return Seen(absent="sender-domain-invalid")
    walked = await walk(subject.domain, resolver)
    record = walked.record
    if record is None:
        return Seen(absent="dmarc-missing", rests_on=walked.decisive)
    if walked.at != walked.org_domain:
        return Seen(absent="dmarc-below-organisation", rests_on=walked.answers)
    aliases = walked.aliases(walked.at)
    fact = DmarcOrgRecord(
        domain=subject.domain, at=walked.at, record=record, aliases=aliases, rests_on=walked.answers
    )
    return Seen((fact,))
