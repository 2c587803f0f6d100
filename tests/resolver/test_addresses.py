"""No door leads to an address that is not of the public Internet, whatever the DNS of a stranger says."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Never

import pytest

from deliverkit.model.answer import Question, Status
from deliverkit.probing.flow import probe
from deliverkit.probing.model import Asking
from deliverkit.probing.target import target
from deliverkit.records import hostname
from deliverkit.resolver import live
from deliverkit.resolver.https import Https
from deliverkit.resolver.live import Live
from deliverkit.resolver.starttls import StartTls
from deliverkit.resolver.zonefile import Zone

INSIDE = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::a00:1",
    "64:ff9b:1::808:808",
    "2002:a9fe:a9fe::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:0:808:808:0:0:80ff:fffe",
    "100::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
)
OUTSIDE = ("8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1")
DOCUMENTATION = ("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is connected to; no connection is made."""
    called: list[object] = []

    async def connect(*args: object, **_named: object) -> Never:
        called.append(args)
        raise OSError

    monkeypatch.setattr(asyncio, "open_connection", connect)
    monkeypatch.setattr(live, "_udp", connect)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    return called


def tries(address: str, calls: list[object]) -> dict[str, bool]:
    """Which doors try to connect to a host with this address."""
    rtype = "AAAA" if ":" in address else "A"
    zone = Zone.from_text(f"mail.example.com. {rtype} {address}\nexample.com. MX 10 mail.example.com.")
    asking = Asking(helo="client.example.org", sender="a@example.org", stage=1, total=1)
    doors: dict[str, Coroutine[object, object, object]] = {
        "Live": Live().ask(Question("example.com", "A", at=address)),
        "Https": Https(zone).ask(Question("https://mail.example.com/", "GET")),
        "StartTls": StartTls(zone, "client.example.org").ask(Question("mail.example.com", "STARTTLS")),
        "probe": probe(target("a@example.com"), asking, zone),
    }
    tried = {}
    for name, door in doors.items():
        calls.clear()
        asyncio.run(door)
        tried[name] = bool(calls)
    return tried


@pytest.mark.parametrize("address", (*INSIDE, *DOCUMENTATION))
def test_nobody_connects_to_what_is_not_public(address: str, calls: list[object]) -> None:
    assert tries(address, calls) == {"Live": False, "Https": False, "StartTls": False, "probe": False}
    assert hostname.is_unreachable(address) is (address not in DOCUMENTATION)


@pytest.mark.parametrize("address", OUTSIDE)
def test_all_connect_to_what_is_public(address: str, calls: list[object]) -> None:
    assert tries(address, calls) == {"Live": True, "Https": True, "StartTls": True, "probe": True}
    assert not hostname.is_unreachable(address)


def test_what_is_no_address_is_not_asked() -> None:
    got = asyncio.run(Live().ask(Question("example.com", "A", at="ns1.example.com")))
    assert got.status is Status.TIMEOUT
