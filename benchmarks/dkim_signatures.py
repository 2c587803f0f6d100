"""Signatures verified in a second on one core, the key's answer at hand: deliverkit.auth and dkimpy in turn."""

from __future__ import annotations

import asyncio
import base64
import statistics
import time
from collections.abc import Callable

import dkim as dkimpy
import nacl.signing
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deliverkit.auth.signatures import dkim
from deliverkit.model.answer import Answer, Question, Status, Txt

SECONDS = 0.4  # of one sample
SAMPLES = 7
SIZES = {"2 kB": 2_000, "100 kB": 100_000}
LINE = b"A line of text as newsletters have it, <b>with a little markup</b> in it.\r\n"


class Instant:
    """Answers every question with one record."""

    def __init__(self, record: str) -> None:
        self._records = (Txt.of(record),)

    async def ask(self, question: Question) -> Answer:
        return Answer(question, Status.OK, self._records)


def rsa_pair() -> tuple[bytes, str]:
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def ed25519_pair() -> tuple[bytes, str]:
    private = nacl.signing.SigningKey.generate()
    public = base64.b64encode(private.verify_key.encode()).decode()
    return base64.b64encode(private.encode()), f"v=DKIM1; k=ed25519; p={public}"


def signed(algorithm: str, private: bytes, octets: int) -> bytes:
    head = b"From: a@example.com\r\nTo: b@example.net\r\nSubject: News\r\nDate: Thu, 5 Nov 2026 10:00:00 +0000\r\n"
    body = LINE * (octets // len(LINE))
    field = dkimpy.sign(
        head + b"\r\n" + body,
        b"s1",
        b"example.com",
        private,
        canonicalize=(b"relaxed", b"relaxed"),
        signature_algorithm=algorithm.encode(),
    )
    return bytes(field) + head + b"\r\n" + body


def rate(once: Callable[[], bool]) -> float:
    """Runs in a second."""
    count, begin = 0, time.perf_counter()
    while (spent := time.perf_counter() - begin) < SECONDS:
        assert once()
        count += 1
    return count / spent


def compare(name: str, message: bytes, record: str) -> None:
    resolver = Instant(record)
    raw = record.encode()
    loop = asyncio.new_event_loop()

    def ours() -> bool:
        (result,) = loop.run_until_complete(dkim(message, resolver))
        return result.result == "pass"

    def theirs() -> bool:
        return bool(dkimpy.verify(message, dnsfunc=lambda *_, **__: raw))

    rates: dict[str, list[float]] = {"deliverkit": [], "dkimpy": []}
    for _ in range(SAMPLES):  # in turn, so that a slow moment of the machine hits both
        rates["deliverkit"].append(rate(ours))
        rates["dkimpy"].append(rate(theirs))
    loop.close()
    mine, other = (statistics.median(found) for found in rates.values())
    print(f"{name:<28} deliverkit {mine:8,.0f}/s   dkimpy {other:8,.0f}/s   {mine / other:.1f} x")


def main() -> None:
    pairs = {"rsa-sha256": rsa_pair(), "ed25519-sha256": ed25519_pair()}
    for algorithm, (private, record) in pairs.items():
        for size, octets in SIZES.items():
            compare(f"{algorithm}, {size}", signed(algorithm, private, octets), record)


if __name__ == "__main__":
    main()
