"""Addresses that a stranger's DNS may lead to."""

from __future__ import annotations

import pytest

from deliverkit.smtp.addresses import is_public


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("255.255.255.255", "224.0.0.1", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1"),
        *(
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ),
        *("::ffff:8.8.8.8", "2606:4700::1111%eth0", "3fff::1", "240.0.0.1", "198.18.0.1"),
        *("2002:a00:1::1", "mx.example.com", "", "127.1", "0x7f000001"),
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(address)
