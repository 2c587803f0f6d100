"""Seeing DKIM keys: one TXT question for each selector; dkimpy reads the key."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import re
from dataclasses import dataclass

from deliverkit.adapters import dkimpy
from deliverkit.facts._asking import ancestors, ask, ask_all
from deliverkit.facts.values import DkimKey, DkimSelector, Seen
from deliverkit.model.answer import Answer, Status
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.records import dkim, dkim_edit
from deliverkit.resolver import Resolver

LEAST_BITS = 1024
"""Keys below are not accepted for RSA (RFC 8301 section 3.2)."""
KINDS = ("rsa", "ed25519")
"""The key types that are defined (RFC 6376 section 3.6.1, RFC 8463 section 4.2)."""

_BETWEEN = "._domainkey."
_MOST_TEXT = 4096
"""Characters of a key that are read; the time that dkimpy takes grows with their square. What is longer counts by
its length alone, as an RSA key of about six bits a character: more than any receiver takes."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")


def key_names(subject: Subject) -> tuple[tuple[str, str], ...]:
    """Pairs of a selector as given and its key name. Guessed ones are not among them."""
    return tuple((given, key_name(given, subject.domain)) for given in subject.selectors)


def key_name(given: str, domain: str) -> str:
    """The name of the key (RFC 6376 section 3.6.2.1) for a selector, or for a whole key name."""
    if _BETWEEN in given:
        return given
    return f"{given.removesuffix(_BETWEEN[:-1])}{_BETWEEN}{domain}"


def signing_domain(key_name: str) -> str:
    """The d= domain that a key name belongs to."""
    return key_name.partition(_BETWEEN)[2]


def related(one: str, other: str) -> bool:
    """Whether one domain is the other or lies below it. Only a tree walk tells what aligns, but what aligns
    and is not related so is a domain beside the From domain, which then counts for nothing here."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def probe_name(domain: str, between: str = _BETWEEN) -> str:
    """A key name of ``domain`` that nobody uses: what answers there is a wildcard. Always the same, so that
    a recorded audit can be told again."""
    return f"none-{hashlib.sha256(domain.encode()).hexdigest()[:16]}{between}{domain}"


async def answers(subject: Subject, resolver: Resolver) -> list[tuple[str, str, Answer]]:
    """Selector, key name and answer, for each selector that was given."""
    names = key_names(subject)
    found = await ask_all(resolver, [(name, "TXT") for _, name in names])
    return [(selector, name, answer) for (selector, name), answer in zip(names, found, strict=True)]


async def guessed(subject: Subject, resolver: Resolver) -> list[tuple[str, str, Answer]]:
    """The same for each selector that was guessed."""
    return await answers(dataclasses.replace(subject, selectors=subject.guessed), resolver)


async def dkim_selectors(subject: Subject, resolver: Resolver) -> Seen[DkimSelector]:
    asked = await answers(subject, resolver)
    facts = await asyncio.gather(*(_selector(*row, resolver) for row in asked))
    # That a guess has a key is why it was found; whether a signature is without one, it cannot tell.
    guesses = [row for row in await guessed(subject, resolver) if len(row[2].texts) != 1]
    facts += [
        dataclasses.replace(f, ceiling=Severity.NOTE)
        for f in await asyncio.gather(*(_selector(*row, resolver) for row in guesses))
    ]
    if not facts:
        return Seen(missing="--selector")
    return Seen(tuple(dataclasses.replace(f, foreign=_foreign(f.key_name, subject)) for f in facts))


def _foreign(key_name: str, subject: Subject) -> bool:
    return not related(signing_domain(key_name), subject.domain)


async def _selector(selector: str, name: str, answer: Answer, resolver: Resolver) -> DkimSelector:
    fact = DkimSelector(
        scope=name,
        selector=selector,
        key_name=name,
        exists=answer.status is not Status.NXDOMAIN,
        records=answer.texts,
        aliases=answer.aliases,
        rests_on=(answer,),
    )
    if not answer.settled or any(map(dkim.looks_like_key, answer.texts)):
        return fact
    # What follows only says where the key may be instead; that there is none, the answer has settled.
    if answer.aliases:
        probe = await ask(resolver, probe_name(signing_domain(name)), "TXT")
        fact = dataclasses.replace(fact, rests_on=(answer, probe))
        if probe.aliases != answer.aliases:
            meant, _ = await _first_key(resolver, _without_zone(answer.aliases[0], signing_domain(name)))
            return dataclasses.replace(fact, meant=meant)
        fact = dataclasses.replace(fact, aliases=())
    zones = ancestors(signing_domain(name), least=2)
    label, _, domain = name.partition(_BETWEEN)
    elsewhere, text = await _first_key(resolver, [*(f"{name}.{z}" for z in zones), f"{label}.{domain}"])
    return dataclasses.replace(fact, elsewhere=elsewhere, key_there=text)


def _without_zone(target: str, domain: str) -> list[str]:
    """What ``target`` is where a zone's own name was added to one that was complete."""
    zones = ancestors(domain, least=2)
    shorter = [target.removesuffix(f".{z}") for z in zones]
    return [name for name in shorter if name != target and name.count(".") >= 2]


