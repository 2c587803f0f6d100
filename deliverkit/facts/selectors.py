"""Guessing DKIM selectors where none was given: those of the providers that MX and SPF show, and common names."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable

from deliverkit.facts import dkim as dkim_facts
from deliverkit.facts import providers
from deliverkit.facts._asking import ask, ask_all
from deliverkit.facts._spf_walk import split
from deliverkit.model.answer import Answer, Mx
from deliverkit.model.selectors import FoundSelector, Guesses
from deliverkit.model.subject import Subject
from deliverkit.records import dkim, hostname, spf
from deliverkit.resolver import Resolver

LOOK = "selectors"
"""How ``Subject.looks`` asks for this."""


def wanted(subject: Subject) -> bool:
    """Whether selectors are to be guessed: it was asked for, and none is there."""
    return LOOK in subject.looks and not subject.selectors and not subject.guessed


def unguessed(subject: Subject) -> Subject:
    """The stream without any wish to guess."""
    return dataclasses.replace(subject, looks=tuple(look for look in subject.looks if look != LOOK))


def completed(subject: Subject, guesses: Guesses) -> Subject:
    """The stream with what was found."""
    return dataclasses.replace(subject, guessed=tuple(f.selector for f in guesses.found))


async def guess(subject: Subject, resolver: Resolver) -> Guesses:
    """Two rounds of questions: what shows the provider together with the common names, then the provider's own."""
    domain = subject.domain
    if hostname.fault(domain):
        return Guesses(domain)
    probe, mx, texts, known = await asyncio.gather(
        ask(resolver, dkim_facts.probe_name(domain), "TXT"),
        ask(resolver, domain, "MX"),
        ask_all(resolver, [(name, "TXT") for name in dict.fromkeys([domain, subject.envelope_domain])]),
        _keys(domain, providers.common(), resolver),
    )
    hosts = [r.exchange for r in mx.records if isinstance(r, Mx)]
    shown = providers.shown(hosts, (target for answer in texts for target in _targets(answer)))
    given_by = {selector: p.name for p in reversed(shown) for selector in reversed(p.selectors)}
    known |= await _keys(domain, (s for s in given_by if s not in known), resolver)
    tried = tuple(dict.fromkeys([s for p in shown for s in p.selectors] + list(known)))
    unanswered = tuple(s for s in tried if not known[s].settled)
    found = tuple(FoundSelector(s, given_by.get(s, "")) for s in tried if _has_key(known[s]))
    outcome = "found"
    if _has_key(probe):
        outcome, found = "wildcard", ()
    elif not probe.settled:
        outcome, found = "open", ()
    elif not found:
        outcome = "open" if unanswered else "nothing"
    return Guesses(domain, outcome, tried, found, unanswered, tuple(p.name for p in shown))


async def _keys(domain: str, selectors: Iterable[str], resolver: Resolver) -> dict[str, Answer]:
    names = {s: dkim_facts.key_name(s, domain) for s in selectors}
    found = await ask_all(resolver, [(name, "TXT") for name in names.values()])
    return dict(zip(names, found, strict=True))


def _targets(answer: Answer) -> Iterable[str]:
    """Where the SPF records of a name lead to."""
    for text in split(answer)[0]:
        yield from (
            t.value for t in spf.parse(text).terms if t.kind in {"include", "redirect"} and not t.fault
        )


def _has_key(answer: Answer) -> bool:
    """A revoked key (empty ``p=``, RFC 6376 section 3.6.1) is no find."""
    return answer.settled and any(dkim.looks_like_key(t) and dkim.parse(t).p for t in answer.texts)
