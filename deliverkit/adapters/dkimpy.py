"""dkimpy behind its seam: keys (RFC 6376 section 3.6.1, RFC 8463 section 4) and signatures over SHA-256 digests.

Whatever a foreign function raises becomes a value here: dkimpy lets binascii, IndexError, AssertionError and
others through for hostile keys.
"""

from __future__ import annotations

from dataclasses import dataclass

import dkim
import nacl.signing
from dkim import crypto


@dataclass(frozen=True, slots=True)
class KeyReading:
    """``bits``: RSA modulus length, 256 for Ed25519, 0 when unreadable; then ``fault`` is dkimpy's reason."""

    kind: str
    bits: int
    fault: str


def read_key(text: str) -> KeyReading:
    """Read the public key in the joined text of a key record."""
    try:
        # Octets beyond ASCII cannot be part of a key; dkimpy's own encode would raise on them.
        raw = text.encode("ascii")
        _, bits, kind, _ = dkim.load_pk_from_dns(b"", dnsfunc=lambda *_, **__: raw)
        return KeyReading(str(kind, "ascii"), int(bits), "")
    except Exception as error:  # noqa: BLE001 - binascii, IndexError and others leave dkimpy for a bad key
        return KeyReading("", 0, str(error).splitlines()[0] if str(error) else type(error).__name__)


@dataclass(frozen=True, slots=True)
class RsaKey:
    modulus: int
    exponent: int

    @property
    def bits(self) -> int:
        return self.modulus.bit_length()


def rsa_key(der: bytes) -> RsaKey | None:
    """A SubjectPublicKeyInfo or a bare RSAPublicKey (RFC 6376 section 3.6.1 and its erratum 3017); None where
    it is neither. Time grows with the square of the length: the caller limits it."""
    try:
        numbers = crypto.parse_public_key(der)
        return RsaKey(int(numbers["modulus"]), int(numbers["publicExponent"]))
    except Exception:  # noqa: BLE001 - see the module's docstring
        return None


class _Digest:
    """What dkimpy asks of a hash object."""

    name = "sha256"

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def digest(self) -> bytes:
        return self._digest


def rsa_verifies(key: RsaKey, digest: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2)."""
    # dkimpy leaves out the first step, the length, and reduces what is not below the modulus.
    if len(signature) != (key.bits + 7) // 8 or int.from_bytes(signature, "big") >= key.modulus:
        return False
    numbers = {"modulus": key.modulus, "publicExponent": key.exponent}
    try:
        return bool(crypto.RSASSA_PKCS1_v1_5_verify(_Digest(digest), signature, numbers))
    except Exception:  # noqa: BLE001 - see the module's docstring
        return False


def ed25519_verifies(key: bytes, digest: bytes, signature: bytes) -> bool:
    """PureEdDSA over the SHA-256 digest (RFC 8463 section 3), with the library that dkimpy uses for it."""
    try:
        nacl.signing.VerifyKey(key).verify(digest, signature)
    except Exception:  # noqa: BLE001 - BadSignatureError, and ValueError for a wrong length
        return False
    return True
