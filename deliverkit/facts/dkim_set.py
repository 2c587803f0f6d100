"""Seeing DKIM keys together: wildcards, the kinds of keys in use, keys that are used twice."""

from __future__ import annotations

import asyncio
import dataclasses

from deliverkit.facts import dkim as dkim_facts
from deliverkit.facts._asking import ask
from deliverkit.facts.values import DkimAlgorithms, DkimKey, DkimPublicKeys, DkimWildcard, Seen
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.records import dkim
from deliverkit.resolver import Resolver


def _by_domain(subject: Subject) -> dict[str, list[str]]:
    """Signing domain -> its key names that were given."""
    names: dict[str, list[str]] = {}
    for _, name in dkim_facts.key_names(subject):
        names.setdefault(dkim_facts.signing_domain(name), []).append(name)
    return names


async def wildcards(subject: Subject, resolver: Resolver) -> Seen[DkimWildcard]:
    if not subject.selectors:
        return Seen(missing="--selector")
    rows = _by_domain(subject).items()
    return Seen(tuple(await asyncio.gather(*(_wildcard(domain, names, resolver) for domain, names in rows))))


async def _wildcard(domain: str, names: list[str], resolver: Resolver) -> DkimWildcard:
    name = dkim_facts.probe_name(domain)
    probe = await ask(resolver, name, "TXT")
    # An empty key at a wildcard is how a domain says that it never signs; that takes nobody in.
    keys = tuple(t for t in probe.texts if dkim.looks_like_key(t) and dkim.parse(t).p)
    if not keys:
        return DkimWildcard(scope=domain, domain=domain, probe=name, rests_on=(probe,))
    above, *own = await asyncio.gather(
        ask(resolver, dkim_facts.probe_name(domain, "."), "TXT"), *(ask(resolver, n, "TXT") for n in names)
    )
    here = _content(above) != _content(probe)
    return DkimWildcard(
        scope=domain,
        domain=domain,
        probe=name,
        records=keys,
        wildcard=f"*._domainkey.{domain}" if here else f"*.{domain}",
        target=probe.aliases[0] if probe.aliases else "",
        relying=tuple(n for n, answer in zip(names, own, strict=True) if _content(answer) == _content(probe)),
        rests_on=(probe, above, *own),
    )


def _content(answer: Answer) -> tuple[tuple[str, ...], frozenset[str]]:
    return answer.aliases, frozenset(answer.texts)


async def algorithms(subject: Subject, resolver: Resolver) -> Seen[DkimAlgorithms]:
    if not subject.selectors:
        return Seen(missing="--selector")
    asked = await dkim_facts.answers(subject, resolver)
    own = [
        row for row in asked if dkim_facts.related(dkim_facts.signing_domain(row[1]), subject.domain)
    ] or asked
    rests_on = tuple(answer for _, _, answer in own)
    keys = tuple(
        dataclasses.replace(
            key, foreign=not dkim_facts.related(dkim_facts.signing_domain(row[1]), subject.domain)
        )
        for row in own
        if (key := dkim_facts.read(*row)) and dkim_facts.usable(key)
    )
    rsa: DkimKey | None = next((key for key in keys if key.kind == "rsa"), None)
    if rsa:
        return Seen((DkimAlgorithms(keys=(rsa,), rests_on=rsa.rests_on),))
    if not keys:
        return Seen(absent="dkim-no-usable-key", rests_on=rests_on)
    return Seen((DkimAlgorithms(keys=keys, rests_on=rests_on),))


async def public_keys(subject: Subject, resolver: Resolver) -> Seen[DkimPublicKeys]:
    if not (subject.selectors or subject.guessed):
        return Seen(missing="--selector")
    given, guesses = await asyncio.gather(
        dkim_facts.answers(subject, resolver), dkim_facts.guessed(subject, resolver)
    )
    rows: dict[str, list[tuple[str, str, Answer]]] = {}
    for row in (*given, *guesses):
        rows.setdefault(dkim_facts.signing_domain(row[1]), []).append(row)
    facts = await asyncio.gather(*(_public(domain, own, resolver) for domain, own in rows.items()))
    domains = {dkim_facts.signing_domain(name) for _, name, _ in given}
    return Seen(
        tuple(f if f.domain in domains else dataclasses.replace(f, ceiling=Severity.NOTE) for f in facts)
    )


async def _public(domain: str, rows: list[tuple[str, str, Answer]], resolver: Resolver) -> DkimPublicKeys:
    keys = [key for row in rows if (key := dkim_facts.read(*row)) and key.sound]
    rests_on = tuple(answer for _, _, answer in rows)
    if len({key.record.p for key in keys}) < len(keys):
        # What a wildcard brings to every name is its own matter.
        probe = await ask(resolver, dkim_facts.probe_name(domain), "TXT")
        keys = [key for key in keys if all(_content(answer) != _content(probe) for answer in key.rests_on)]
        rests_on = (*rests_on, probe)
    return DkimPublicKeys(
        scope=domain,
        domain=domain,
        keys=tuple((key.key_name, key.holder, key.record.p or "") for key in keys),
        rests_on=rests_on,
    )
