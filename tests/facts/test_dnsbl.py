"""Broken blocklists never make an audit say "listed", nor "clean"; whole ones do as they should."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts.blocklists import Blocklist, Sort, catalogue, register
from deliverkit.facts.dnsbl import query_name
from deliverkit.lab import world
from deliverkit.lab.faults import Faulty, Kind, parse
from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.model.report import Outcome, Reason, Report
from deliverkit.model.subject import CORE_BLOCKLISTS, Subject
from deliverkit.model.verdict import Prediction, Severity, Verdict
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.names import is_within
from deliverkit.resolver.zonefile import Zone
from deliverkit.texts import say

IPS = {"ip": "192.0.2.25", "ip6": "2001:db8::25"}
DOMAIN = "example.com"
CHECKS = [registry.load(i) for i in ("dnsbl-ip-listed", "dnsbl-domain-listed")]
LOOKS = [(zone, kind) for zone, row in catalogue().items() for kind in row.kinds]
BROKEN = {
    "refusing": "127.255.255.254",
    "refusing, as SURBL does": "127.0.0.1",
    "over the limit": "127.255.255.255",
    "rewriting": "198.51.100.1",
    "rewriting to the own machine's network": "10.0.0.1",
    "dead": "",
    "listing everybody": "sample",
}


def target(kind: str) -> str:
    return query_name(IPS[kind]) if kind in IPS else DOMAIN


def bad(row: Blocklist) -> str:
    """An answer that lists, as this list gives it."""
    code = next(c for c in row.codes.values() if c.sort in (Sort.LISTED, Sort.RANGE, Sort.REVERSE))
    return ".".join(str(low) for low, _ in code.octets)


def subject(zone: str, kind: str, looks: tuple[str, ...] = ()) -> Subject:
    return Subject(DOMAIN, ips=(IPS[kind],) if kind in IPS else (), blocklists=(zone,), looks=looks)


def whole(row: Blocklist, kind: str, answer: str = "") -> str:
    """A list in order, as zone text, that gives this answer about the target."""
    lines = [f"{row.test_points(kind)[0]}.{row.zone}. A {row.sample}"]
    lines += [f"{target(kind)}.{row.zone}. A {answer}"] if answer else []
    return "\n".join(lines) + "\n"


def outcome(zone: str, kind: str, resolver: Resolver, *looks: str) -> Outcome:
    """What the one check says that this kind of target concerns."""
    check = CHECKS[kind == "domain"]
    found = asyncio.run(report(subject(zone, kind, looks), resolver, [check]))
    first, *rest = found.outcomes
    # A list that does not decide is no substitute for one that does.
    decides = catalogue()[zone].severity is Severity.ERROR
    assert [o.reason for o in rest] == ([] if decides else [Reason("not-given", ("--dnsbl core",))])
    return first


def can_list(row: Blocklist) -> bool:
    return any(c.sort not in (Sort.GOOD, Sort.NEUTRAL) for c in row.codes.values())


@pytest.mark.parametrize(("zone", "kind"), LOOKS)
def test_a_list_in_order_is_believed(zone: str, kind: str) -> None:
    row = catalogue()[zone]
    assert outcome(zone, kind, Zone.from_text(whole(row, kind))).verdict is Verdict.PASS
    if can_list(row):
        found = outcome(zone, kind, Zone.from_text(whole(row, kind, bad(row))))
        assert found.verdict is Verdict.FAIL
        assert found.severity is row.severity


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize(("zone", "kind"), LOOKS)
def test_a_broken_list_is_neither_listed_nor_clean(zone: str, kind: str, how: str, listed: bool) -> None:
    """Whether its broken state also covers the target (it says the same of it), or its old entry still stands."""
    row = catalogue()[zone]
    said = row.sample if BROKEN[how] == "sample" else BROKEN[how]
    text = f"*.{zone}. A {said}\n" if said else f"{zone}. TXT dead\n"
    text += f"{target(kind)}.{zone}. A {bad(row)}\n" if listed and can_list(row) else ""
    # The nearest name decides where a wildcard stands; the test points are not below the target's.
    assert outcome(zone, kind, Zone.from_text(text)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.REFUSED, Status.TIMEOUT])
@pytest.mark.parametrize("which", [0, 1, 2], ids=["listed point", "clean point", "target"])
@pytest.mark.parametrize(("zone", "kind"), LOOKS)
def test_an_answer_that_does_not_come(zone: str, kind: str, which: int, status: Status) -> None:
    row = catalogue()[zone]
    labels = (*row.test_points(kind), target(kind))
    failing = Question(f"{labels[which]}.{zone}", "A")
    answer = bad(row) if can_list(row) else ""
    resolver = Answering({failing: Answer(failing, status)}, Zone.from_text(whole(row, kind, answer)))
    assert outcome(zone, kind, resolver).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("zone", "sign"),
    [
        ("iadb.isipp.com", "ISIPP IADB: accredited sender, code 0.0.1"),
        ("hostkarma.junkemailfilter.com", "Hostkarma: white: trusted sender"),
    ],
)
def test_a_good_sign_may_be_127_0_0_1(zone: str, sign: str) -> None:
    found = outcome(zone, "ip", Zone.from_text(whole(catalogue()[zone], "ip", "127.0.0.1")))
    assert (found.verdict, found.reason and found.reason.data) == (Verdict.PASS, (sign,))


class Answering:
    def __init__(self, known: dict[Question, Answer], below: Resolver) -> None:
        self.known, self.below = known, below

    async def ask(self, question: Question) -> Answer:
        return self.known.get(question) or await self.below.ask(question)


@pytest.mark.parametrize("which", ["2.0.0.127", "1.0.0.127", "25.2.0.192"])
def test_all_answers_have_to_come_from_one_resolver(which: str) -> None:
    """A test point that the second resolver answered says nothing about the first, which may be refused."""
    row = catalogue()["zen.spamhaus.org"]
    zone = Zone.from_text(whole(row, "ip", "127.0.0.2"))
    question = Question(f"{which}.zen.spamhaus.org", "A")
    other = asyncio.run(zone.ask(question))
    moved = Answer(question, other.status, other.records, origin=Origin("198.51.100.53:53"))
    found = outcome("zen.spamhaus.org", "ip", Answering({question: moved}, zone))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason is not None
    assert found.reason.data == ("dnsbl-several-resolvers",)


@dataclass
class Asked:
    below: Resolver
    questions: list[Question]

    async def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        return await self.below.ask(question)


def audited(stream: Subject, *faults: str) -> tuple[Report, list[Question]]:
    asked = Asked(Faulty([parse(f) for f in faults], world.zone()), [])
    return asyncio.run(report(stream, Cached(asked), registry.discover())), asked.questions


HEALTHY = world.streams()[0].subject
ALL = tuple(catalogue())


@pytest.mark.parametrize(
    "kind", [Kind.SENTINEL, Kind.REWRITE, Kind.EMPTY, Kind.LISTS_ALL, Kind.TIMEOUT, Kind.REFUSED]
)
@pytest.mark.parametrize("lists", [CORE_BLOCKLISTS, ALL], ids=["core", "all"])
@pytest.mark.parametrize("zone", ["zen.spamhaus.org", "dbl.spamhaus.org"])
def test_without_a_list_that_decides_the_report_does_not_say_clean(
    kind: Kind, lists: tuple[str, ...], zone: str
) -> None:
    stream = replace(HEALTHY, blocklists=lists)
    healthy, _ = audited(stream)
    assert healthy.findings == ()
    assert healthy.prediction is Prediction.NO
    found, _ = audited(stream, f"{kind}:{zone}")
    assert found.findings == ()
    assert found.prediction is Prediction.UNKNOWN


def test_no_audit_asks_a_closed_zone_or_anything_twice() -> None:
    named = tuple(row.zone for row in register())
    _, questions = audited(replace(HEALTHY, blocklists=(*ALL, *named)))
    assert len(set(questions)) == len(questions)
    assert len(questions) > 3 * len(ALL)
    assert [q for q in questions for row in register() if is_within(q.name, row.zone)] == []


NS = "198.51.100.7"
SERVERS = """
$TTL 60
zen.spamhaus.org. NS ns1.lists.test.
zen.spamhaus.org. NS ns2.lists.test.
ns1.lists.test. A 192.168.1.1
ns2.lists.test. A {ns}
"""


class Split:
    """A resolver that is broken for the list, and what the list's own server says to those that ask it."""

    def __init__(self, through: str, own: str) -> None:
        self.resolver = Zone.from_text(SERVERS.format(ns=NS) + through)
        self.own = Zone.from_text(own)
        self.at: list[str] = []

    async def ask(self, question: Question) -> Answer:
        if not question.at:
            return await self.resolver.ask(question)
        self.at.append(question.at)
        answer = await self.own.ask(replace(question, at=""))
        return replace(answer, question=question)


