"""Real name servers (nsd) that disagree and are lame, and a real resolver that validates (unbound)."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dns.dnssec
import dns.name
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dns.dnssectypes import Algorithm

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Question, Status
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.live import Live

NSD, UNBOUND = (
    shutil.which("nsd", path="/usr/sbin:/usr/bin"),
    shutil.which("unbound", path="/usr/sbin:/usr/bin"),
)
pytestmark = [
    pytest.mark.skipif(NSD is None, reason="nsd is not installed"),
    pytest.mark.skipif(UNBOUND is None, reason="unbound is not installed"),
]

SUBJECT = Subject("example.com", looks=("authoritative",))
ZONE = dns.name.from_text("example.com")
HOSTS = """
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 3600
@ NS ns1.example.net.
ns1 A 192.0.2.53
ns2 A 198.51.100.53
ns3 A 203.0.113.53
"""


def mail_zone(serial: int, spf: str, servers: int = 3) -> str:
    named = "\n".join(f"@ NS ns{i}.example.net." for i in range(1, servers + 1))
    return f"""
$TTL 3600
@ SOA ns1.example.net. hostmaster.example.com. {serial} 7200 3600 1209600 3600
{named}
@ MX 10 mail
@ TXT "{spf}"
mail A 192.0.2.25
_dmarc TXT "v=DMARC1; p=none"
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def nsd(folder: Path, zones: dict[str, str]) -> Iterator[str]:
    """Its address; it refuses what lies in no zone of its."""
    folder.mkdir()
    port = free_port()
    lines = [
        f'server:\n ip-address: 127.0.0.1@{port}\n username: ""\n chroot: ""\n database: ""\n server-count: 1',
        f' zonesdir: "{folder}"\n pidfile: "{folder}/pid"\n xfrdfile: "{folder}/xfrd"\n xfrdir: "{folder}"',
        f' zonelistfile: "{folder}/list"\n logfile: "{folder}/log"\nremote-control:\n control-enable: no',
    ]
    for name, text in zones.items():
        (folder / name).write_text(f"$ORIGIN {name}.\n{text}\n")
        lines.append(f'zone:\n name: "{name}"\n zonefile: "{name}"')
    (folder / "conf").write_text("\n".join(lines) + "\n")
    with running([str(NSD), "-d", "-c", str(folder / "conf")], folder, port) as address:
        yield address


@contextmanager
def unbound(folder: Path, stubs: dict[str, str], anchor: str = "") -> Iterator[str]:
    """A resolver that validates below ``anchor``, a DS record, and knows the ``stubs`` alone."""
    folder.mkdir()
    port = free_port()
    lines = [
        f'server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n username: ""\n chroot: ""\n pidfile: ""',
        f' directory: "{folder}"\n use-syslog: no\n logfile: "{folder}/log"\n do-not-query-localhost: no\n ede: yes',
        ' module-config: "validator iterator"\n num-threads: 1\n qname-minimisation: no',
        f' trust-anchor: "{anchor}"' if anchor else "",
    ]
    lines += [
        f'stub-zone:\n name: "{n}"\n stub-addr: {address.replace(":", "@")}' for n, address in stubs.items()
    ]
    lines.append("remote-control:\n control-enable: no")
    (folder / "conf").write_text("\n".join(lines) + "\n")
    with running([str(UNBOUND), "-d", "-c", str(folder / "conf")], folder, port) as address:
        yield address


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[str]:
    said = folder / "stderr"
    with said.open("wb") as stderr, subprocess.Popen(command, stdout=stderr, stderr=stderr) as process:
        try:
            for _ in range(100):
                assert process.poll() is None, said.read_text()
                with socket.socket() as sock:
                    if sock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def audited(resolver: str, routes: dict[str, str], *families: str) -> Report:
    checks = [registry.load(i) for i in registry.ids() if i.startswith(families)]
    return asyncio.run(report(SUBJECT, Cached(Live([resolver], routes=routes)), checks))


def told(found: Report, check_id: str) -> list[tuple[str, Verdict]]:
    return [(o.scope, o.verdict) for o in found.outcomes if o.check_id == check_id]


