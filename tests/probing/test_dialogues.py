"""The flow against a scripted peer: who stalls, cuts, lies and refuses at every stage."""

from __future__ import annotations

import asyncio
import json
import time
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deliverkit.probing.flow import probe
from deliverkit.probing.model import Asking, Probe
from deliverkit.probing.target import target
from deliverkit.render import probe_text, probe_v1
from deliverkit.resolver.zonefile import Zone
from tests.smtp import peer
from tests.smtp.peer import Peer

CASES = tomllib.loads((Path(__file__).parent / "dialogues.toml").read_text(encoding="utf-8"))["case"]
VALIDATOR = jsonschema.Draft202012Validator(probe_v1.schema())
NOTHING = Zone.from_text("", strict=True)
SHORT = 0.5


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return peer.certificate(tmp_path_factory.mktemp("certificate"), "mx.example.net")


def run(case: dict[str, Any], pem: Path) -> tuple[Probe, Peer]:
    usual = peer.TLS if case.get("tls") else peer.DEFAULT
    stalls = "@stall" in str(case) or case["reason"] == "timeout"
    with Peer(usual | case.get("script", {}), pem) as server:
        asking = Asking(
            "client.example.org",
            port=server.port,
            mx="127.0.0.1",
            tls=not case.get("no_tls"),
            stage=SHORT if stalls else 10,
        )
        found = asyncio.run(probe(target(case.get("recipient", "alice@example.com")), asking, NOTHING))
    return found, server


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_dialogue(case: dict[str, Any], pem: Path) -> None:
    started = time.monotonic()
    found, server = run(case, pem)
    assert time.monotonic() - started < 8
    attempt = found.attempts[-1]
    assert " ".join(step.name for step in attempt.session.steps) == case["steps"]
    result = found.result
    assert (result.state, result.reason, result.code) == (case["state"], case["reason"], case.get("code"))
    assert (result.basis, result.sign) == (case.get("basis", ""), case.get("sign", ""))
    assert list(found.notes) == case.get("notes", [])
    assert result.data.get("why") == case.get("why")
    if "detail" in case:
        assert result.data["detail"] == case["detail"]
    assert b"DATA" not in server.heard.upper()
    assert {command.split(" ")[0] for command in server.commands} <= {
        *("EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "RSET", "QUIT")
    }
    assert sum(command.startswith("RCPT") for command in server.commands) <= 1
    VALIDATOR.validate(json.loads(probe_v1.render(found)))
    text = probe_text.render(found, width=80)
    assert all(line.isprintable() for line in text.splitlines())
    assert all(len(line) <= 80 for line in text.splitlines())


def test_every_command_is_said_once_and_in_order(pem: Path) -> None:
    _, server = run({"reason": "accepted"}, pem)
    assert server.commands == [
        "EHLO client.example.org",
        "MAIL FROM:<>",
        "RCPT TO:<alice@example.com>",
        "RSET",
        "QUIT",
    ]


def test_an_international_address_is_said_in_utf8_and_its_domain_in_a_labels(pem: Path) -> None:
    script = {"EHLO": "250-mx.example.net\r\n250 SMTPUTF8"}
    _, server = run({"reason": "accepted", "recipient": "用戶@bücher.example", "script": script}, pem)
    assert server.commands[1:3] == ["MAIL FROM:<> SMTPUTF8", "RCPT TO:<用戶@xn--bcher-kva.example>"]


def test_an_unverified_certificate_costs_a_second_connection(pem: Path) -> None:
    found, server = run({"reason": "accepted", "tls": True}, pem)
    assert server.connections == 2
    tls = found.attempts[0].session.tls
    assert tls is not None
    assert (tls.protocol, tls.verified, tls.why) == ("TLSv1.3", False, "self-signed certificate")
    assert found.attempts[0].session.extensions == ("SMTPUTF8",)
    steps = found.attempts[0].session.steps
    assert [s.name for s in steps if s.encrypted] == ["tls", "ehlo", "mail", "rcpt", "rset", "quit"]


def test_multi_line_replies_are_kept_verbatim(pem: Path) -> None:
    reply = "550-5.1.1 The account does not exist.\r\n550-5.1.1 Look for typos\r\n550 5.1.1 user unknown"
    found, _ = run({"reason": "reply", "script": {"RCPT": reply}}, pem)
    rcpt = found.attempts[0].session.step("rcpt")
    assert rcpt is not None and rcpt.reply is not None
    assert rcpt.reply.verbatim == tuple(reply.split("\r\n"))
    assert rcpt.reply.enhanced == "5.1.1"
    assert rcpt.reply.text == "The account does not exist. Look for typos user unknown"
