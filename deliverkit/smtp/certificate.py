"""What a server's certificate says (RFC 5280), and the digests that TLSA records name (RFC 6698)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Certificate:
    """``names``: the DNS names it is for. ``expires``: YYYY-MM-DD, UTC. ``spki``: the SubjectPublicKeyInfo, DER."""

    der: bytes
    names: tuple[str, ...]
    expires: str
    spki: bytes

    def digest(self, selector: str, algorithm: str) -> str:
        """Hex; ``selector``: ``cert`` or ``spki``; ``algorithm``: ``sha256`` or ``sha512`` (RFC 6698 sections 2.1.2
        and 2.1.3)."""
        return hashlib.new(algorithm, self.der if selector == "cert" else self.spki).hexdigest()


def read(der: bytes) -> Certificate | None:
    """None where the octets cannot be read as a certificate: a server may send anything."""
    from cryptography import x509  # noqa: PLC0415 - large, and few runs see a certificate
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    try:
        certificate = x509.load_der_x509_certificate(der)
        spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        expires = certificate.not_valid_after_utc.date().isoformat()
        try:
            extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            names = tuple(extension.value.get_values_for_type(x509.DNSName))
        except x509.ExtensionNotFound:
            names = ()
    except Exception:  # noqa: BLE001 - its ways to refuse what it is given are many, and all mean the same here
        return None
    return Certificate(der, names, expires, spki)
