"""dkimpy, fed from answers: reading a DKIM key (RFC 6376 section 3.6.1, RFC 8463)."""

from __future__ import annotations

from dataclasses import dataclass

import dkim


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