ZEN = "zen.spamhaus.org"
THROUGH = {
    "refused": f"*.{ZEN}. A 127.255.255.254\n",
    "rewritten": f"*.{ZEN}. A 198.51.100.1\n",
    "silent": "",
}


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("how", THROUGH)
def test_the_list_itself_is_asked_where_the_resolver_cannot(how: str, listed: bool) -> None:
    own = whole(catalogue()[ZEN], "ip", "127.0.0.3" if listed else "")
    split = Split(THROUGH[how], own)
    found = outcome(ZEN, "ip", split, "dnsbl-direct")
    assert found.verdict is (Verdict.FAIL if listed else Verdict.PASS)
    assert set(split.at) == {NS}, "never an address that nobody can reach"
    assert {q.at for q in found.rests_on} == {NS}
    assert [(f.message, f.data["via"]) for f in found.findings] == ([("listed-direct", NS)] if listed else [])
    assert outcome(ZEN, "ip", Split(THROUGH[how], own)).verdict is Verdict.UNKNOWN, "only where it is wanted"


@pytest.mark.parametrize("own", [*THROUGH.values(), f"*.{ZEN}. A 127.0.0.2\n"])
@pytest.mark.parametrize("how", THROUGH)
def test_where_the_list_does_not_help_either_nothing_is_known(how: str, own: str) -> None:
    found = outcome(ZEN, "ip", Split(THROUGH[how], own), "dnsbl-direct")
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == Reason("doubt", ("dnsbl-direct-failed",))


