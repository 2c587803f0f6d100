"""--record and --replay: an audit can be repeated offline and says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deliverkit.lab import world
from deliverkit.model.answer import Status
from tests.cli.running import Ending, call, process, served

HEADER = "deliverkit recording 1\ndomain example.com\n"

UNUSABLE = {
    "": "1: this is not a recording; expected 'deliverkit recording 1'",
    "\n": "1: this is not a recording; expected 'deliverkit recording 1'",
    '{"schema_version": 1}': "1: this is not a recording; expected 'deliverkit recording 1'",
    "\x00\xff\x1b[31m": "1: this is not a recording; expected 'deliverkit recording 1'",
    "deliverkit recording 2\n": "1: version 2 is not known here; expected 'deliverkit recording 1'",
    HEADER + "asks example.com MX\n": "3: 'asks' is not known here; expected one of domain, ip, helo, "
    "mail-from, selector, derived, looks, blocklists or ask",
    HEADER + "\nask example.com\nstatus OK\n": "4: 'ask' is followed by 1 words; "
    "expected a name, a record type, and perhaps @SERVER and +cd",
    HEADER + "\nask example.com MX\nstatus FINE\n": "5: 'FINE' is not a status; expected one of OK, NODATA, "
    "NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT, UNRECORDED",
    HEADER
    + "\nask example.com MX\nttl 60\n": "4: example.com MX has no answer; expected a line with its status",
    HEADER + "\nask example.com MX\nstatus OK\nmx ten mail.example.com.\n": "6: word 1 after 'mx' is not a "
    "number; expected up to ten digits",
    HEADER
    + '\nask example.com TXT\nstatus OK\ntext "\x1b[31m"\n': "6: column 5 cannot be read; expected words "
    'of printable ASCII, others in quotes with \\DDD, \\" and \\\\ as escapes',
    HEADER
    + "ip mail.example.com\n": "3: 'mail.example.com' is not an IP address; expected one such as 192.0.2.1",
    HEADER
    + "\nask example.com A\nstatus OK\nvalue nowhere\n": "6: 'nowhere' is not an IP address; expected one "
    "of type A",
    HEADER
    + "\nask example.com SOA\nstatus OK\nvalue x\n": "6: 'value' is no record of type 'SOA'; expected 'soa'",
    HEADER
    + '\nask example.com TXT\nstatus OK\ntext "\\999"\n': "6: \\999 is no octet; expected \\000 to \\255",
}


@pytest.mark.parametrize("domain", [s.name for s in world.streams()])
def test_a_replay_gives_the_identical_report(tmp_path: Path, domain: str) -> None:
    path = tmp_path / "audit.dnsrec"
    recorded = call("audit", domain, "--lab", "--record", str(path), "--format", "json")
    replayed = call("audit", "--replay", str(path), "--format", "json")
    assert replayed.stdout == recorded.stdout
    assert (replayed.exit_code, replayed.stderr) == (recorded.exit_code, "")
    named = call("audit", domain, "--replay", str(path))
    assert named.stdout == call("audit", "--replay", str(path)).stdout


@pytest.mark.parametrize("fault", ["servfail:.", "refused:healthy.example", "sentinel:zen.spamhaus.org"])
def test_trouble_is_recorded_as_well(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "audit.dnsrec"
    options = ["--lab", "--fault", fault, "--record", str(path), "--format", "json"]
    recorded = call("audit", "healthy.example", *options)
    replayed = call("audit", "--replay", str(path), "--format", "json")
    assert (replayed.exit_code, replayed.stdout) == (3, recorded.stdout)


def test_an_address_derived_on_the_way_is_recorded_as_derived(tmp_path: Path) -> None:
    path = tmp_path / "audit.dnsrec"
    with served(world.zone()) as server:
        options = ["--ip", "auto", "--helo", "mail.healthy.example", "--resolver", server]
        recorded = call("audit", "healthy.example", *options, "--record", str(path), "--format", "json")
    replayed = call("audit", "--replay", str(path), "--format", "json")
    assert (replayed.exit_code, replayed.stdout) == (recorded.exit_code, recorded.stdout)
    assert json.loads(replayed.stdout)["subject"]["derived"] == ["ips"]
    again = call("audit", "--replay", str(path), "--ip", "auto", "--format", "json")
    assert again.stdout == recorded.stdout


def test_guessed_selectors_are_guessed_alike_from_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "audit.dnsrec"
    with served(world.zone()) as server:
        options = ["--resolver", server, "--record", str(path), "--format", "json"]
        recorded = call("audit", "healthy.example", *options)
    replayed = call("audit", "--replay", str(path), "--format", "json")
    assert (replayed.exit_code, replayed.stdout) == (recorded.exit_code, recorded.stdout)
    document = json.loads(replayed.stdout)
    assert document["subject"]["guessed_selectors"] == ["s1"]
    assert document["subject"]["selectors"] == []
    assert document["dkim_guesses"]["found"] == [{"selector": "s1", "provider": None}]
    switched_off = call("audit", "--replay", str(path), "--selector", "none", "--format", "json")
    assert json.loads(switched_off.stdout)["dkim_guesses"] is None


def test_a_recording_is_plain_ascii_that_two_audits_agree_on(tmp_path: Path) -> None:
    first, second = tmp_path / "1.dnsrec", tmp_path / "2.dnsrec"
    for path in (first, second):
        call("audit", "broken.example", "--lab", "--record", str(path))
    text = first.read_text("ascii")
    assert all(c == "\n" or " " <= c <= "~" for c in text)
    assert text.startswith("deliverkit recording 1\n")
    port = re.compile(r"(?m)^from 127\.0\.0\.1:[0-9]+$")
    assert port.sub("", text) == port.sub("", second.read_text("ascii"))


def test_another_stream_over_the_same_answers(tmp_path: Path) -> None:
    """What is given overrides what the recording says; what it does not hold is UNKNOWN, and named."""
    path = tmp_path / "audit.dnsrec"
    call("audit", "healthy.example", "--lab", "--record", str(path))
    same = call("audit", "--replay", str(path), "--helo", "web01")
    assert same.exit_code == 1
    assert "✗ ERROR helo-not-fqdn at web01 HELO\n" in same.stdout
    other = call("audit", "--replay", str(path), "--ip", "203.0.113.77")
    assert other.exit_code in (1, 3)
    assert "not in the recording (UNRECORDED)" in " ".join(other.stdout.split())
    assert "77.113.0.203.in-addr.arpa PTR" in other.stdout
    stranger = call("audit", "example.com", "--replay", str(path))
    assert (stranger.exit_code, stranger.stderr) == (3, "")
    assert "1 passed, 0 failed" in stranger.stdout


@pytest.mark.parametrize(("text", "line"), UNUSABLE.items(), ids=range(len(UNUSABLE)))
def test_a_recording_that_cannot_be_replayed(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "audit.dnsrec"
    path.write_text(text, "latin-1")
    result = call("audit", "--replay", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {path}:{line}\n")


def test_a_recording_without_a_stream_needs_the_domain(tmp_path: Path) -> None:
    path = tmp_path / "audit.dnsrec"
    path.write_text("deliverkit recording 1\n")
    result = call("audit", "--replay", str(path))
    line = f"{path}: the recording does not say which stream it is of; name the DOMAIN and its options."
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")
    assert call("audit", "example.com", "--replay", str(path)).exit_code == 3


@pytest.mark.parametrize(("name", "why"), [("missing", "No such file or directory"), ("", "Is a directory")])
def test_a_recording_that_cannot_be_read(tmp_path: Path, name: str, why: str) -> None:
    path = tmp_path / name
    done = process("audit", "--replay", str(path))
    line = f"Error: {path}: the file cannot be opened: {why}\n"
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", line)


def test_a_file_of_ours_with_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "audit.dnsrec"
    recorded = call("audit", "healthy.example", "--lab", "--record", str(path), "--format", "json")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert call("audit", "--replay", str(path), "--format", "json").stdout == recorded.stdout


def test_a_recording_asks_no_server(tmp_path: Path) -> None:
    """Not even where the recording names one that would answer."""
    path = tmp_path / "audit.dnsrec"
    with served(Ending(Status.SERVFAIL, lambda _: True, world.zone())) as server:
        call("audit", "healthy.example", "--resolver", server, "--record", str(path))
        assert f"from {server}\n" in path.read_text()
    with served(world.zone()):
        assert call("audit", "--replay", str(path)).exit_code == 3
