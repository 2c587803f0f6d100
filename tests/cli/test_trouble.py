"""When DNS does not answer, or the user has had enough."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from deliverkit.lab import world
from deliverkit.model.answer import Status
from tests.cli.running import PROGRAM, Ending, call, closed, environment, served, silent, stream

HEALTHY = stream("healthy.example")
OPTIONS = [
    *(word for ip in HEALTHY.subject.ips for word in ("--ip", ip)),
    *("--helo", "mail.healthy.example", "--selector", "s1"),
]
QUESTIONS = (
    "healthy.example TXT",
    "healthy.example MX",
    "healthy.example SOA",
    "_dmarc.healthy.example TXT",
    "s1._domainkey.healthy.example TXT",
    "mail.healthy.example A",
    "1.113.0.203.in-addr.arpa PTR",
    "1.113.0.203.zen.spamhaus.org A",
    "2.0.0.127.bl.spamcop.net A",
    "healthy.example.dbl.spamhaus.org A",
)


def open_questions(report: str) -> str:
    """The part of a text report that names them, on one line."""
    return " ".join(report.partition("── Could not tell ")[2].partition("\n── ")[0].split())


def test_nobody_listens() -> None:
    result = call("audit", "healthy.example", *OPTIONS, "--resolver", closed())
    assert (result.exit_code, result.stderr) == (3, "")
    assert result.stdout.startswith("Will mail from healthy.example bounce?\n\n? Could not tell. ")
    assert "6 passed, 0 failed, 121 could not tell" in result.stdout
    told = open_questions(result.stdout)
    assert "cannot be reached: Connection refused" in told
    assert [q for q in QUESTIONS if q not in told] == []


@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
def test_could_not_tell_is_never_clean(fail_on: str) -> None:
    result = call("audit", "healthy.example", *OPTIONS, "--resolver", closed(), "--fail-on", fail_on)
    assert result.exit_code == 3


@pytest.mark.parametrize(
    ("status", "words"), [(Status.SERVFAIL, "SERVFAIL"), (Status.REFUSED, "REFUSED")], ids=str
)
def test_everything_fails(status: Status, words: str) -> None:
    with served(Ending(status, lambda _: True, world.zone())) as server:
        result = call("audit", "healthy.example", *OPTIONS, "--resolver", server)
    told = open_questions(result.stdout)
    assert (result.exit_code, result.stderr) == (3, "")
    assert f"{server} answered {words}" in told
    assert [q for q in QUESTIONS if q not in told] == []


def test_nobody_says_a_word() -> None:
    """Every question is given up after its time, all of them side by side, so that the whole stays bounded."""
    with silent() as server:
        began = time.monotonic()
        result = call("audit", "healthy.example", *OPTIONS, "--resolver", server.address)
        took = time.monotonic() - began
    told = open_questions(result.stdout)
    assert (result.exit_code, result.stderr) == (3, "")
    assert [q for q in QUESTIONS if q not in told] == []
    assert took < 30


def test_one_blocklist_that_keeps_silent_leaves_the_rest_as_it_is() -> None:
    arguments = ["audit", "broken.example", "--lab", "--fault", "refused:bl.spamcop.net"]
    result = call(*arguments)
    assert result.exit_code == 1
    assert {c for c in ("914", "916", "917", "941") if f"✗ {c} " in result.stdout} == {
        "914",
        "916",
        "917",
        "941",
    }
    assert "1 could not tell" in result.stdout
    told = open_questions(result.stdout)
    assert "2.113.0.203.bl.spamcop.net A" in told
    assert "So these were not judged: dnsbl-ip-listed" in told


@pytest.mark.parametrize(
    "arguments", [("audit", "healthy.example", *OPTIONS), ("audit", "healthy.example", "--ip", "auto")]
)
def test_an_interrupt_ends_at_once_with_130(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    report, recording = tmp_path / "report.txt", tmp_path / "audit.dnsrec"
    files = ["-o", str(report), "--record", str(recording)]
    with silent() as server:
        command = [*PROGRAM, *arguments, *files, "--resolver", server.address]
        with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, env=environment(), text=True) as program:
            server.wait()
            program.send_signal(signal.SIGINT)
            began = time.monotonic()
            out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err) == (130, "", "Interrupted.\n")
    assert time.monotonic() - began < 5  # a silent server alone takes ten seconds
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("demo",), ("audit", "healthy.example", "--lab")])
def test_an_interrupt_of_any_command(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deliverkit.wiring.lab", stop)
    result = call(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


def test_an_interrupt_is_how_the_lab_ends() -> None:
    command = [*PROGRAM, "lab", "--delay", "1"]
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, env=environment(), text=True) as program:
        assert program.stdout is not None
        first, second = program.stdout.readline(), program.stdout.readline()
        address = second.split()[-2]
        asked = call("audit", "healthy.example", *OPTIONS, "--resolver", address)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert first == f"The example world answers at {address} (UDP and TCP). Stop it with Ctrl-C.\n"
    assert (program.returncode, out, err) == (0, "", "The example world has stopped.\n")
    assert (asked.exit_code, asked.stderr) == (0, "")