async def _first_key(resolver: Resolver, names: list[str]) -> tuple[str, str]:
    """The first of the names that has one key, and its text; '' and '' without."""
    for name, answer in zip(names, await ask_all(resolver, [(n, "TXT") for n in names]), strict=True):
        if (key := read(name, name, answer)) and key.sound:
            return name, key.text
    return "", ""


async def dkim_keys(subject: Subject, resolver: Resolver) -> Seen[DkimKey]:
    facts, without = [], []
    guesses = (read(*row) for row in await guessed(subject, resolver))
    found = [dataclasses.replace(key, ceiling=Severity.NOTE) for key in guesses if key]
    if not subject.selectors:
        return Seen(tuple(found)) if found else Seen(missing="--selector")
    for selector, name, answer in await answers(subject, resolver):
        key = read(selector, name, answer)
        if key is None:
            without.append(answer)
        else:
            facts.append(dataclasses.replace(key, foreign=_foreign(name, subject)))
    facts += found
    if all(any(map(dkim.looks_like_key, answer.texts)) for answer in without):
        return Seen(tuple(facts), absent="dkim-several-keys", rests_on=tuple(without))
    return Seen(tuple(facts), absent="dkim-selector-missing", rests_on=tuple(without))


def read(selector: str, name: str, answer: Answer) -> DkimKey | None:
    """The key in this answer, None where it holds nothing that is meant as a key, or several that differ: which
    of them a receiver takes cannot be told (RFC 6376 section 3.6.2.2)."""
    texts = [t for t in answer.texts if dkim.looks_like_key(t)]
    if not texts or dkim_edit.differ(texts):
        return None
    text = texts[0]
    understood = _understand(text)
    return DkimKey(
        scope=name,
        selector=selector,
        key_name=name,
        holder=answer.aliases[-1] if answer.aliases else name,
        text=text,
        record=dkim.parse(text),
        kind=understood.kind,
        bits=understood.bits,
        revoked=understood.revoked,
        fault=understood.fault,
        reason=understood.reason,
        repaired=understood.repaired,
        rests_on=(answer,),
    )


@dataclass(frozen=True, slots=True)
class _Understood:
    """What DkimKey tells of a record's text."""

    kind: str = ""
    bits: int = 0
    revoked: bool = False
    fault: str = ""
    reason: str = ""
    repaired: str = ""


def _understand(text: str) -> _Understood:
    """One fault at most: the one that has to be mended first. What a repair then shows is another matter."""
    record = dkim.parse(text)
    if dkim_edit.is_private(text):
        return _Understood(fault="private")
    if record.p == "":
        return _Understood(revoked=True)
    if good := _sound(text):
        return _Understood(good.kind, good.bits)
    for repaired in dkim_edit.mended(text):
        if repaired != text and _sound(repaired):
            return _Understood(fault="pasted", repaired=repaired)
    if record.fault == "version":
        return _Understood(fault="version", repaired=dkim_edit.with_version(text))
    if record.fault == "duplicate-tag":
        return _Understood(fault="duplicate-tag", repaired=dkim_edit.without_repeats(text))
    if dkim_edit.untagged(text):
        repaired = dkim_edit.without_untagged(text)
        return _Understood(fault="not-a-tag", repaired=repaired if _sound(repaired) else "")
    if record.p is None:
        return _Understood(fault="no-p")
    meant = next((kind for kind in KINDS if kind != record.kind and _could_be(kind, record.p)), "")
    repaired = dkim_edit.with_key(text, meant, record.p) if meant else ""
    if record.kind not in KINDS:
        return _Understood(fault="type-unknown", repaired=repaired)
    if bare := dkim_edit.unwrapped(record.p):
        return _Understood(fault="type-mismatch", repaired=dkim_edit.with_key(text, "ed25519", bare))
    if meant:
        return _Understood(fault="type-mismatch", repaired=repaired)
    if not _BASE64.match(record.p):
        return _Understood(fault="not-base64")
    return _Understood(fault="unreadable", reason=_read(record.kind, record.p).fault)


def _sound(text: str) -> dkimpy.KeyReading | None:
    """The key in a record that is without fault, else None."""
    record = dkim.parse(text)
    if record.fault or record.kind not in KINDS or dkim_edit.untagged(text):
        return None
    # dkimpy passes over characters that base64 does not have; others need not.
    if record.p is None or not _BASE64.match(record.p):
        return None
    reading = _read(record.kind, record.p)
    return None if reading.fault else reading


def _read(kind: str, p: str) -> dkimpy.KeyReading:
    if kind == "rsa" and len(p) > _MOST_TEXT:
        return dkimpy.KeyReading("rsa", len(p) * 6, "")
    # dkimpy stumbles over sound records (a list in s=, an empty last tag), so it gets the key's own two tags; what
    # else may be wrong with the record is our judgement.
    return dkimpy.read_key(dkim_edit.padded(f"v=DKIM1; k={kind}; p={p}"))


def _could_be(kind: str, p: str) -> bool:
    # The first octets of an RSA key, cut off, can have the length of an Ed25519 key; MI is how DER begins.
    cut_off = kind == "ed25519" and p.startswith("MI")
    return bool(_BASE64.match(p)) and not cut_off and not _read(kind, p).fault


def usable(key: DkimKey) -> bool:
    """Whether a signature with this key can pass at all."""
    record = key.record
    if not key.sound or record.testing or not record.takes_sha256 or not record.for_email:
        return False
    return key.kind != "rsa" or key.bits >= LEAST_BITS
