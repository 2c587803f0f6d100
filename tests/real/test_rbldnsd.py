"""Real answers: rbldnsd, which serves many of the lists, read as an audit reads them."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Question, Status
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.live import Live

RBLDNSD = shutil.which("rbldnsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
pytestmark = pytest.mark.skipif(RBLDNSD is None, reason="rbldnsd is not installed")

IP4 = """$NS 3600 ns1.lists.test
$SOA 3600 ns1.lists.test hostmaster.lists.test 0 600 300 86400 300
:127.0.0.2:test entry
127.0.0.2
192.0.2.25 :3:low reputation
192.0.2.26 :10:home connections
192.0.2.27 :4:infected
"""
IP6 = """$SOA 3600 ns1.lists.test hostmaster.lists.test 0 600 300 86400 300
:127.0.0.2:test entry
0:0:0:0:0:ffff:7f00:2
2001:db8:0:1 :3:low reputation
"""
NAMES = """$SOA 3600 ns1.lists.test hostmaster.lists.test 0 600 300 86400 300
:127.0.1.2:$ is listed
test
.spam.example
"""
EMPTY = "$SOA 3600 ns1.lists.test hostmaster.lists.test 0 600 300 86400 300\n"
WORLD = "$SOA 3600 ns1.lists.test hostmaster.lists.test 0 600 300 86400 300\n:127.0.0.2:all\n0.0.0.0/0\n"

ZONES = {
    "zen.spamhaus.org": (("ip4set", IP4), ("ip6trie", IP6)),
    "dbl.spamhaus.org": (("dnset", NAMES),),
    "bl.spamcop.net": (("ip4set", EMPTY),),
    "psbl.surriel.com": (("ip4trie", WORLD),),
}
LISTS = tuple(ZONES)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # started by root it becomes another user, who has to reach the files
        sets = []
        for zone, parts in ZONES.items():
            for kind, text in parts:
                path = folder / f"{zone}.{kind}"
                path.write_text(text)
                sets.append(f"{zone}:{kind}:{path}")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(RBLDNSD), "-n", "-f", "-b", f"127.0.0.1/{port}", "-l", "-", "-e", *sets]
        log = folder / "log"
        with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=folder) as running:
            try:
                address = f"127.0.0.1:{port}"
                _wait(address, running, log)
                yield address
            finally:
                running.terminate()


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    point = Question("2.0.0.127.zen.spamhaus.org", "A")
    for _ in range(50):
        assert running.poll() is None, log.read_text()
        answer = asyncio.run(Live([address], timeout=0.3, lifetime=0.4).ask(point))
        if answer.status is Status.OK:
            return
        time.sleep(0.05)
    raise AssertionError(f"no answer: {log.read_text()}")


def audited(server: str, domain: str, *ips: str, lists: tuple[str, ...] = LISTS) -> Report:
    checks = [registry.load(i) for i in ("dnsbl-ip-listed", "dnsbl-domain-listed")]
    subject = Subject(domain, ips=ips, blocklists=lists)
    return asyncio.run(report(subject, Cached(Live([server])), checks))


@pytest.mark.parametrize(
    ("ip", "message"),
    [
        ("192.0.2.25", "listed"),
        ("192.0.2.26", "range"),
        ("192.0.2.27", "listed"),
        ("192.0.2.28", ""),
        ("2001:db8:0:1::25", "listed"),
        ("2001:db8:0:2::25", ""),
    ],
)
def test_addresses(server: str, ip: str, message: str) -> None:
    found = audited(server, "example.com", ip, lists=("zen.spamhaus.org", "dbl.spamhaus.org"))
    assert [f.message for f in found.findings] == ([message] if message else [])
    assert {o.verdict for o in found.outcomes} == {Verdict.FAIL, Verdict.PASS} if message else {Verdict.PASS}


@pytest.mark.parametrize(
    ("domain", "listed"), [("spam.example", True), ("shop.spam.example", True), ("a.example", False)]
)
def test_names(server: str, domain: str, listed: bool) -> None:
    found = audited(server, domain, lists=("dbl.spamhaus.org",))
    assert [(f.id, f.data["codes"]) for f in found.findings] == (
        [("dnsbl-domain-listed", ("127.0.1.2 (spam or low-reputation domain)",))] if listed else []
    )


def test_an_empty_list_and_one_that_lists_everybody(server: str) -> None:
    found = audited(server, "example.com", "192.0.2.28")
    doubts = {o.scope: o.reason.data for o in found.with_verdict(Verdict.UNKNOWN) if o.reason}
    assert doubts == {
        "bl.spamcop.net 192.0.2.28": ("dnsbl-silent",),
        "psbl.surriel.com 192.0.2.28": ("dnsbl-lists-the-world",),
    }


def test_a_zone_that_it_does_not_serve_is_refused(server: str) -> None:
    found = audited(server, "example.com", "192.0.2.28", lists=("b.barracudacentral.org",))
    assert found.outcomes[0].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("label", ["2.0.0.127", "25.2.0.192"])
def test_it_answers_for_its_own_zone_itself(server: str, label: str) -> None:
    """As a list's own name server does, asked directly."""
    live = Live([server], routes={"192.0.2.53": server})
    answer = asyncio.run(live.ask(Question(f"{label}.zen.spamhaus.org", "A", at="192.0.2.53")))
    assert answer.status is Status.OK
