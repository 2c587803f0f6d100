"""The example streams: each shows its fault and nothing else, over real packets as well."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from functools import cache

import pytest

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.facts.blocklists import catalogue
from deliverkit.lab import world
from deliverkit.lab.servers import Internet
from deliverkit.lab.world import LabStream
from deliverkit.model.answer import Question, Status
from deliverkit.model.report import Reason, Report
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.beyond import Beyond
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.live import Live

EVERY = pytest.mark.parametrize("stream", world.streams(), ids=lambda s: s.name)
REFUSING = "abusix-key.combined.mail.abusix.zone"
DOCUMENTATION = [
    ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@cache
def audited(stream: LabStream) -> Report:
    return asyncio.run(report(stream.subject, world.zone(), registry.discover()))


@EVERY
def test_a_stream_shows_its_faults_once_each_and_nothing_else(stream: LabStream) -> None:
    found = audited(stream)
    assert sorted(f.id for f in found.findings) == sorted(stream.expect)
    assert {o.check_id for o in found.with_verdict(Verdict.UNKNOWN)} == set(stream.unknown)


@EVERY
def test_nothing_is_skipped_for_want_of_an_option(stream: LabStream) -> None:
    """But for what is looked at on demand only."""
    skipped = audited(stream).with_verdict(Verdict.SKIPPED)
    wanting = {o.reason.data for o in skipped if o.reason is not None and o.reason.key != "not-applicable"}
    assert wanting <= {("--authoritative",)}


@EVERY
def test_the_plan_leaves_nothing_but_a_later_stage(stream: LabStream) -> None:
    checks = registry.discover()
    plan = asyncio.run(remedy.plan(audited(stream), Cached(world.zone()), checks))
    left = [f.id for f in plan.left if f.remedy is None or not f.remedy.waits]
    assert (left, [f.id for f in plan.introduced]) == ([], [])


@pytest.mark.parametrize(
    ("domain", "cures", "left"),
    [
        ("dmarc-missing.example", {"dmarc-missing", "dmarc-no-reports"}, ["dmarc-not-enforcing"]),
        ("dmarc-syntax.example", {"dmarc-syntax"}, ["dmarc-not-enforcing"]),
        ("dmarc-not-enforcing.example", {"dmarc-not-enforcing"}, []),
    ],
)
def test_a_stricter_policy_is_never_part_of_mending(domain: str, cures: set[str], left: list[str]) -> None:
    stream = world.stream(domain)
    assert stream is not None
    plan = asyncio.run(remedy.plan(audited(stream), Cached(world.zone()), registry.discover()))
    assert {f.id for step in plan.steps for f in step.cures} == cures
    assert [f.id for f in plan.left] == left


@EVERY
def test_it_is_the_same_over_the_wire(stream: LabStream) -> None:
    async def run() -> Report:
        async with Internet(world.zone(), world.name_servers()) as internet:
            live = Cached(Beyond(Live([internet.address], routes=internet.routes), world.doors()))
            return await report(stream.subject, live, registry.discover())

    def told(r: Report) -> list[tuple[str, str, Verdict]]:
        return [(o.check_id, o.scope, o.verdict) for o in r.outcomes]

    assert told(asyncio.run(run())) == told(audited(stream))


# What these find, another check finds a part of: SPF has to fail before DMARC can, and BIMI stands on DMARC.
NEVER_ALONE = {"dmarc-fails": {"spf-ip-not-authorised"}, "bimi-policy-weak": {"dmarc-not-enforcing"}}


def test_every_check_has_a_stream_of_its_own() -> None:
    """Named after the check; labels before it are there where the fault needs a sub-domain."""
    own = {s.name.removesuffix(".example").rpartition(".")[2]: set(s.expect) for s in world.streams()}
    assert {i: own.get(i) for i in registry.ids()} == {
        i: {i} | NEVER_ALONE.get(i, set()) for i in registry.ids()
    }


def test_the_stories_come_first() -> None:
    names = [s.name for s in world.streams()]
    assert names[:3] == ["healthy.example", "broken.example", "refused.example"]
    assert len(set(names)) == len(names) == len(registry.ids()) + 3 + len(OF_LISTS)


# Streams that show a kind of listing, beside those of the checks.
OF_LISTS = {"wrong-kind-of-ip", "links-in-spam", "low-list", "broken-lists"}


def test_the_streams_of_blocklists() -> None:
    found = {s.name: audited(s) for s in world.streams() if s.name.removesuffix(".example") in OF_LISTS}
    told = {
        name.removesuffix(".example"): [(f.message, f.severity.name, f.data["codes"]) for f in r.findings]
        for name, r in found.items()
    }
    never = "the network around the address, for what others in it did"
    bits = ("127.0.0.8 (PH: phishing)", "127.0.0.128 (CR: website broken into)")
    pbl = "PBL: address range that should not send mail directly (set by its network)"
    assert told == {
        "wrong-kind-of-ip": [("range", "ERROR", (f"127.0.0.10 ({pbl})",))],
        "links-in-spam": [("listed", "WARNING", bits)],
        "low-list": [("quiet", "NOTE", (f"127.0.0.2 ({never})",))],
        "broken-lists": [],
    }
    assert list(found["wrong-kind-of-ip.example"].by_bounce()) == [917, 925]
    unknown = found["broken-lists.example"].with_verdict(Verdict.UNKNOWN)
    assert [o.reason.data for o in unknown if o.reason] == [
        ("dnsbl-abusix-key",),
        ("dnsbl-rewritten",),
        ("dnsbl-silent",),
        ("dnsbl-lists-the-world",),
    ]
    signs = [o.reason for o in found["low-list.example"].with_verdict(Verdict.PASS) if o.reason]
    assert signs == [Reason("good-sign", ("DNSWL: mail marketing, trust: medium",))]


def test_the_broken_stream_would_bounce_with_the_codes_of_the_story() -> None:
    stream = world.stream("broken.example")
    assert stream is not None
    assert {914, 916, 917, 941} <= set(audited(stream).by_bounce())


@pytest.mark.parametrize("name", ["healthy.example", "Healthy.Example", "healthy.example."])
def test_a_stream_is_found_by_its_domain(name: str) -> None:
    assert world.stream(name) is world.streams()[0]


def test_an_unknown_stream_is_none() -> None:
    assert world.stream("example.com") is None


@EVERY
def test_about_is_one_sentence(stream: LabStream) -> None:
    assert re.fullmatch(r"[A-Z][^.]*\.", stream.about)


def test_addresses_are_for_documentation_and_each_belongs_to_one_stream() -> None:
    ips = [ip for s in world.streams() for ip in s.subject.ips]
    assert len(set(ips)) == len(ips)
    assert all(any(ipaddress.ip_address(ip) in net for net in DOCUMENTATION) for ip in ips)
    records = [line for line in world.zone_text().splitlines() if not line.startswith(";")]
    published = {line.split()[-1] for line in records if re.search(r"\sA(AAA)?\s", line)}
    strange = {ip for ip in published if not any(ipaddress.ip_address(ip) in net for net in DOCUMENTATION)}
    assert {ip for ip in strange if not ip.startswith("127.")} == {"10.0.0.25"}  # the private one, on purpose


def test_names_are_for_examples_or_of_blocklists() -> None:
    allowed = re.compile(
        "|".join([r"(.*\.)?example", r"arpa|.*\.(in-addr|ip6)\.arpa", *(rf".*\b{z}" for z in catalogue())])
    )
    assert [n for n in world.zone().names if n and not allowed.fullmatch(n)] == []


BROKEN = {REFUSING, "bip.virusfree.cz", "truncate.gbudb.net", "dnsbl.kempt.net"}


@pytest.mark.parametrize(
    ("zone", "listed", "clean"),
    [
        (zone, *row.test_points(kind))
        for zone, row in catalogue().items()
        for kind in row.kinds
        if zone not in BROKEN
    ],
)
def test_blocklists_have_their_test_points(zone: str, listed: str, clean: str) -> None:
    answers = [asyncio.run(world.zone().ask(Question(f"{label}.{zone}", "A"))) for label in (listed, clean)]
    assert [a.status for a in answers] == [Status.OK, Status.NXDOMAIN]
    assert all(catalogue()[zone].read(ip) for ip in answers[0].names)


@pytest.mark.parametrize("label", ["2.0.0.127", "1.0.0.127", "1.113.0.203"])
def test_one_blocklist_refuses(label: str) -> None:
    answer = asyncio.run(world.zone().ask(Question(f"{label}.{REFUSING}", "A")))
    assert answer.names == ("127.255.255.254",)


@pytest.mark.parametrize(
    "name",
    ["nobody.example", "example.com", "99.113.0.203.in-addr.arpa", "9.9.2.0.192.zen.spamhaus.org"],
)
def test_what_is_not_in_the_world_does_not_exist(name: str) -> None:
    assert asyncio.run(world.zone().ask(Question(name, "TXT"))).status is Status.NXDOMAIN
