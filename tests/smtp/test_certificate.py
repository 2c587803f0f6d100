"""Certificates: what is read, and that any octets are survived."""

from __future__ import annotations

import ssl
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from deliverkit.smtp import certificate
from tests.smtp import peer


def test_read(tmp_path: Path) -> None:
    pem = peer.certificate(tmp_path, "mx.example.net", "mail.example.net").read_text()
    der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERT") :])
    found = certificate.read(der)
    assert found is not None
    assert (found.names, found.expires) == (("mx.example.net", "mail.example.net"), "2049-01-02")
    assert found.der == der and found.spki in der
    broken = bytearray(der)
    for place in range(0, len(der), 7):
        broken[place] ^= 0xFF
        certificate.read(bytes(broken))


@given(st.binary(max_size=200))
def test_any_octets(der: bytes) -> None:
    assert certificate.read(der) is None
