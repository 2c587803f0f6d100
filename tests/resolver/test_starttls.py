"""How mail hosts encrypt, as answers: the words and their order, and what is not settled."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from pathlib import Path

import pytest

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.recorded import Recorder, Replay
from deliverkit.resolver.starttls import StartTls
from deliverkit.resolver.zonefile import Zone
from tests.cli.running import Ending
from tests.smtp import peer
from tests.smtp.peer import DEFAULT, TLS, Peer

ASKED = Question("mx.example.net", "STARTTLS")
ZONE = """
mx.example.net. 60 A 192.0.2.1
two.example.net. 60 A 192.0.2.1
two.example.net. 60 AAAA 2001:db8::1
inside.example.net. 60 A 127.0.0.1
none.example.net. 60 TXT "no address"
"""
WITH_TLS = ("protocol", "verified", "names", "expires", *(
    f"{selector}-{algorithm}" for algorithm in ("sha256", "sha512") for selector in ("spki", "cert")
), "cert")  # fmt: skip


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return peer.certificate(tmp_path_factory.mktemp("certificate"), "mx.example.net", "*.mail.example.net")


@pytest.fixture
def zone() -> Zone:
    return Zone.from_text(ZONE)


def answer(below: Resolver, server: Peer, question: Question = ASKED, *, stage: float = 5) -> Answer:
    routes = {"192.0.2.1": server.address}
    return asyncio.run(StartTls(below, "client.example.org", routes=routes, stage=stage).ask(question))


def words(found: Answer) -> dict[str, str]:
    return dict(str(record).split("=", 1) for record in found.records)


def test_the_words_of_a_host_with_a_certificate_of_its_own(zone: Zone, pem: Path) -> None:
    with Peer(TLS, pem) as server:
        found = answer(zone, server)
    said = words(found)
    assert found.status is Status.OK
    assert tuple(said) == ("banner", "starttls", "protocol", "verified", "why", *WITH_TLS[2:])
    assert said["banner"] == "mx.example.net ESMTP"
    assert said["starttls"] == "offered"
    assert said["protocol"] == "TLSv1.3"
    assert (said["verified"], said["why"]) == ("no", "self-signed certificate")
    assert said["names"] == "mx.example.net,*.mail.example.net"
    assert said["expires"] == "2049-01-02"
    der = ssl.PEM_cert_to_DER_cert("-----BEGIN CERT" + pem.read_text().split("-----BEGIN CERT")[1])
    assert base64.b64decode(said["cert"]) == der
    assert said["cert-sha256"] == hashlib.sha256(der).hexdigest()
    assert said["cert-sha512"] == hashlib.sha512(der).hexdigest()
    assert (len(said["spki-sha256"]), len(said["spki-sha512"])) == (64, 128)
    assert found.origin == Origin("192.0.2.1:25")
    hello = "EHLO client.example.org"
    assert server.commands == [hello, "STARTTLS", hello, "STARTTLS", hello, "QUIT"]


def test_a_verified_certificate(zone: Zone, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with Peer(TLS, pem) as server:
        found = answer(zone, server)
    assert tuple(words(found)) == ("banner", "starttls", *WITH_TLS)
    assert words(found)["verified"] == "yes"
    assert server.connections == 1


def test_a_trusted_certificate_for_another_name(
    zone: Zone, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with Peer(TLS, pem) as server:
        found = answer(zone, server, Question("two.example.net", "STARTTLS"))
    assert words(found)["verified"] == "no"
    assert "two.example.net" in words(found)["why"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (DEFAULT, {"starttls": "not-offered"}),
        (DEFAULT | {"EHLO": "502 no"}, {"starttls": "not-offered"}),
        (TLS | {"STARTTLS": "454 4.7.0 not now"}, {"starttls": "refused"}),
        (TLS | {"STARTTLS": "@tls-not"}, {"starttls": "offered"}),
        (TLS | {"STARTTLS": "@tls-inject"}, {"starttls": "offered"}),
    ],
)
def test_without_tls(zone: Zone, pem: Path, script: dict[str, str], said: dict[str, str]) -> None:
    with Peer(script, pem) as server:
        found = answer(zone, server)
    assert found.status is Status.OK
    assert words(found) == {"banner": "mx.example.net ESMTP"} | said
    assert bool(found.detail) == (script.get("STARTTLS") is not None)


@pytest.mark.parametrize(
    ("script", "status", "detail"),
    [
        ({"banner": "@cut"}, Status.SERVFAIL, "banner: cut"),
        ({"banner": "@stall"}, Status.TIMEOUT, "banner: timeout"),
        ({"banner": "554 5.7.1 not you"}, Status.REFUSED, "banner: 554 5.7.1 not you"),
        ({"banner": "SSH-2.0-x"}, Status.SERVFAIL, "banner: not-a-reply SSH-2.0-x"),
        ({"EHLO": "550 no"}, Status.REFUSED, "ehlo: 550 no"),
        ({"EHLO": "421 4.3.2 busy"}, Status.REFUSED, "ehlo: 421 4.3.2 busy"),
        ({"STARTTLS": "@cut"}, Status.SERVFAIL, "starttls: cut"),
        ({"STARTTLS": "@tls-stall"}, Status.TIMEOUT, "tls: timeout"),
    ],
)
def test_not_settled(zone: Zone, pem: Path, script: dict[str, str], status: Status, detail: str) -> None:
    with Peer(TLS | script, pem) as server:
        found = answer(zone, server, stage=0.5)
    assert (found.status, found.detail, found.records) == (status, detail, ())
    assert not found.settled


def test_the_host_is_not_public(zone: Zone) -> None:
    with Peer(DEFAULT) as server:
        found = answer(zone, server, Question("inside.example.net", "STARTTLS"))
    assert (found.status, found.detail) == (Status.REFUSED, "no address of the host is a public one")
    assert server.connections == 0


def test_the_next_address(zone: Zone) -> None:
    with Peer(DEFAULT) as server:
        routes = {"192.0.2.1": server.address, "2001:db8::1": "127.0.0.1:1"}
        door = StartTls(zone, "client.example.org", routes=routes)
        found = asyncio.run(door.ask(Question("two.example.net", "STARTTLS")))
    assert (found.status, found.origin) == (Status.OK, Origin("192.0.2.1:25"))


@pytest.mark.parametrize(
    ("name", "detail"),
    [("none.example.net", "the host has no address"), ("gone.example.net", "the host has no address")],
)
def test_no_address(zone: Zone, name: str, detail: str) -> None:
    with Peer(DEFAULT) as server:
        found = answer(zone, server, Question(name, "STARTTLS"))
    assert (found.settled, found.detail) == (False, detail)


def test_the_addresses_do_not_come(zone: Zone) -> None:
    with Peer(DEFAULT) as server:
        found = answer(Ending(Status.TIMEOUT, lambda _: True, zone), server)
    assert (found.status, found.detail) == (Status.TIMEOUT, "no answer to mx.example.net AAAA")


def test_an_answer_can_be_recorded_and_replayed(zone: Zone, pem: Path) -> None:
    from deliverkit.model.subject import Subject

    with Peer(TLS | {"banner": "220 \x1b[31mmx=\x00 \u6f22"}, pem) as server:
        door = StartTls(zone, "client.example.org", routes={"192.0.2.1": server.address})
        recorder = Recorder(door)
        found = asyncio.run(recorder.ask(ASKED))
    replayed = Replay.from_text(recorder.dump(Subject("example.net"), "test 1"), "test")
    again = asyncio.run(replayed.ask(ASKED))
    assert again.records == found.records
    assert words(again)["banner"] == "\x1b[31mmx=\x00 \u6f22"
