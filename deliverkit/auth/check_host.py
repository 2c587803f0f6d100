"""SPF: check_host() of RFC 7208 section 4, with a trace of every term that it met."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from deliverkit.auth._clock import clock
from deliverkit.auth._spf_asking import Client, Stop, target_question
from deliverkit.auth._spf_plan import Move
from deliverkit.auth._spf_walk import Verdict, Walk
from deliverkit.auth.macros import compiled, expanded_explanation, is_explanation, letters
from deliverkit.auth.results import Reason, Result, SpfResult, SpfStep
from deliverkit.model.answer import Question, Status, Txt
from deliverkit.records import hostname
from deliverkit.records.spf import LONGEST_NAME, target_name
from deliverkit.resolver import Resolver

_VISIBLE = re.compile(r"[!-~]*\Z")
_LONGEST_ADDRESS = 45  # characters of an IPv6 address that ends in an IPv4 one


async def spf(  # noqa: PLR0917 - the six that describe one check
    ip: str,
    mail_from: str | None,
    helo: str | None,
    resolver: Resolver,
    receiver: str | None = None,
    now: float | None = None,
) -> SpfResult:
    """Whether ``ip`` may send for the domain of ``mail_from``, or for ``helo`` where MAIL FROM is empty, ``<>`` or
    None (RFC 7208 section 2.4).

    ``mail_from``: an address, or a domain alone, for which ``postmaster`` stands in (section 4.3). ``receiver``: the
    host that asks, and ``now``: Unix seconds, None for the present; both are for explanations (the macros r and t).
    Domains may have U-labels (RFC 8616). Questions are asked one after another and each once; whoever wants them
    asked at once puts a filled cache below. Never raises: what cannot be evaluated is a result with its reason.
    """
    mail_from, helo = mail_from or "", helo or ""
    identity, local, said = _sender(mail_from, helo)
    domain, fault = _domain(said)
    sender = f"{local}@{domain}"
    client = _client(ip) if len(ip) <= _LONGEST_ADDRESS else None
    if client is None or fault:
        key, about = ("spf.no-address", ip) if client is None else (f"spf.no-domain.{fault}", said)
        return SpfResult(Result.NONE, Reason(key, {"said": about}), ip, identity, domain.lower(), sender)
    greeting, unusable = _domain(helo)
    values = {"s": sender, "l": local, "o": domain, "h": helo if unusable else greeting, **client.letters}
    walk = Walk(client, values, resolver)
    verdict, limit, explanation = None, "", None
    try:
        verdict = await _verdict(walk, domain)
        result, reason = verdict.result, _reason(verdict, walk, domain)
        if verdict.exp is not None:
            explanation = await _explanation(walk, verdict.exp, verdict, receiver, now)
    except Stop as stop:
        result, reason, limit = stop.result, stop.reason, stop.limit
    return SpfResult(
        result,
        reason,
        client.text,
        identity,
        domain.lower(),
        sender,
        tuple(walk.trace),
        verdict.by if verdict else None,
        walk.lookups,
        walk.voids,
        limit,
        explanation,
        tuple(walk.answers.values()),
    )


async def _verdict(walk: Walk, domain: str) -> Verdict:
    found = await walk.record(domain, [])
    return Verdict(Result.NONE, domain) if found is None else await walk.evaluate(found, domain)


def _sender(mail_from: str, helo: str) -> tuple[str, str, str]:
    """The identity (sections 2.3 and 2.4), the local part and the domain as given."""
    address = mail_from.strip()
    if address.startswith("<") and address.endswith(">"):
        address = address[1:-1].strip()
    if not address:
        return "helo", "postmaster", helo
    local, _, domain = address.rpartition("@")  # a quoted local part may hold another one
    return "mailfrom", local or "postmaster", domain


def _domain(text: str) -> tuple[str, str]:
    """The domain with A-labels and without the final dot, and the text key of why it is none that can be asked
    for (section 4.3), '' where it can."""
    name = text.strip().removesuffix(".")
    if not name:
        return name, "empty"
    if name.startswith("[") or ((":" in name or name[-1].isdecimal()) and hostname.is_address(name)):
        return name, "address"
    if not name.isascii():
        name = hostname.a_labels(name) or name
    if len(name) > LONGEST_NAME or not target_name(name) or not _VISIBLE.match(name):
        return name, "malformed"
    return name, "" if "." in name else "single-label"


@lru_cache(maxsize=1024)
def _client(ip: str) -> Client | None:
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None  # it means something on one link only, and SPF has no word for it
        address = address.ipv4_mapped or address  # section 5: compared as IPv4
    text, number, reverse = str(address), int(address), address.reverse_pointer
    if isinstance(address, ipaddress.IPv4Address):
        return Client(text, number, 32, "A", reverse, {"i": text, "c": text, "v": "in-addr"})
    nibbles = ".".join(f"{number:032X}")  # section 7.3
    return Client(text, number, 128, "AAAA", reverse, {"i": nibbles, "c": text, "v": "ip6"})


def _reason(verdict: Verdict, walk: Walk, domain: str) -> Reason:
    if verdict.result is Result.NONE:
        gone = walk.answers[target_question(domain, "TXT")].status is Status.NXDOMAIN
        return Reason("spf.no-such-domain" if gone else "spf.no-record", {"domain": domain})
    ip = walk.client.text
    if verdict.by is None:
        return Reason("spf.no-match", {"ip": ip, "domain": verdict.domain})
    data = {"ip": ip, "term": verdict.term, "domain": verdict.domain, "result": str(verdict.result)}
    if verdict.inside is None:
        return Reason("spf.match", data)
    leaf = verdict.inside
    while leaf.inside is not None:
        leaf = leaf.inside
    return Reason("spf.match-inside", {**data, "inner_term": leaf.term, "inner_domain": leaf.domain})


async def _explanation(
    walk: Walk, exp: Move, verdict: Verdict, receiver: str | None, now: float | None
) -> str | None:
    """Section 6.2: whatever goes wrong, it is as if there were no ``exp``. None of it counts towards a limit
    (section 4.6.4)."""
    asked: list[Question] = []
    text, note = None, "no-such-name"
    target = await walk.target(exp, verdict.domain, asked)
    if target:
        answer = await walk.ask(target_question(target, "TXT"), asked)
        texts = [record.text for record in answer.records if isinstance(record, Txt)]
        note = "explanation-missing"
        if answer.settled and len(texts) == 1:
            own = {"r": receiver or "unknown", "t": str(clock(now))}
            text = await _explained(walk, texts[0], verdict.domain, own, asked)
            note = "explanation-unusable" if text is None else "explanation"
    said = Reason(f"spf.note.{note}")
    walk.trace.append(
        SpfStep(
            verdict.depth,
            verdict.domain,
            exp.text,
            "ignored" if text is None else "used",
            asked=tuple(asked),
            note=said,
        )
    )
    return text


async def _explained(
    walk: Walk, text: str, domain: str, own: dict[str, str], asked: list[Question]
) -> str | None:
    if not is_explanation(text):
        return None
    tokens = compiled(text)
    values = await walk.values(letters(tokens), domain, asked)
    return expanded_explanation(tokens, {**values, **own})
