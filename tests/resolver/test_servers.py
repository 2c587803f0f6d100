"""Name servers as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from deliverkit.resolver.live import Live, parse_server
from deliverkit.resolver.servers import system_servers


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.53", "192.0.2.53", 53),
        (" 192.0.2.53:5353 ", "192.0.2.53", 5353),
        ("2001:DB8::53", "2001:db8::53", 53),
        ("[2001:db8::53]", "2001:db8::53", 53),
        ("[2001:db8::53]:65535", "2001:db8::53", 65535),
        ("fe80::1%eth0", "fe80::1%eth0", 53),
    ],
)
def test_readable(text: str, host: str, port: int) -> None:
    assert parse_server(text) == (host, port)


@pytest.mark.parametrize(
    "text", ["", "dns.example.com", "dns.example.com:53", "192.0.2", "[192.0.2.53", "[]:53", "a]b"]
)
def test_not_an_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an IP address; write it like 192\.0\.2\.53, "):
        parse_server(text)


@pytest.mark.parametrize("port", ["", "0", "65536", "53a", "-1", "999999", "٥٣"])
def test_not_a_port(port: str) -> None:
    with pytest.raises(ValueError, match="is not a number from 1 to 65535"):
        parse_server(f"[2001:db8::53]:{port}")


def test_live_refuses_a_host_name() -> None:
    with pytest.raises(ValueError, match=r"'dns\.example\.com' is not an IP address"):
        Live(["192.0.2.53", "dns.example.com"])


def test_the_system_file(tmp_path: Path) -> None:
    conf = tmp_path / "resolv.conf"
    conf.write_bytes(
        b"# nameserver 192.0.2.1\nsearch example.com\nnameserver 192.0.2.53 ; x\n\tnameserver\t2001:db8::53\n"
        b"nameserver\nnameserver nonsense\n\xff\nnameserver fe80::1%eth0\n"
    )
    assert system_servers(conf) == ("192.0.2.53", "2001:db8::53", "fe80::1%eth0")


def test_no_system_file(tmp_path: Path) -> None:
    assert system_servers(tmp_path / "missing") == ()
