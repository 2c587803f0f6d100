"""Why the signatures of an answer do not hold, by dnspython's validation (RFC 4035 section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from deliverkit.model.answer import Answer
from deliverkit.resolver.wire import to_name, to_rdata

if TYPE_CHECKING:
    from dns.rdtypes.ANY.DNSKEY import DNSKEY
    from dns.rdtypes.ANY.DS import DS
    from dns.rdtypes.ANY.RRSIG import RRSIG
    from dns.rrset import RRset

_MOST = 16
"""Keys, and signatures of one RRset, that are looked at; a validator has such bounds too, for every pair costs."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``key``: as `deliverkit.facts.values.Validation` lists them, or ``unsupported`` where nothing can be said.
    ``date`` and ``tags``: likewise."""

    key: str
    date: str = ""
    tags: tuple[str, ...] = ()


def zone_fault(zone: str, keys: Answer, ds: Answer, now: int) -> Fault | None:
    """What is wrong with the keys of a signed zone; None where they hold. ``ds`` has records; ``now`` in Unix seconds.
    ``keys``: its DNSKEY records with their signatures."""
    import dns.dnssec  # noqa: PLC0415 - brings cryptography along, and hardly any audit comes here
    import dns.exception  # noqa: PLC0415

    known = list(_parsed("DNSKEY", keys.records))
    parents: list[DS] = list(_parsed("DS", ds.records))
    if not keys.records:
        return Fault("dnskey-missing", tags=_tags(str(d.key_tag) for d in parents))
    entries: list[DNSKEY] = []
    supported = False
    for parent in parents:
        for key in known:
            if dns.dnssec.key_id(key) != parent.key_tag or key.algorithm != parent.algorithm:
                continue
            try:
                made = dns.dnssec.make_ds(to_name(zone), key, parent.digest_type, validating=True)
            except (dns.exception.DNSException, ValueError):
                continue
            supported = True
            if made == parent:
                entries.append(key)
    if not entries:
        unsupported = not supported and {d.key_tag for d in parents} & {dns.dnssec.key_id(k) for k in known}
        return Fault(
            "unsupported" if unsupported else "ds-mismatch", tags=_tags(str(d.key_tag) for d in parents)
        )
    return _signed_by(entries, zone, keys, now)


def record_fault(zone: str, keys: Answer, answer: Answer, now: int) -> Fault | None:
    """What is wrong with the signatures over the records of ``answer``, which lie in ``zone``; None where one holds."""
    return _signed_by(list(_parsed("DNSKEY", keys.records)), zone, answer, now)


def _signed_by(keys: Sequence[DNSKEY], zone: str, answer: Answer, now: int) -> Fault | None:
    import dns.dnssec  # noqa: PLC0415
    import dns.exception  # noqa: PLC0415

    signatures: list[RRSIG] = list(_parsed("RRSIG", answer.signatures))
    if not signatures:
        return Fault("unsupported" if answer.signatures else "signature-missing")
    origin = to_name(zone)
    rrset = _rrset(answer)
    if rrset is None:
        return Fault("unsupported")
    faults: list[Fault] = []
    for signature in signatures:
        own = [
            k for k in keys if (dns.dnssec.key_id(k), k.algorithm) == (signature.key_tag, signature.algorithm)
        ]
        tag = (str(signature.key_tag),)
        if signature.expiration < now:
            faults.append(Fault("expired", _date(signature.expiration), tag))
        elif signature.inception > now:
            faults.append(Fault("not-yet-valid", _date(signature.inception), tag))
        elif not own or signature.signer != origin:
            faults.append(Fault("key-missing", tags=tag))
        else:
            try:
                dns.dnssec.validate_rrsig(rrset, signature, {origin: _keyring(own)}, now=now)
            except dns.exception.UnsupportedAlgorithm:
                faults.append(Fault("unsupported"))
            except (dns.exception.DNSException, ValueError):
                faults.append(Fault("signature-wrong", tags=tag))
            else:
                return None
    return next((f for f in faults if f.key != "unsupported"), faults[0])


def _keyring(keys: Iterable[DNSKEY]) -> RRset:
    import dns.rrset  # noqa: PLC0415

    return dns.rrset.from_rdata_list("", 0, list(keys))


def _rrset(answer: Answer) -> RRset | None:
    import dns.rrset  # noqa: PLC0415

    name = answer.aliases[-1] if answer.aliases else answer.question.name
    try:
        rdatas = [to_rdata(answer.question.rtype, record) for record in answer.records]
        return dns.rrset.from_rdata_list(to_name(name), answer.ttl or 0, rdatas)
    except ValueError:
        return None


def _parsed(rtype: str, texts: Iterable[object]) -> list[Any]:
    """The values that can be read; what cannot be is what nobody can use."""
    parsed = []
    for text in list(texts)[:_MOST]:
        try:
            parsed.append(to_rdata(rtype, str(text)))
        except ValueError:
            continue
    return parsed


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
