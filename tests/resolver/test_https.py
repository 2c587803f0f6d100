"""The door for HTTPS against a real TLS server on loopback, with certificates made here."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.https import LARGEST, Https
from deliverkit.resolver.zonefile import Zone
from tests.resolver.fakes import Scripted

HOST = "mta-sts.example.com"
URL = f"https://{HOST}/.well-known/mta-sts.txt"
ZONE = Zone.from_text("""
mta-sts.example.com. A 192.0.2.80
dead.example.com. A 192.0.2.81
dead.example.com. A 192.0.2.80
inside.example.com. A 10.0.0.1
inside.example.com. AAAA ::1
nat.example.com. AAAA 64:ff9b::7f00:1
empty.example.com. TXT "x"
""")
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


@cache
def certified(name: str = HOST, days: int = 30) -> tuple[bytes, bytes]:
    """Certificate and key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True)
class Server:
    """``reply``: what it sends; ``stays``: and then keeps the connection open."""

    reply: bytes = GOOD
    name: str = HOST
    days: int = 30
    stays: bool = False
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    seen: Callable[[bytes], None] = lambda _: None


def got(
    tmp_path: Path, server: Server, url: str = URL, *, trust: bool = True, timeout: float = 5.0
) -> Answer:
    pem, key = certified(server.name, server.days)
    file = tmp_path / "server.pem"
    file.write_bytes(pem + key)
    offering = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offering.load_cert_chain(file)
    trusting = ssl.create_default_context(cadata=pem.decode()) if trust else None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.seen(await reader.readuntil(b"\r\n\r\n"))
        writer.write(server.reply)
        await writer.drain()
        if server.stays:
            await asyncio.sleep(timeout * 3)
        writer.close()

    async def run() -> Answer:
        listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=offering)
        port = listening.sockets[0].getsockname()[1]
        closed = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        nobody = closed.sockets[0].getsockname()[1]
        closed.close()
        routes = {"192.0.2.80": f"127.0.0.1:{port}", "192.0.2.81": f"127.0.0.1:{nobody}"}
        door = Https(ZONE, routes=routes, context=trusting, timeout=timeout)
        answer = await door.ask(Question(url, "GET"))
        listening.close()
        return answer

    return asyncio.run(run())


def test_a_page(tmp_path: Path) -> None:
    requests: list[bytes] = []
    answer = got(tmp_path, Server(seen=requests.append))
    assert (answer.status, answer.records) == (Status.OK, ("200", "text/plain", "hello"))
    assert answer.origin.source == "192.0.2.80"
    assert requests[0].startswith(b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.com\r\n")


@pytest.mark.parametrize(
    ("reply", "records"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>no", ("404", "text/html", "")),
        (b"HTTP/1.1 301 Moved\r\nLocation: https://example.com/\r\n\r\n", ("301", "", "")),
        (b"HTTP/1.0 200 OK\r\n\r\n\x00\xff\r\n", ("200", "", "\x00\xff\r\n")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            ("200", "", "abcd"),
        ),
    ],
)
def test_what_the_server_says_is_settled(tmp_path: Path, reply: bytes, records: tuple[str, ...]) -> None:
    answer = got(tmp_path, Server(reply))
    assert answer.settled
    assert answer.records == records


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"\x00\x01\x02",
        b"220 mail.example.com ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_http_is_not_settled(tmp_path: Path, reply: bytes) -> None:
    answer = got(tmp_path, Server(reply))
    assert (answer.status, answer.records) == (Status.SERVFAIL, ())
    assert answer.detail


def test_too_much(tmp_path: Path) -> None:
    answer = got(tmp_path, Server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST + 1), stays=True))
    assert (answer.status, answer.records) == (Status.REFUSED, ())


def test_too_slow(tmp_path: Path) -> None:
    answer = got(tmp_path, Server(b"HTTP/1.1 200 OK\r\n", stays=True), timeout=0.3)
    assert (answer.status, answer.records) == (Status.TIMEOUT, ())


@pytest.mark.parametrize(
    ("server", "trust", "says"),
    [
        (Server(), False, "self-signed certificate"),
        (Server(days=-1), True, "certificate has expired"),
        (Server(name="other.example.com"), True, "Hostname mismatch"),
    ],
)
def test_a_certificate_that_does_not_hold_is_settled(
    tmp_path: Path, server: Server, trust: bool, says: str
) -> None:
    answer = got(tmp_path, server, trust=trust)
    assert (answer.status, answer.records) == (Status.NODATA, ())
    assert says in answer.detail


def test_the_next_address_where_one_is_dead(tmp_path: Path) -> None:
    answer = got(tmp_path, Server(name="dead.example.com"), "https://dead.example.com/x?y=Z")
    assert answer.names == ("200", "text/plain", "hello")


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://inside.example.com/", Status.NXDOMAIN),
        ("https://nat.example.com/", Status.NXDOMAIN),
        ("https://empty.example.com/", Status.NXDOMAIN),
        ("https://missing.example.com/", Status.NXDOMAIN),
        ("https://127.0.0.1/", Status.NXDOMAIN),
        ("https://[::1]/", Status.NXDOMAIN),
        ("http://mta-sts.example.com/", Status.REFUSED),
        ("https://mta-sts.example.com:8443/", Status.REFUSED),
        ("https://mta-sts.example.com:x/", Status.REFUSED),
        ("https://user@mta-sts.example.com/", Status.REFUSED),
        ("https://mta-sts.example.com/\r\nHost: x", Status.REFUSED),
        ("https://mta-sts.example.com/a b", Status.REFUSED),
        ("https://\u0430.example.com/", Status.REFUSED),
        ("https://[/", Status.REFUSED),
        ("file:///etc/passwd", Status.REFUSED),
        ("", Status.REFUSED),
    ],
)
def test_what_is_never_connected_to(url: str, status: Status) -> None:
    answer = asyncio.run(Https(ZONE).ask(Question(url, "GET")))
    assert (answer.status, answer.records) == (status, ())
    assert answer.detail


def test_open_addresses_leave_it_open() -> None:
    door = Https(Scripted({}, default=Status.SERVFAIL))
    assert asyncio.run(door.ask(Question(URL, "GET"))).status is Status.SERVFAIL