def test_who_is_answered_well_asks_nobody_else() -> None:
    split = Split(whole(catalogue()[ZEN], "ip"), "")
    assert outcome(ZEN, "ip", split, "dnsbl-direct").verdict is Verdict.PASS
    assert split.at == []


def test_a_list_without_name_servers_stays_unknown() -> None:
    found = outcome("bl.spamcop.net", "ip", Zone.from_text("a.test. A 192.0.2.1"), "dnsbl-direct")
    assert found.reason == Reason("doubt", ("dnsbl-direct-failed",))


@pytest.mark.parametrize("looks", [(), ("dnsbl-direct",)], ids=["resolver", "direct"])
@pytest.mark.parametrize("how", ["refusing", "dead"])
@pytest.mark.parametrize(("zone", "kind"), [(z, k) for z, k in LOOKS if catalogue()[z].key])
def test_a_list_with_a_key_that_does_not_serve_sends_to_the_key(
    zone: str, kind: str, how: str, looks: tuple[str, ...]
) -> None:
    text = f"*.{zone}. A {BROKEN[how]}\n" if BROKEN[how] else f"{zone}. TXT dead\n"
    found = outcome(zone, kind, Zone.from_text(text), *looks)
    assert found.reason is not None
    assert found.reason.key == "doubt"
    (doubt,) = found.reason.data
    told = say(f"doubt.{doubt}")
    assert f"Check the key in {catalogue()[zone].key} or in the configuration file." in told


@pytest.mark.parametrize("how", ["rewriting", "listing everybody"])
def test_what_no_key_can_mend_does_not(how: str) -> None:
    zone = next(z for z, row in catalogue().items() if row.key)
    said = BROKEN[how] if how == "rewriting" else catalogue()[zone].sample
    found = outcome(zone, "ip", Zone.from_text(f"*.{zone}. A {said}\n"))
    assert found.reason is not None
    assert "key" not in " ".join(say(f"doubt.{d}") for d in found.reason.data)
