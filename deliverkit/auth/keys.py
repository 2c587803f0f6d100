"""From the answer at a key name to a key that may be used for a signature: RFC 6376 sections 3.6.1 and 6.1.2.

RFC 6376 ends all of these in PERMFAIL or TEMPFAIL; they are ``permerror`` and ``temperror`` here (RFC 8601 section
2.7.1 keeps ``fail`` for a signature that was put to the test).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from deliverkit.adapters import dkimpy
from deliverkit.auth.results import Reason, Result
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.rule import Value
from deliverkit.records import dkim
from deliverkit.records.dkim_signature import Kind, Signature
from deliverkit.resolver import Resolver

LEAST_BITS = 1024
"""RFC 8301 section 3.2: verifiers must not take signatures with shorter RSA keys for valid."""

MOST_BITS = 8192
"""RFC 8301 section 3.2 asks for 4096 and allows more; time grows with the cube of the length."""

_MOST_EXPONENT_BITS = 64
_MOST_KEY_TEXT = 2 * MOST_BITS // 6  # characters of base64: modulus, exponent and their wrapping


@dataclass(frozen=True, slots=True)
class Key:
    """``bits``: RSA modulus, 256 for Ed25519."""

    record: dkim.DkimKeyRecord
    kind: str
    bits: int
    numbers: dkimpy.RsaKey | bytes

    def verifies(self, digest: bytes, signature: bytes) -> bool:
        if isinstance(self.numbers, dkimpy.RsaKey):
            return dkimpy.rsa_verifies(self.numbers, digest, signature)
        return dkimpy.ed25519_verifies(self.numbers, digest, signature)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a signature ends. ``bits``: those of the key, where it was read and is the cause."""

    result: Result
    reason: Reason
    bits: int = 0


async def ask(resolver: Resolver, names: Iterable[str]) -> Mapping[str, Answer]:
    """The TXT answers at these names, each asked once, all at the same time."""
    questions = [Question(name, "TXT") for name in dict.fromkeys(names)]
    if len(questions) == 1:  # a task would cost as much as the rest of the asking
        return {questions[0].name: await resolver.ask(questions[0])}
    answers = await asyncio.gather(*map(resolver.ask, questions))
    return {question.name: answer for question, answer in zip(questions, answers, strict=True)}


def select(answer: Answer, signature: Signature) -> Key | Verdict:
    """The key for ``signature``, or why there is none."""
    name = answer.question.name
    if not answer.settled:
        return Verdict(
            Result.TEMPERROR, Reason("dkim.key-unavailable", {"name": name, "status": answer.status})
        )
    texts = tuple(dict.fromkeys(answer.texts))
    if not texts:
        missing = "dkim.key-name-missing" if answer.status is Status.NXDOMAIN else "dkim.key-missing"
        return _never(missing, name=name)
    # A TXT of another kind (often from a wildcard) beside the key must not spoil it.
    meant = [text for text in texts if dkim.looks_like_key(text)]
    if not meant:
        return _never("dkim.key-foreign", name=name, text=texts[0])
    if len(meant) > 1 and len({replace(dkim.parse(text), text="") for text in meant}) > 1:
        # Section 6.1.2 lets a verifier pick one or try all, section 3.6.2.2 calls it undefined: what one receiver
        # accepts another refuses, so it cannot be called a pass.
        return _never("dkim.key-several", name=name, count=len(meant))
    record, found = _read(meant[0])
    return _unusable(record, name, signature) or _unfit(found, signature) or found


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[dkim.DkimKeyRecord, Key | Verdict]:
    """The record in a text, and the key in its ``p=``, whatever its other tags say."""
    record = dkim.parse(text)
    return record, _key(record)


def _key(record: dkim.DkimKeyRecord) -> Key | Verdict:
    p = record.p or ""
    if len(p) > _MOST_KEY_TEXT:
        return _too_long(len(p) * 6)
    octets = dkim.decoded(p)
    if not octets:
        return _never("dkim.key-encoding")
    if record.kind == "ed25519":
        if len(octets) != 32:  # RFC 8463 section 4.2: the bare 256 bits
            return _never("dkim.key-length", octets=len(octets))
        return Key(record, "ed25519", 256, octets)
    numbers = dkimpy.rsa_key(octets)
    if numbers is None or numbers.modulus % 2 == 0:
        return _never("dkim.key-unreadable")
    if (
        numbers.exponent < 3
        or numbers.exponent % 2 == 0
        or numbers.exponent.bit_length() > _MOST_EXPONENT_BITS
    ):
        # RFC 8017 section 3.1; with 1 anybody can sign, with a very large one a verifier can be kept busy.
        return _never("dkim.key-exponent")
    if numbers.bits > MOST_BITS:
        return _too_long(numbers.bits)
    return Key(record, "rsa", numbers.bits, numbers)


def _too_long(bits: int) -> Verdict:
    """``neutral``: the signature may be good, this evaluator does not try (RFC 8601 section 2.7.1)."""
    return Verdict(Result.NEUTRAL, Reason("dkim.key-too-long", {"bits": bits, "most": MOST_BITS}), bits)


def _unusable(record: dkim.DkimKeyRecord, name: str, signature: Signature) -> Verdict | None:
    """What the record says of itself, in the order of section 6.1.2."""
    kind, _, hash_name = signature.algorithm.partition("-")
    if record.fault:
        return _never(f"dkim.key-{record.fault}", name=name)
    if not record.well_formed:
        return _never("dkim.key-syntax", name=name)
    if record.hashes and hash_name not in record.hashes:
        return _never("dkim.key-hash", name=name, hashes=record.hashes, hash=hash_name)
    if not record.p:
        return _never("dkim.key-revoked", name=name)
    if not {"*", "email"}.intersection(record.services):
        return _never("dkim.key-service", name=name, services=record.services)
    if record.kind not in _KINDS:
        return _never("dkim.key-type", name=name, kind=record.kind)
    if record.kind != kind:
        return _never("dkim.key-type-differs", name=name, kind=record.kind, algorithm=signature.algorithm)
    if "s" in record.flags and signature.kind is Kind.DKIM:
        identity = signature.identity.rpartition("@")[2]
        if identity != signature.domain:
            return _never("dkim.key-identity", identity=identity, domain=signature.domain)
    return None


_KINDS = frozenset({"rsa", "ed25519"})


def _unfit(found: Key | Verdict, signature: Signature) -> Verdict | None:
    if not isinstance(found, Key) or found.kind != "rsa" or found.bits >= LEAST_BITS:
        return None
    # The RFC that sets the limit says that such signatures have failed permanently, so this is no local policy.
    data: dict[str, Value] = {"bits": found.bits, "least": LEAST_BITS, "domain": signature.domain}
    return Verdict(Result.PERMERROR, Reason("dkim.key-too-short", data), found.bits)


def _never(key: str, **data: Value) -> Verdict:
    return Verdict(Result.PERMERROR, Reason(key, data))
