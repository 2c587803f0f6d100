"""`deliverkit probe`: what it asks before it begins, its exit status, and both of its formats."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import jsonschema
import pytest
from click.testing import Result

from deliverkit import texts
from deliverkit.cli import _layout
from deliverkit.cli import probe as command_module
from deliverkit.probing.target import target
from deliverkit.resolver.zonefile import Zone
from tests.cli.running import call, closed, served
from tests.shared import ROOT
from tests.smtp.peer import DEFAULT, Peer

ALICE = "alice@example.com"


def probe(server: Peer, *arguments: str, recipient: str = ALICE) -> Result:
    here = ("--mx", "127.0.0.1", "--port", str(server.port), "--helo", "client.example.org", "--yes")
    return call("probe", recipient, *here, *arguments)


@pytest.mark.parametrize(
    ("script", "status", "last"),
    [
        ({}, 0, "Step 5, the result: ACCEPTED up to RCPT"),
        ({"RCPT": "550 5.1.1 User unknown"}, 1, "Step 5, the result: REFUSED"),
        ({"RCPT": "450 4.2.0 Greylisted"}, 3, "Step 5, the result: DEFERRED"),
        ({"banner": "@cut"}, 3, "Step 5, the result: COULD NOT TELL"),
    ],
)
def test_exit_status(script: dict[str, str], status: int, last: str) -> None:
    with Peer(DEFAULT | script) as server:
        result = probe(server)
    assert result.exit_code == status
    assert last in result.stdout.splitlines()
    assert b"DATA" not in server.heard.upper()


def test_the_whole_account() -> None:
    with Peer(DEFAULT | {"RCPT": "550-5.1.1 No\x1b[31m\r\n550 5.1.1 User unknown"}) as server:
        result = probe(server, "--mail-from", "news@example.org")
        port = server.port
    assert (
        result.stdout
        == f"""\
Probe of alice@example.com

Step 1, the domain
    127.0.0.1: 127.0.0.1

