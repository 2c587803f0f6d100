"""The SPF checks over records that have several faults at once: none is hidden, none is told twice."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.facts._spf_walk import FAULTS
from deliverkit.facts.spf import spf_verdicts
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.zonefile import Zone

SPF = [c for c in registry.discover() if c.id.startswith("spf-")]
WORLD = """
ok.example.net. TXT "v=spf1 ip4:198.51.100.0/28 a:host.example.net -all"
deep.example.net. TXT "v=spf1 include:ok.example.net include:gone.example.net ip4:198.51.100.32/28 -all"
loop.example.net. TXT "v=spf1 include:example.com ip4:198.51.100.48/28 -all"
bad.example.net. TXT "v=spf1 ipv4:198.51.100.1 ip4:198.51.100.64/28 -all"
two.example.net. TXT "v=spf1 mx -all"
two.example.net. TXT "v=spf1 a -all"
world.example.net. TXT "v=spf1 ip4:0.0.0.0/1 ip4:192.0.2.0/1 ip4:198.51.100.80/28 -all"
open.example.net. TXT "v=spf1 ip4:198.51.100.80/28 +all"
dead.example.net. TXT "v=spf1 a:gone.example.net mx:gone.example.net ip4:198.51.100.96/28 -all"
many.example.net. TXT "v=spf1 a:host.example.net a:host.example.net a:host.example.net a:host6.example.net -all"
macro.example.net. TXT "v=spf1 exists:%{i}.example.net ip4:198.51.100.112/28 -all"
full.example.net. MX 10 mail.example.com.
host.example.net. A 203.0.113.1
host6.example.net. AAAA 2001:db8::77
example.com. A 192.0.2.1
example.com. MX 10 mail.example.com.
mail.example.com. A 192.0.2.2
""" + "\n".join(f"full.example.net. MX 20 mx{i}.example.net." for i in range(10))
TERMS = """
a mx ?mx ptr a/8 -ip4:192.0.2.0/24 ip4:192.0.2.0/24 +ip4:192.0.2.25 ip4:198.51.100.128/25 ip4:192.0.2.9/8 ip4:10.0.0.0/8
ip6:2001:db8::/32 ip6:fd00::1 include:ok.example.net ~include:ok.example.net include:deep.example.net
include:loop.example.net include:bad.example.net include:two.example.net include:open.example.net
include:dead.example.net include:many.example.net include:macro.example.net include:gone.example.net
include:%{i}.example.net mx:full.example.net mx:gone.example.net a:gone.example.net a:host.example.net
a:host6.example.net exists:%{i}.example.com exists:gone.example.net redirect=ok.example.net redirect=gone.example.net
exists:host.example.net include:world.example.net
redirct=ok.example.net exp=gone.example.net exp=ok.example.net ra=postmaster include=ok.example.net all -all ~all +all
?all ipv4:192.0.2.1 include: all:x
""".split()
RECORDS = st.builds(
    lambda head, terms, end, blank: (head, *terms, *end, blank),
    st.sampled_from(["v=spf1"] * 8 + ["v=spf1;", "spf1"]),
    st.lists(
        st.sampled_from(TERMS), max_size=14, unique_by=lambda t: t.partition("=")[0] if "=" in t else object()
    ),
    st.sampled_from([(), ("-all",), ("~all",)]),
    st.sampled_from([" ", " ", " ", ""]),
)
STREAMS = st.sampled_from(
    [(), ("192.0.2.25",), ("192.0.2.25", "2001:db8::25"), ("2001:db8:1::25",), ("203.0.113.200",)]
)


def _zone(record: tuple[str, ...]) -> Cached:
    """The record in strings of three terms; what stands last is what parts them."""
    *terms, blank = record
    groups = [" ".join(terms[i : i + 3]) for i in range(0, len(terms), 3)]
    strings = " ".join(f'"{group}{blank}"' for group in groups)
    return Cached(Zone.from_text(f"example.com. TXT {strings}\n{WORLD}", strict=False))


def _audited(subject: Subject, zone: Cached) -> Report:
    return asyncio.run(report(subject, zone, SPF))


@given(RECORDS, STREAMS)
def test_a_permerror_is_always_told_and_by_one_check_for_one_cause(
    record: tuple[str, ...], ips: tuple[str, ...]
) -> None:
    subject, zone = Subject("example.com", ips=ips), _zone(record)
    found = _audited(subject, zone)
    told = {f.id for f in found.findings if f.severity >= Severity.WARNING}
    for verdict in asyncio.run(spf_verdicts(subject, zone)).facts:
        if verdict.result == "permerror":
            assert (verdict.explained or "spf-permerror") in told
            assert ("spf-permerror", verdict.ip) not in {
                (f.id, f.scope) for f in found.findings if verdict.explained
            }
    assert "spf-syntax" not in told or not told & set(FAULTS.values())


@given(RECORDS, STREAMS)
def test_each_remedy_turns_its_finding_off_and_adds_none(
    record: tuple[str, ...], ips: tuple[str, ...]
) -> None:
    subject, zone = Subject("example.com", ips=ips), _zone(record)
    before = _audited(subject, zone)
    for finding in before.findings:
        assert finding.remedy is not None
        changed, world = remedy.apply([finding.remedy], subject, zone)
        after = asyncio.run(report(changed, world, [registry.load(finding.id)])).findings
        own = {f.key for f in before.findings if f.id == finding.id}
        assert {f.key for f in after} <= own - {finding.key}
