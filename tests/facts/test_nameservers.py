"""Which servers are asked, and what a hostile zone cannot make of it."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts._servers import MOST_SERVERS, Need, needs
from deliverkit.facts.nameservers import agreements, named_servers, server_answers
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


@pytest.mark.parametrize("said", ['"v=spf1 -all" "x"', '"V=SPF1 -all"'])
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