Steps 2 to 4, 127.0.0.1 [127.0.0.1] port {port}
    Connect
        = The server can be reached.
    Greeting
        < 220 mx.example.net ESMTP
        = The server greets.
    EHLO
        > EHLO client.example.org
        < 250-mx.example.net
        < 250-PIPELINING
        < 250 ENHANCEDSTATUSCODES
        = It takes your HELO name.
    MAIL FROM
        > MAIL FROM:<news@example.org>
        < 250 2.1.0 Ok
        = It takes this sender so far.
    RCPT TO
        > RCPT TO:<alice@example.com>
        < 550-5.1.1 No\\x1b[31m
        < 550 5.1.1 User unknown
        = 902: The recipient is unknown, or the address is not valid
        = The server answered with a permanent refusal at this stage: RCPT TO.
    RSET
        > RSET
        < 250 2.0.0 Ok
        = The mail was called off. No message was sent.
    QUIT
        > QUIT
        < 221 2.0.0 Bye
        = Goodbye.

Step 5, the result: REFUSED
    902: The recipient is unknown, or the address is not valid
    The server answered with a permanent refusal at this stage: RCPT TO.
    (decided by the words: user unknown)
    To do: Remove the address at once. Keep the share of invalid addresses in
    the list under 2 %.
    The conversation was not encrypted.
"""
    )


def test_json() -> None:
    with Peer(DEFAULT | {"RCPT": "550 5.1.1 \u202eUser unknown"}) as server:
        result = probe(server, "--format", "json")
    document: dict[str, Any] = json.loads(result.stdout)
    schema = json.loads(call("schema", "probe").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["target"] == {"address": ALICE, "domain": "example.com", "postmaster": False}
    rcpt = document["attempts"][0]["steps"][4]
    assert rcpt["reply"] == {"code": 550, "enhanced": "5.1.1", "lines": ["550 5.1.1 \u202eUser unknown"]}
    assert (document["result"]["state"], document["result"]["code"]) == ("refused", 902)
    assert "\u202e" not in result.stdout
    assert result.exit_code == 1


def test_the_schema_allows_nothing_undocumented() -> None:
    def objects(node: object) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)
        elif isinstance(node, list):
            for value in node:
                yield from objects(value)

    for node in objects(json.loads(call("schema", "probe").stdout)):
        assert node["additionalProperties"] is False
        assert set(node["required"]) == set(node["properties"])


def test_nothing_is_sent_without_consent() -> None:
    with Peer(DEFAULT) as server:
        arguments = ("--mx", "127.0.0.1", "--port", str(server.port), "--helo", "client.example.org")
        result = call("probe", ALICE, *arguments)
    assert (result.exit_code, result.stdout, server.connections) == (2, "", 0)
    assert "namespace mining" in " ".join(result.stderr.split())
    assert result.stderr.endswith(
        "Error: Nothing was sent. Some receivers punish probing; give --yes to go on where nobody can be asked.\n"
    )


@pytest.mark.parametrize("agreed", [True, False])
def test_on_a_terminal_it_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], agreed: bool
) -> None:
    monkeypatch.setattr(click, "confirm", lambda *_, **__: agreed)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with contextlib.nullcontext() if agreed else pytest.raises(SystemExit, check=lambda e: e.code == 3):
        command_module._confirm(target(ALICE), "", yes=False)
    out, said = capsys.readouterr()
    assert out == ""
    assert said.endswith("and not often.\n" if agreed else "and not often.\nNothing was sent.\n")


@pytest.mark.parametrize(
    ("mx", "begin"),
    [
        ("", "This connects to the mail server of example.com and names the recipient alice@example.com, "),
        ("127.0.0.1", "This connects to 127.0.0.1, the host of --mx, and names the recipient alice@"),
    ],
)
@pytest.mark.parametrize("columns", [None, 10, 50, 80, 200])
def test_the_warning_names_the_host_and_fits(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mx: str,
    begin: str,
    columns: int | None,
) -> None:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    command_module._confirm(target(ALICE), mx, yes=True)
    lines = capsys.readouterr().err.splitlines()
    assert " ".join(lines).startswith(begin)
    assert "namespace mining" in " ".join(lines)
    width = min(max(columns or 80, 40), 100)
    assert width - 20 < max(map(len, lines)) <= width


@pytest.mark.parametrize("columns", [None, 50, 200])
def test_the_account_fits(monkeypatch: pytest.MonkeyPatch, columns: int | None) -> None:
    monkeypatch.setattr(_layout, "terminal_width", lambda *_: columns)
    with Peer(DEFAULT | {"RCPT": "550 5.1.1 " + 20 * "no such user "}) as server:
        lines = probe(server).stdout.splitlines()
    width = min(columns or 80, 100)
    assert width - 20 < max(map(len, lines)) <= width


def test_who_interrupts_the_question_is_not_told_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: object, **__: object) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", abort)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(KeyboardInterrupt):
        command_module._confirm(target(ALICE), "", yes=False)


def test_the_warning_comes_with_yes_too() -> None:
    with Peer(DEFAULT) as server:
        assert "namespace mining" in " ".join(probe(server).stderr.split())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            (ALICE, "bob@example.com"),
            "One mailbox at a time: receivers take a row of probes for address harvesting and block whoever sends "
            "them.",
        ),
        (
            ("a b@example.com",),
            "ADDRESS_OR_DOMAIN: “a b@example.com” cannot be a mailbox: what stands before the @ breaks the rules of "
            "RFC 5321 section 4.1.2.",
        ),
        (
            ("a>\r\nDATA@example.com",),
            "ADDRESS_OR_DOMAIN: “a>\\x0d\\x0aDATA@example.com” cannot be a mailbox: what stands before the @ breaks "
            "the rules of RFC 5321 section 4.1.2.",
        ),
        (
            (f"{'a' * 65}@example.com",),
            f"ADDRESS_OR_DOMAIN: “{'a' * 65}@example.com” cannot be a mailbox: what stands before the @ is longer "
            "than 64 octets.",
        ),
        (
            ("@example.com",),
            "ADDRESS_OR_DOMAIN: “@example.com” cannot be a mailbox: there is nothing before the @.",
        ),
        (("alice@",), "ADDRESS_OR_DOMAIN: “alice@” cannot be a mailbox: there is no domain behind the @."),
        (
            ("192.0.2.1",),
            "ADDRESS_OR_DOMAIN: “192.0.2.1” is the address of a host; give a mailbox or a domain, and the host with "
            "--mx.",
        ),
        ((ALICE, "--helo", "a b"), "--helo: “a b” cannot be said in one word of printable ASCII."),
        (
            (ALICE, "--helo", "a\r\nDATA"),
            "--helo: “a\\x0d\\x0aDATA” cannot be said in one word of printable ASCII.",
        ),
        (
            (ALICE, "--mail-from", "x"),
            "--mail-from: “x” cannot be a sender address: there is no @ in it.",
        ),
        (
            (ALICE, "--mx", "a b"),
            "--mx: “a b” cannot be a domain name: it has a blank or a control character in it.",
        ),
    ],
)
def test_unusable(arguments: tuple[str, ...], line: str) -> None:
    result = call("probe", "--helo", "client.example.org", "--yes", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {line}\n"


def test_a_machine_without_a_full_name_needs_helo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "laptop")
    monkeypatch.setattr(socket, "getfqdn", lambda: "laptop.localdomain")
    result = call("probe", ALICE, "--yes")
    assert result.exit_code == 2
    assert "give --helo" in result.stderr


def test_the_name_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "laptop")
    monkeypatch.setattr(socket, "getfqdn", lambda: "laptop.example.org")
    with Peer(DEFAULT) as server:
        call("probe", ALICE, "--mx", "127.0.0.1", "--port", str(server.port), "--yes")
    assert server.commands[0] == "EHLO laptop.example.org"


def test_through_the_dns() -> None:
    zone = Zone.from_text("example.com. 60 MX 10 mx.example.com.\nmx.example.com. 60 A 127.0.0.1\n")
    with served(zone) as resolver, Peer(DEFAULT) as server:
        here = ("--resolver", resolver, "--port", str(server.port), "--helo", "client.example.org", "--yes")
        result = call("probe", "example.com", *here)
    assert result.exit_code == 3
    assert server.connections == 0
    assert "RCPT to postmaster@example.com" in result.stdout
    assert "    10 mx.example.com: 127.0.0.1\n" in result.stdout
    assert result.stdout.endswith(
        """\

    Connect
        = The DNS names an address that is not public, so it is not connected
          to. If it is your own server, give it with --mx ADDRESS.

Step 5, the result: COULD NOT TELL
    The DNS names an address that is not public, so it is not connected to. If
    it is your own server, give it with --mx ADDRESS.
"""
    )


def test_a_domain_that_is_not_there_and_one_that_nobody_answers_for() -> None:
    more = ("--helo", "client.example.org", "--yes")
    with served(Zone.from_text("example.com. 60 A 192.0.2.1\n")) as resolver:
        missing = call("probe", "x@example.net", "--resolver", resolver, *more)
    silent = call("probe", "x@example.net", "--resolver", closed(), *more)
    assert missing.exit_code == 1
    assert "    905: The recipient's domain does not exist\n" in missing.stdout
    assert silent.exit_code == 3
    assert "The DNS gave no answer to: example.net MX." in silent.stdout


def test_every_text_is_used() -> None:
    words = tomllib.loads((Path(texts.FOLDER) / "en" / "probe.toml").read_text(encoding="utf-8"))
    rooms = ("bounces", "probing", "smtp", "render", "cli")
    files = [p for room in rooms for p in sorted((ROOT / "deliverkit" / room).glob("*.py"))]
    code = "".join(p.read_text(encoding="utf-8") for p in files).replace("'", '"')
    made = {"connect-timeout", "connect-refused", "connect-unreachable", "connect-not-public"}
    for table, rows in words.items():
        for key in rows:
            last = key.removeprefix("connect-") if key in made else key
            assert f'"{last}"' in code or f'"{table}.{key}"' in code, (table, key)
