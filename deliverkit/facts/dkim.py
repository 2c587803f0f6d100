"""Seeing DKIM keys: one TXT question for each selector; dkimpy reads the key."""

from __future__ import annotations

from deliverkit.adapters import dkimpy
from deliverkit.facts._asking import ask_all
from deliverkit.facts.values import DkimKey, DkimSelector, Seen
from deliverkit.model.answer import Answer, Status
from deliverkit.model.subject import Subject
from deliverkit.records import dkim
from deliverkit.resolver import Resolver

LEAST_BITS = 1024
"""Keys below are not accepted for RSA (RFC 8301 section 3.2)."""


def key_names(subject: Subject) -> tuple[tuple[str, str], ...]:
    """Pairs of a selector as given and its key name (RFC 6376 section 3.6.2.1)."""
    return tuple(
        (s, s if "._domainkey." in s else f"{s}._domainkey.{subject.domain}") for s in subject.selectors
    )


def signing_domain(key_name: str) -> str:
    """The d= domain that a key name belongs to."""
    return key_name.partition("._domainkey.")[2]


async def _answers(subject: Subject, resolver: Resolver) -> list[tuple[str, str, Answer]]:
    names = key_names(subject)
    answers = await ask_all(resolver, [(name, "TXT") for _, name in names])
    return [(selector, name, answer) for (selector, name), answer in zip(names, answers, strict=True)]


async def dkim_selectors(subject: Subject, resolver: Resolver) -> Seen[DkimSelector]:
    if not subject.selectors:
        return Seen(missing="--selector")
    return Seen(
        tuple(
            DkimSelector(
                scope=name,
                selector=selector,
                key_name=name,
                exists=answer.status is not Status.NXDOMAIN,
                records=answer.texts,
                rests_on=(answer,),
            )
            for selector, name, answer in await _answers(subject, resolver)
        )
    )


async def dkim_keys(subject: Subject, resolver: Resolver) -> Seen[DkimKey]:
    if not subject.selectors:
        return Seen(missing="--selector")
    answers = await _answers(subject, resolver)
    facts = tuple(
        key for selector, name, answer in answers if (key := read(selector, name, answer)) is not None
    )
    without = tuple(answer for _, _, answer in answers if not any(map(dkim.looks_like_key, answer.texts)))
    return Seen(facts, absent="dkim-selector-missing", rests_on=without)


def read(selector: str, name: str, answer: Answer) -> DkimKey | None:
    """The key in this answer, None where it holds nothing that is meant as a key."""
    texts = [t for t in answer.texts if dkim.looks_like_key(t)]
    if not texts:
        return None
    record = dkim.parse(texts[0])
    revoked = record.p == ""
    # dkimpy stumbles over sound records (a list in s=, an empty last tag), so it gets the key's own two tags;
    # what else may be wrong with the record is our judgement.
    usable_tags = f"v=DKIM1; k={record.kind}; p={record.p or ''}"
    reading = dkimpy.KeyReading("", 0, "") if revoked else dkimpy.read_key(usable_tags)
    return DkimKey(
        scope=name,
        selector=selector,
        key_name=name,
        text=texts[0],
        record=record,
        kind=reading.kind,
        bits=reading.bits,
        revoked=revoked,
        fault="" if revoked else record.fault or reading.fault,
        rests_on=(answer,),
    )


def usable(key: DkimKey) -> bool:
    """Whether a signature with this key can pass at all."""
    return not (key.revoked or key.fault or key.record.testing) and (
        key.kind != "rsa" or key.bits >= LEAST_BITS
    )
