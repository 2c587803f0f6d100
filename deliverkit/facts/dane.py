"""Seeing DANE: the TLSA records of the mail hosts (RFC 7672), and whether the certificates fit them."""

from __future__ import annotations

import base64
import hashlib

from deliverkit.facts._asking import ask, ask_all
from deliverkit.facts._mail_hosts import OPTION, Mail, mail_of, words_of
from deliverkit.facts.values import DaneHost, DaneMatch, Seen
from deliverkit.model.answer import Answer, Status
from deliverkit.model.subject import Subject
from deliverkit.records import tlsa
from deliverkit.resolver import Resolver
from deliverkit.resolver.overlay import PROPOSED


async def dane_hosts(subject: Subject, resolver: Resolver) -> Seen[DaneHost]:
    mail = await mail_of(subject, resolver)
    if mail.absent:
        return Seen(absent=mail.absent, rests_on=mail.answers)
    answers = await ask_all(resolver, [(f"_25._tcp.{host}", "TLSA") for host in mail.hosts])
    facts = []
    for host, answer in zip(mail.hosts, answers, strict=True):
        if answer.status is Status.OK or not answer.settled:
            facts.append(await _dane_host(mail, host, answer, resolver))
    return Seen(tuple(facts), absent="dane-missing", rests_on=() if facts else (*mail.answers, *answers))


async def _dane_host(mail: Mail, host: str, answer: Answer, resolver: Resolver) -> DaneHost:
    rests_on = (*mail.answers, answer)
    doubt = None
    signed_mx = bool(mail.answer and mail.answer.authenticated)
    # Records that are only proposed carry no signature yet; they get one where the zone has DNSSEC.
    signed = answer.authenticated or answer.origin == PROPOSED
    if answer.settled and not (signed and signed_mx):
        # The root is signed: a resolver that does not say so does not validate, and cannot tell of others.
        root = await ask(resolver, "", "SOA")
        rests_on += (root,)
        doubt = None if root.authenticated else "dnssec-not-validated"
    return DaneHost(
        scope=host,
        domain=mail.domain,
        host=host,
        records=tuple(tlsa.parse(text) for text in answer.names),
        signed=signed,
        mx_signed=signed_mx,
        own=mail.owns(host),
        aliases=answer.aliases,
        rests_on=rests_on,
        doubt=doubt,
    )


def _fits(record: tlsa.Tlsa, words: dict[str, str]) -> bool:
    """Whether a usable record for the certificate itself (DANE-EE) fits what was seen (RFC 6698 section 2.1)."""
    if record.fault or record.of_chain:
        return False
    part = "spki" if record.selector else "cert"
    if record.matching:
        return record.data == words.get(f"{part}-sha{256 * record.matching}", "").lower()
    try:
        der = base64.b64decode(words.get("cert", ""), validate=True)
    except ValueError:
        return False
    # The whole of the public key is not among what was seen, but its hash is.
    whole = hashlib.sha256(bytes.fromhex(record.data)).hexdigest() if len(record.data) % 2 == 0 else ""
    return whole == words.get("spki-sha256", "").lower() if record.selector else record.data == der.hex()


async def dane_matches(subject: Subject, resolver: Resolver) -> Seen[DaneMatch]:
    if "smtp" not in subject.looks:
        return Seen(missing=OPTION)
    seen = await dane_hosts(subject, resolver)
    facts = []
    passed_over: list[Answer] = []
    for host in seen.facts:
        answer = await ask(resolver, host.host, "STARTTLS")
        words = words_of(answer)
        usable = [record for record in host.records if not record.fault]
        settled = all(a.settled for a in host.rests_on)
        if settled and host.doubt is None and not (host.signed and host.mx_signed and usable):
            passed_over += host.rests_on  # senders do not look at them
            continue
        if answer.settled and not words.get("spki-sha256"):
            passed_over += (*host.rests_on, answer)  # without TLS there is no certificate to compare
            continue
        matches = any(_fits(record, words) for record in usable)
        doubt = host.doubt
        if not matches and any(record.of_chain for record in usable):
            doubt = doubt or "dane-chain-not-seen"
        facts.append(
            DaneMatch(
                scope=host.scope,
                domain=host.domain,
                host=host.host,
                records=host.records,
                signed=host.signed,
                mx_signed=host.mx_signed,
                own=host.own,
                aliases=host.aliases,
                matches=matches,
                spki=words.get("spki-sha256", "").lower(),
                rests_on=(*host.rests_on, answer),
                doubt=doubt,
            )
        )
    if seen.facts and not facts:
        return Seen(absent="dane-not-in-use", rests_on=tuple(dict.fromkeys(passed_over)))
    return Seen(tuple(facts), absent=seen.absent, rests_on=seen.rests_on)