def test_servers_that_disagree_and_one_that_is_lame(tmp_path: Path) -> None:
    with ExitStack() as stack:
        hosts = {"example.net": HOSTS}
        one = stack.enter_context(
            nsd(tmp_path / "1", {"example.com": mail_zone(7, "v=spf1 mx -all"), **hosts})
        )
        two = stack.enter_context(nsd(tmp_path / "2", {"example.com": mail_zone(6, "v=spf1 -all")}))
        lame = stack.enter_context(nsd(tmp_path / "3", {"example.org": HOSTS}))
        resolver = stack.enter_context(unbound(tmp_path / "r", {"example.com": one, "example.net": one}))
        routes = {"192.0.2.53": one, "198.51.100.53": two, "203.0.113.53": lame}
        found = audited(resolver, routes, "ns-")
    assert told(found, "ns-lame") == [
        ("example.com ns1.example.net 192.0.2.53", Verdict.PASS),
        ("example.com ns2.example.net 198.51.100.53", Verdict.PASS),
        ("example.com ns3.example.net 203.0.113.53", Verdict.FAIL),
    ]
    assert told(found, "ns-disagrees") == [
        ("example.com MX", Verdict.PASS),
        ("example.com TXT", Verdict.FAIL),
        ("_dmarc.example.com TXT", Verdict.PASS),
        ("example.com SOA", Verdict.FAIL),
    ]
    assert [f.message for f in found.findings] == ["refuses", "spf", "serial"]


def test_a_server_that_is_down_is_not_lame(tmp_path: Path) -> None:
    with ExitStack() as stack:
        zones = {"example.com": mail_zone(7, "v=spf1 -all", servers=2), "example.net": HOSTS}
        one = stack.enter_context(nsd(tmp_path / "1", zones))
        resolver = stack.enter_context(unbound(tmp_path / "r", {"example.com": one, "example.net": one}))
        routes = {"192.0.2.53": one, "198.51.100.53": f"127.0.0.1:{free_port()}"}
        found = audited(resolver, routes, "ns-")
    assert found.findings == ()
    assert told(found, "ns-lame") == [
        ("example.com ns1.example.net 192.0.2.53", Verdict.PASS),
        ("example.com ns2.example.net 198.51.100.53", Verdict.UNKNOWN),
    ]
    assert {verdict for _, verdict in told(found, "ns-disagrees")} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(("days", "fault"), [(30, ""), (-1, "expired")])
def test_a_zone_that_is_signed(tmp_path: Path, days: int, fault: str) -> None:
    """Unbound validates it from a trust anchor; where the signature has run out, it answers SERVFAIL."""
    private = Ed25519PrivateKey.generate()
    key = dns.dnssec.make_dnskey(private.public_key(), Algorithm.ED25519, flags=257)
    ds = dns.dnssec.make_ds(ZONE, key, "SHA256").to_text()
    now = int(time.time())

    def signed(name: str, rtype: str, value: str, end: int) -> str:
        owner = dns.name.from_text(name, ZONE)
        rrset = dns.rrset.from_text(owner, 3600, "IN", rtype, value)
        made = dns.dnssec.sign(rrset, private, ZONE, key, inception=now - 7 * 86400, expiration=end)
        return f"{owner} 3600 IN {rtype} {value}\n{owner} 3600 IN RRSIG {made.to_text()}"

    soa = "ns1.example.net. hostmaster.example.com. 7 7200 3600 1209600 3600"
    lines = [
        signed("@", "SOA", soa, now + 86400),
        signed("@", "NS", "ns1.example.net.", now + 86400),
        signed("@", "DNSKEY", key.to_text(), now + 86400),
        signed("@", "MX", "10 mail.example.com.", now + days * 86400),
    ]
    com = "$TTL 3600\n@ SOA a.example.net. b.example.net. 1 7200 3600 1209600 3600\n@ NS ns1.example.net.\n"
    com += f"example NS ns1.example.net.\nexample DS {ds}\n"
    with ExitStack() as stack:
        zones = {"example.com": "\n".join(lines), "example.net": HOSTS}
        one = stack.enter_context(nsd(tmp_path / "1", zones))
        parent = stack.enter_context(nsd(tmp_path / "2", {"com": com}))
        stubs = {"com": parent, "example.com": one, "example.net": one}
        resolver = stack.enter_context(unbound(tmp_path / "r", stubs, f"example.com. DS {ds}"))
        live = Live([resolver])
        mx = asyncio.run(live.ask(Question("example.com", "MX")))
        found = audited(resolver, {}, "dnssec-")
    assert (mx.status, mx.authenticated) == ((Status.SERVFAIL, False) if fault else (Status.OK, True))
    outcomes = {o.scope: o for o in found.outcomes}
    if fault:
        (finding,) = found.findings
        assert (finding.scope, finding.message) == ("example.com", fault)
        assert "example.com MX" in str(finding.data["withheld"])
    else:
        assert outcomes["example.com MX"].verdict is Verdict.PASS
