"""Which servers are asked, and what a hostile zone cannot make of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts._servers import MOST_SERVERS, Need, needs
from deliverkit.facts.nameservers import agreements, cached_records, named_servers, server_answers
from deliverkit.facts.values import View
from deliverkit.lab.servers import Views
from deliverkit.model.answer import Answer, Question
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.zonefile import Zone

SUBJECT = Subject("example.com", looks=("authoritative",))
CHECKS = [registry.load(i) for i in registry.ids() if i.startswith("ns-")]
SOA = "SOA ns1.example.net. hostmaster.example.com. 7 7200 3600 1209600 3600"


class Counting:
    def __init__(self, text: str) -> None:
        self.below = Zone.from_text(text)
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return await self.below.ask(question)


def test_without_the_option_nothing_is_asked() -> None:
    counting = Counting("")
    outcomes = asyncio.run(report(Subject("example.com"), counting, CHECKS)).outcomes
    assert {o.verdict for o in outcomes} == {Verdict.SKIPPED}
    assert {o.reason.data for o in outcomes if o.reason} == {("--authoritative",)}
    assert counting.asked == []


def test_what_the_mail_depends_on_and_not_the_names_of_others() -> None:
    subject = Subject(
        "news.example.com",
        ips=("192.0.2.25", "2001:db8::25"),
        helo="Mail.example.net",
        mail_from="a@bounce.example.com",
        selectors=("s1", "s2._domainkey.letters.example"),
    )
    assert needs(subject) == (
        Need("news.example.com", "MX", "mx"),
        Need("news.example.com", "TXT", "spf"),
        Need("bounce.example.com", "MX", "mx"),
        Need("bounce.example.com", "TXT", "spf"),
        Need("_dmarc.news.example.com", "TXT", "dmarc"),
        Need("_dmarc.example.com", "TXT", "dmarc"),
        Need("s1._domainkey.news.example.com", "TXT", "dkim"),
        Need("mail.example.net", "A", "helo"),
        Need("mail.example.net", "AAAA", "helo"),
    )


@pytest.mark.parametrize(
    ("policy", "asked"),
    [('"v=DMARC1; p=none"', True), ('"v=DMARC1; p=none; psd=y"', False), ('"other"', False)],
)
def test_a_policy_above_counts_unless_it_is_the_registrys(policy: str, asked: bool) -> None:
    counting = Counting(
        f"example.com. {SOA}\nexample.com. NS ns1.example.net.\nns1.example.net. A 192.0.2.53\n"
        f"news.example.com. A 192.0.2.1\n_dmarc.example.com. TXT {policy}"
    )
    subject = Subject("news.example.com", looks=("authoritative",))
    asyncio.run(agreements(subject, counting))
    assert (Question("_dmarc.example.com", "TXT", at="192.0.2.53") in counting.asked) is asked


def test_more_servers_than_thirteen_are_named_and_not_asked() -> None:
    names = [f"ns{i:02}.example.net" for i in range(40)]
    lines = [f"example.com. {SOA}"]
    lines += [f"example.com. NS {name}.\n{name}. A 192.0.2.{i}" for i, name in enumerate(names)]
    counting = Counting("\n".join(lines))
    seen = asyncio.run(named_servers(SUBJECT, counting))
    assert [f.server for f in seen.facts if f.doubt == "ns-too-many"] == names[MOST_SERVERS:]
    assert {q.at for q in counting.asked} == {"", *(f"192.0.2.{i}" for i in range(MOST_SERVERS))}


def test_a_server_with_many_addresses_is_asked_at_few() -> None:
    lines = [f"example.com. {SOA}", "example.com. NS ns1.example.net."]
    lines += [f"ns1.example.net. A 198.51.100.{i}" for i in range(200)]
    seen = asyncio.run(server_answers(SUBJECT, Counting("\n".join(lines))))
    assert len(seen.facts) == 4


def test_a_zone_of_two_providers_has_two_serials() -> None:
    world = Zone.from_text(
        f"example.com. {SOA}\nexample.com. NS ns1.example.net.\nexample.com. NS ns1.example.org.\n"
        "ns1.example.net. A 192.0.2.53\nns1.example.org. A 198.51.100.53"
    )
    other = Zone.from_text(
        "example.com. SOA ns1.example.org. hostmaster.example.org. 99 7200 3600 1209600 3600"
    )
    views = Views(world, {"198.51.100.53": {"": other}})
    seen = asyncio.run(agreements(SUBJECT, views))
    assert [f.scope for f in seen.facts] == ["example.com MX", "example.com TXT", "_dmarc.example.com TXT"]
    assert {len(f.views) for f in seen.facts} == {1}


@pytest.mark.parametrize("said", ['"v=spf1 -all" "x"', '"v=spf1 -all "\nexample.com. TXT "v=spf1 -all"'])
def test_the_views_tell_what_differs(said: str) -> None:
    world = Zone.from_text(
        f"example.com. {SOA}\nexample.com. NS ns1.example.net.\nexample.com. NS ns2.example.net.\n"
        'example.com. TXT "v=spf1 -all"\n*.example.com. A 192.0.2.1\n'
        "ns1.example.net. A 192.0.2.53\nns2.example.net. A 198.51.100.53"
    )
    other = Zone.from_text(f"example.com. {SOA}\nexample.com. TXT {said}\n*.example.com. A 192.0.2.1")
    seen = asyncio.run(agreements(SUBJECT, Views(world, {"198.51.100.53": {"": other}})))
    by_scope = {f.scope: [v.servers for v in f.views] for f in seen.facts}
    assert by_scope["example.com TXT"] == [
        ("ns1.example.net 192.0.2.53",),
        ("ns2.example.net 198.51.100.53",),
    ]
    assert len(by_scope["_dmarc.example.com TXT"]) == 1  # a wildcard answers both alike


TWO_SERVERS = f"""
example.com. {SOA}
example.com. NS ns1.example.net.
example.com. NS ns2.example.net.
ns1.example.net. A 192.0.2.53
ns2.example.net. A 198.51.100.53
"""


def views_of(scope: str, one: str, other: str, ips: tuple[str, ...] = (), soas: str = "") -> list[View]:
    """What the two servers say, where ``one`` and ``other`` are what each of them holds."""
    first, second = (f"example.com. {soa}" for soa in (soas.split("|") if soas else (SOA, SOA)))
    servers = {
        "192.0.2.53": {"": Zone.from_text(f"{first}\n{one}")},
        "198.51.100.53": {"": Zone.from_text(f"{second}\n{other}")},
    }
    subject = replace(SUBJECT, ips=ips, helo="mail.example.com" if ips else None, selectors=("s1",))
    world = Views(Zone.from_text(f"{TWO_SERVERS}{one}"), servers)
    seen = asyncio.run(agreements(subject, world))
    return [view for f in seen.facts if f.scope == scope for view in f.views]


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("example.com", "v=spf1 ip4:192.0.2.1 a:M.example -all", "V=SPF1  +IP4:192.0.2.1/32 a:m.example -ALL", True),
        ("example.com", "v=spf1 ip4:192.0.2.1 a -all", "v=spf1 a ip4:192.0.2.1 -all", False),
        ("example.com", "v=spf1 exists:%{i}.example.com -all", "v=spf1 exists:%{I}.example.com -all", False),
        ("example.com", "v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.2 -all", False),
        ("example.com", "v=spf1 a -all", "v=spf1 a/24 -all", False),
        ("example.com", "v=spf1 nonsense -all", "v=spf1 Nonsense -all", False),
        ("_dmarc.example.com", "v=DMARC1; p=none", "v=DMARC1;p=none", True),
        ("_dmarc.example.com", "v=DMARC1; p=none; adkim=s; aspf=r", "v=DMARC1; adkim=S; p=None;", True),
        ("_dmarc.example.com", "v=DMARC1; p=reject; pct=100", "v=DMARC1; p=reject; pct=0", False),
        ("_dmarc.example.com", "v=DMARC1; p=none", "v=DMARC1; p=none; sp=reject", False),
        ("_dmarc.example.com", "v=DMARC1; p=none", "v=DMARC1; p=none; rua=mailto:a@example.com", False),
        ("_dmarc.example.com", "v = DMARC1; p=none", "v = DMARC1; p=reject", False),
        ("s1._domainkey.example.com", "v=DKIM1; p=AA AA", "v=DKIM1;p=AAAA;", True),
        ("s1._domainkey.example.com", "v=DKIM1; p=AAAA", "v=DKIM1; p=AAAA; t=y", False),
    ],
)  # fmt: skip
def test_what_is_only_written_otherwise_is_no_difference(name: str, one: str, other: str, same: bool) -> None:
    views = views_of(f"{name} TXT", f'{name}. TXT "{one}"', f'{name}. TXT "{other}"')
    assert len(views) == (1 if same else 2)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("192.0.2.25", "192.0.2.26", [("192.0.2.25",)]),
        ("192.0.2.25", "192.0.2.99", [("192.0.2.25",), ("NODATA",)]),
        ("192.0.2.98", "192.0.2.99", [("NODATA",)]),
    ],
)
def test_servers_that_name_some_of_the_sending_addresses_agree(
    one: str, other: str, said: list[tuple[str, ...]]
) -> None:
    name = "mail.example.com"
    views = views_of(f"{name} A", f"{name}. A {one}", f"{name}. A {other}", ("192.0.2.25", "192.0.2.26"))
    assert [view.said for view in views] == said


@pytest.mark.parametrize(
    ("one", "other", "newest"), [(1, 4294967295, 1), (7, 6, 7), (4294967290, 4294967291, 4294967291)]
)
def test_after_the_highest_serial_comes_zero(one: int, other: int, newest: int) -> None:
    soas = "|".join(SOA.replace(" 7 ", f" {number} ") for number in (one, other))
    texts = ('example.com. TXT "v=spf1 a -all"', 'example.com. TXT "v=spf1 mx -all"')
    for first, second, both in ((*texts, soas), (*texts[::-1], "|".join(soas.split("|")[::-1]))):
        assert views_of("example.com TXT", first, second, soas=both)[0].serial == newest


def test_a_cached_record_that_is_written_otherwise_is_the_same() -> None:
    world = Zone.from_text(f'{TWO_SERVERS}example.com. TXT "v=spf1 -all"')
    own = Zone.from_text(f'example.com. {SOA}\nexample.com. TXT "V=SPF1 -ALL"')
    servers = {"192.0.2.53": {"": own}, "198.51.100.53": {"": own}}
    seen = asyncio.run(cached_records(SUBJECT, Views(world, servers)))
    assert [f.cached == f.published for f in seen.facts if f.scope == "example.com TXT"] == [True]
