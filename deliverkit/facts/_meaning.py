"""What a record says to who evaluates it, so that records that are only written otherwise are told
from those that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from deliverkit.facts._servers import Need, serial
from deliverkit.model.answer import Answer, Mx, Status
from deliverkit.records import dkim, dmarc, spf


def said_of(need: Need, answer: Answer, ips: tuple[str, ...]) -> tuple[str, ...]:
    """What counts of an answer, in an order of its own: other texts may stand beside an SPF record, and of the
    addresses of a host only those that send."""
    if not answer.records:
        # To who wants a text, a name that does not exist is no other thing than one without texts.
        return (str(answer.status if need.purpose == "mx" else Status.NODATA),)
    match need.purpose:
        case "spf":
            said = [text for text in answer.texts if text.lower().startswith("v=spf1")]
        case "dmarc":
            said = [text for text in answer.texts if "".join(text.split()).lower().startswith("v=dmarc1")]
        case "helo":
            said = [ip for ip in answer.names if ip in ips]
        case "serial":
            said = [str(serial(answer))]
        case "mx":
            said = [f"{r.preference} {r.exchange or '.'}" for r in answer.records if isinstance(r, Mx)]
        case _:
            said = list(answer.texts)
    return tuple(sorted(said)) or (str(Status.NODATA),)


def meant_by(need: Need, said: tuple[str, ...]) -> Hashable:
    """The same for what comes to the same."""
    if need.purpose == "helo":
        # Who hands out the addresses of a host in turn, or by where the question comes from, names some of them.
        return said == (str(Status.NODATA),)
    return frozenset(Counter(_meaning(need.purpose, text) for text in said).items())


def _meaning(purpose: str, text: str) -> Hashable:
    """Equal for two texts that every receiver reads alike. ``purpose``: as in ServerAgreement; a text that is no
    sound record of that kind means itself."""
    match purpose:
        case "spf" if spf.is_spf(text):
            return tuple(_term(term) for term in spf.parse(text).terms)
        case "dmarc" if dmarc.is_dmarc(text):
            record = dmarc.parse(text)
            # Receivers pass over what is at fault, and so are tags that RFC 9989 took out but for their policies.
            said = replace(record, text="", faults=(), given=(), rua=(), ruf=())
            return said, frozenset(record.rua), frozenset(record.ruf), dmarc.parse_legacy(text)
        case "dkim" if not (key := dkim.parse(text)).fault:
            return replace(key, text="")
    return text


def _term(term: spf.Term) -> Hashable:
    if term.fault:
        return term.text
    if term.kind in ("ip4", "ip6"):
        return term.kind, term.qualifier, term.prefix4, term.prefix6, term.network
    # The case of a macro letter counts (RFC 7208 section 7.3), that of a name does not.
    value = term.value if term.has_macro else term.value.lower()
    return term.kind, term.qualifier, value, term.prefix4, term.prefix6
