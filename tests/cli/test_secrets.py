"""Access keys of blocklists reach the name server that is asked, and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.zonefile import Zone
from tests.cli.running import Asked, Ending, call, closed, process, served

SPAMHAUS, ABUSIX = "S3cretSpamhausKey0123456789", "s3cret-abusix_key"
KEYS = {"DELIVERKIT_SPAMHAUS_DQS_KEY": SPAMHAUS, "DELIVERKIT_ABUSIX_KEY": f" {ABUSIX} "}
ZONES = (
    f"{SPAMHAUS}.zen.dq.spamhaus.net",
    f"{SPAMHAUS}.dbl.dq.spamhaus.net",
    f"{ABUSIX}.combined.mail.abusix.zone",
)
# The lists list the stream, and answer under another name that holds the key as well.
LISTS = Zone.from_text(
    f"""
$TTL 60
2.0.0.127.{ZONES[0]}. A 127.0.0.2
1.113.0.203.{ZONES[0]}. CNAME listed.{ZONES[0]}.
listed.{ZONES[0]}. A 127.0.0.3
test.{ZONES[1]}. A 127.0.1.2
healthy.example.{ZONES[1]}. A 127.0.1.2
2.0.0.127.{ZONES[2]}. A 127.0.0.2
1.113.0.203.{ZONES[2]}. A 127.0.0.200
"""
)
OPTIONS = ["--ip", "203.0.113.1", "--helo", "mail.healthy.example", "--selector", "s1"]


class Lists:
    """The keyed blocklists, and below them the rest of the world."""

    async def ask(self, question: Question) -> Answer:
        return await (LISTS if LISTS.holds(question.name) else world.zone()).ask(question)


def secrets_in(*texts: str) -> list[str]:
    """Those that any of the texts holds, in any case of letters."""
    return [key for key in (SPAMHAUS, ABUSIX) if any(key.lower() in text.lower() for text in texts)]


def test_the_server_sees_the_keys_and_nothing_else_does(tmp_path: Path) -> None:
    asked = Asked(Lists())
    recording, report = tmp_path / "audit.dnsrec", tmp_path / "report.txt"
    with served(asked) as server:
        options = [*OPTIONS, "--resolver", server]
        text = call("audit", "healthy.example", *options, "--record", str(recording), env=KEYS)
        document = call("audit", "healthy.example", *options, "--format", "json", env=KEYS)
        call("audit", "healthy.example", *options, "-o", str(report), env=KEYS)
    names = {q.name for q in asked.questions}
    assert {f"2.0.0.127.{ZONES[0]}".lower(), f"test.{ZONES[1]}".lower(), f"2.0.0.127.{ZONES[2]}"} <= names
    assert not any("-key." in name for name in names), "a placeholder was asked for"
    assert not any(name.endswith(".zen.spamhaus.org") for name in names), "the key replaces the public zone"
    said = (text.stdout, text.stderr, document.stdout, document.stderr)
    assert secrets_in(*said, recording.read_text(), report.read_text("utf-8")) == []
    assert "1.113.0.203.spamhaus-dqs-key.zen.dq.spamhaus.net A" in text.stdout
    ids = [f["id"] for f in json.loads(document.stdout)["findings"]]
    assert (ids.count("dnsbl-ip-listed"), ids.count("dnsbl-domain-listed")) == (2, 1)
    assert "alias listed.spamhaus-dqs-key.zen.dq.spamhaus.net\n" in recording.read_text()
    replayed = call("audit", "--replay", str(recording))
    assert (replayed.exit_code, replayed.stdout) == (1, text.stdout)


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.REFUSED])
def test_trouble_does_not_tell_them(tmp_path: Path, status: Status) -> None:
    recording = tmp_path / "audit.dnsrec"
    with served(Ending(status, lambda q: "zone" in q.name or "spamhaus" in q.name, Lists())) as server:
        options = [*OPTIONS, "--resolver", server, "--record", str(recording)]
        result = call("audit", "healthy.example", *options, env=KEYS)
    assert result.exit_code == 3
    assert "spamhaus-dqs-key" in result.stdout
    assert secrets_in(result.output, recording.read_text()) == []


def test_a_server_that_is_not_there_does_not_tell_them() -> None:
    done = process("audit", "healthy.example", *OPTIONS, "--resolver", closed(), env=KEYS)
    assert done.returncode == 3
    assert b"abusix-key" in done.stdout
    assert secrets_in(done.stdout.decode(), done.stderr.decode()) == []


def test_the_lab_and_a_recording_have_no_use_for_them(tmp_path: Path) -> None:
    recording = tmp_path / "audit.dnsrec"
    with_keys = call("audit", "healthy.example", "--lab", "--record", str(recording), env=KEYS)
    assert with_keys.exit_code == 0
    assert "-key" not in with_keys.stdout
    assert call("audit", "--replay", str(recording), env=KEYS).stdout == with_keys.stdout


def test_nor_do_the_name_servers_of_a_list_that_is_asked_itself(tmp_path: Path) -> None:
    """The key comes from the configuration file; the servers' names hold it, and lead nowhere."""
    (tmp_path / "deliverkit").mkdir()
    (tmp_path / "deliverkit" / "config.toml").write_text(f'[keys]\nspamhaus-dqs = "{SPAMHAUS}"\n')
    refusing = Zone.from_text(
        f"*.{ZONES[0]}. A 127.255.255.254\n{ZONES[0]}. NS ns1.{ZONES[0]}.\nns1.{ZONES[0]}. A 127.0.0.1\n"
    )

    class Refusing:
        async def ask(self, question: Question) -> Answer:
            return await (refusing if refusing.holds(question.name) else world.zone()).ask(question)

    asked = Asked(Refusing())
    recording = tmp_path / "audit.dnsrec"
    with served(asked) as server:
        options = [*OPTIONS, "--resolver", server, "--dnsbl-direct"]
        env = {"XDG_CONFIG_HOME": str(tmp_path)}
        text = call("audit", "healthy.example", *options, "--record", str(recording), env=env)
        document = call("audit", "healthy.example", *options, "--format", "json", env=env)
    assert Question(ZONES[0], "NS") in asked.questions
    assert "Check the key in DELIVERKIT_SPAMHAUS_DQS_KEY" in " ".join(text.stdout.split())
    assert (text.exit_code, document.exit_code) == (3, 3)
    said = (text.stdout, text.stderr, document.stdout, document.stderr, recording.read_text())
    assert secrets_in(*said) == []
