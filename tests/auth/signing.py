"""Signing for tests: any header field that holds ``{bh}`` and ``{b}``, whether a signer would write it or not.

Canonicalization is dkimpy's, selection and RSA are written here, so what is tested is not tested against itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import lcm
from pathlib import Path
from typing import Any

import nacl.signing
from dkim.canonicalization import CanonicalizationPolicy

_SPKI_RSA = bytes.fromhex(
    "300d06092a864886f70d0101010500"
)  # rsaEncryption with NULL (RFC 3279 section 2.3.1)
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 section 9.2, note 1


@dataclass(frozen=True)
class RsaPair:
    p: int
    q: int
    exponent: int = 65537

    @property
    def modulus(self) -> int:
        return self.p * self.q

    @property
    def octets(self) -> int:
        return (self.modulus.bit_length() + 7) // 8

    def sign(self, digest: bytes) -> bytes:
        padding = b"\xff" * (self.octets - len(_SHA256) - len(digest) - 3)
        block = int.from_bytes(b"\x00\x01" + padding + b"\x00" + _SHA256 + digest, "big")
        private = pow(self.exponent, -1, lcm(self.p - 1, self.q - 1))
        return pow(block, private, self.modulus).to_bytes(self.octets, "big")

    def bare(self) -> bytes:
        """RSAPublicKey (RFC 8017 appendix A.1.1)."""
        return der(0x30, _integer(self.modulus) + _integer(self.exponent))

    def public(self) -> bytes:
        """SubjectPublicKeyInfo."""
        return der(0x30, _SPKI_RSA + der(0x03, b"\x00" + self.bare()))

    def record(self, tags: str = "v=DKIM1; k=rsa; ") -> str:
        return f"{tags}p={base64.b64encode(self.public()).decode()}"


@dataclass(frozen=True)
class EdPair:
    seed: bytes = bytes(range(32))

    def sign(self, digest: bytes) -> bytes:
        return bytes(nacl.signing.SigningKey(self.seed).sign(digest).signature)

    def public(self) -> bytes:
        return bytes(nacl.signing.SigningKey(self.seed).verify_key.encode())

    def record(self, tags: str = "v=DKIM1; k=ed25519; ") -> str:
        return f"{tags}p={base64.b64encode(self.public()).decode()}"


Pair = RsaPair | EdPair


def der(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _integer(number: int) -> bytes:
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


@cache
def _pairs() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "keys.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def rsa(bits: int = 1024) -> RsaPair:
    numbers = _pairs()[f"rsa-{bits}"]
    return RsaPair(int(numbers["p"], 16), int(numbers["q"], 16))


ED25519 = EdPair()

HEAD = (
    b"From: Author <author@example.com>\r\n"
    b"To: Reader <reader@example.net>\r\n"
    b"Subject: A  subject with\r\n\tfolds\r\n"
    b"Date: Thu, 5 Nov 2026 10:00:00 +0000\r\n"
)
BODY = b"First line \r\n\r\nSecond \t line\r\n\r\n\r\n"

TAGS = {
    "v": "1",
    "a": "rsa-sha256",
    "c": "relaxed/relaxed",
    "d": "example.com",
    "s": "s1",
    "h": "from:to:subject:date",
    "bh": "{bh}",
    "b": "{b}",
}
KEY_NAME = "s1._domainkey.example.com"


def layout(changes: Mapping[str, str | None] | None = None) -> str:
    """The tags above with changes, one after another; None leaves a tag out."""
    tags: dict[str, str | None] = {**TAGS, **(changes or {})}
    return " " + "; ".join(f"{tag}={value}" for tag, value in tags.items() if value is not None)


def fields_of(head: bytes) -> list[tuple[bytes, bytes]]:
    """Pairs of a name as written and everything after the colon, final CRLF included."""
    lines = re.split(rb"(?<=\r\n)(?![ \t])", head)
    return [(name, value) for name, _, value in (line.partition(b":") for line in lines if line)]


def _selected(head: bytes, names: Sequence[str]) -> list[tuple[bytes, bytes]]:
    left = fields_of(head)[::-1]
    found = []
    for name in names:
        for i, (given, _) in enumerate(left):
            if given.strip().lower() == name.encode():
                found.append(left.pop(i))
                break
    return found


def _policy(tags: Mapping[str, str]) -> Any:
    methods = [*tags.get("c", "simple/simple").split("/"), "simple"]
    return CanonicalizationPolicy.from_c_value(
        "/".join(m if m in {"simple", "relaxed"} else "relaxed" for m in methods[:2]).encode()
    )


def sign(
    text: str,
    head: bytes = HEAD,
    body: bytes = BODY,
    pair: Pair | None = None,
    *,
    name: str = "DKIM-Signature",
    fold: bool = False,
) -> bytes:
    """The header field with ``text`` as its value; ``{bh}`` and ``{b}`` in it are filled in, ``{b}`` in lines of
    their own if ``fold``."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        tag, _, value = part.partition("=")
        tags.setdefault(tag.strip(), value.strip())
    policy = _policy(tags)
    canonical = bytes(policy.canonicalize_body(body))
    covered = canonical[: int(tags["l"])] if tags.get("l", "").isdecimal() else canonical
    text = text.replace("{bh}", base64.b64encode(hashlib.sha256(covered).digest()).decode())
    own = re.sub(r"\s*\{b\}\s*", "", text)
    names = [part.strip().lower() for part in tags.get("h", "").split(":")]
    data = b""
    for field_name, value in policy.canonicalize_headers(_selected(head, names)):
        data += field_name + b":" + value
    ((field_name, value),) = policy.canonicalize_headers([(name.encode(), own.encode() + b"\r\n")])
    data += field_name + b":" + value.removesuffix(b"\r\n")
    b = base64.b64encode((pair or rsa()).sign(hashlib.sha256(data).digest())).decode()
    if fold:
        b = "\r\n\t".join(b[i : i + 40] for i in range(0, len(b), 40))
    return f"{name}:{text.replace('{b}', b)}\r\n".encode()


def signed(changes: Mapping[str, str | None] | None = None, pair: Pair | None = None) -> bytes:
    """A whole message with one signature."""
    return sign(layout(changes), pair=pair) + HEAD + b"\r\n" + BODY
