"""Anything at all, and records out of the grammar: always a result with its reason, and what pyspf says as well."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from hypothesis import event, given, settings
from hypothesis import strategies as st

from deliverkit.auth.check_host import spf
from deliverkit.auth.results import Result, SpfResult
from deliverkit.model.answer import Answer, Mx, Question, Rdata, Status, Txt
from tests.auth.recount import recount
from tests.auth.spf_world import HERE, rows, second_opinion

NAMES = ("example.com", "a.example.com", "b.example.net", "mail.example.org", "gone.example.net")
IPS = ("192.0.2.1", "198.51.100.1", "2001:db8::1", "::ffff:192.0.2.1")
RESULTS = set(Result) - {Result.POLICY}
EXCUSED = tuple(row["reason"] for row in rows(HERE / "pyspf_faults.toml", "fault") if "reason" in row)

T = TypeVar("T")
Zone = dict[tuple[str, str], Status | tuple[Rdata, ...]]


class World:
    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.names = {name for name, _ in zone}

    async def ask(self, question: Question) -> Answer:
        found = self.zone.get((question.name, question.rtype))
        if isinstance(found, Status):
            return Answer(question, found)
        if found is None:
            return Answer(question, Status.NODATA if question.name in self.names else Status.NXDOMAIN)
        return Answer(question, Status.OK, found)


def evaluate(ip: str, mail_from: str, helo: str, zone: Zone, receiver: str | None = None) -> SpfResult:
    result = asyncio.run(spf(ip, mail_from, helo, World(zone), receiver))
    assert result.result in RESULTS
    assert len(result.answers) == len({answer.question for answer in result.answers})
    recount(result)
    event(result.reason.key)
    return result


# Anything at all.

bits = st.sampled_from(
    "v=spf1 include: a mx ptr exists: ip4: ip6: all redirect= exp= / // %{ } %% %_ %- . : = - + ~ ? s l o d i p v h "
    "c r t 0 1 32 128 example.com 192.0.2.1 2001:db8:: \t \x00 \xe9 @".split(" ")
)
scraps = st.lists(bits, max_size=12).map("".join)
texts = st.text(max_size=40) | scraps
octets = st.lists(st.binary(max_size=60) | scraps.map(lambda s: s.encode("latin-1")[:255]), max_size=3)
records_of = {
    "TXT": octets.map(lambda strings: Txt(tuple(strings)))
    | scraps.map(lambda s: Txt.of(f"v=spf1 {s}"))
    | st.lists(scraps, max_size=5).map(lambda terms: Txt.of(" ".join(["v=spf1", *terms]))),
    "A": st.sampled_from(IPS) | texts,
    "AAAA": st.sampled_from(IPS) | texts,
    "MX": st.builds(Mx, st.integers(), st.sampled_from(NAMES) | texts),
    "PTR": st.sampled_from(NAMES) | texts,
}


def rarely(strange: st.SearchStrategy[T], usual: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """One in ten is strange, so that evaluation often gets far."""
    return st.integers(0, 9).flatmap(lambda n: strange if n == 0 else usual)


@st.composite
def any_zones(draw: st.DrawFn) -> Zone:
    zone: Zone = {}
    for name in (*NAMES[:3], "1.2.0.192.in-addr.arpa"):
        for rtype in {"TXT", *draw(st.sets(st.sampled_from(sorted(records_of)), max_size=3))}:
            some = st.lists(records_of[rtype], min_size=1, max_size=2).map(tuple)
            zone[name, rtype] = draw(rarely(st.sampled_from(Status), some))
    return zone


@given(
    rarely(texts, st.sampled_from(IPS)),
    rarely(texts, rarely(st.builds("{}@example.com".format, texts), st.just("user@example.com"))),
    st.sampled_from(NAMES) | texts,
    any_zones(),
    st.none() | texts,
)
@settings(max_examples=150)
def test_anything(ip: str, mail_from: str, helo: str, zone: Zone, receiver: str | None) -> None:
    evaluate(ip, mail_from, helo, zone, receiver)


# Records out of the grammar (RFC 7208 section 12), where pyspf is a second opinion.

letters = st.sampled_from("sldoihvp")
macros = st.builds(
    "%{{{}{}{}}}".format,
    letters | letters.map(str.upper),
    st.sampled_from(["", "", "1", "2", "9"]),
    st.sampled_from(["r", ""]),
) | st.sampled_from(["%{l-}", "%{l1r-}", "%{S}", "%%", "%_", "%-"])
names = st.sampled_from(NAMES)
domains = (
    names
    | names.map(lambda name: f"{name}.")
    | st.builds("{}.{}".format, macros, names)
    | st.builds("x{}.{}".format, macros, names)
    | st.sampled_from(["%{d}", "%{o}", "%{h}", "%{p}"])
)
four = st.sampled_from(["", "", "/0", "/24", "/32"])
six = st.sampled_from(["", "", "//0", "//32", "//128"])
mechanisms = (
    st.just("all")
    | st.builds("include:{}".format, domains)
    | st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["a", "mx", "A", "Mx"]),
        domains.map(":{}".format) | st.just(""),
        four,
        six,
    )
    | st.sampled_from(["ptr"])
    | st.builds("ptr:{}".format, domains)
    | st.builds("exists:{}".format, domains)
    | st.builds(
        "ip4:{}{}".format, st.sampled_from(["192.0.2.1", "192.0.2.200", "198.51.100.1", "0.0.0.0"]), four
    )
    | st.builds(
        "ip6:{}{}".format,
        st.sampled_from(["2001:db8::1", "2001:DB8::", "::", "::ffff:192.0.2.1"]),
        six.map(lambda s: s[1:]),
    )
)
broken = st.sampled_from(
    ["a:", "ip4:192.0.2", "foo", "include:", "a/33", "ip6:::/129", "redirect=", "exp=%", "all:x", "=x"]
)
directives = st.builds("{}{}".format, st.sampled_from(["", "+", "-", "~", "?"]), mechanisms)
modifiers = (
    st.builds("redirect={}".format, domains)
    | st.builds("exp={}".format, domains)
    | st.builds("foo={}".format, macros | names)
)
terms = st.integers(0, 19).flatmap(lambda n: broken if n == 0 else modifiers if n < 4 else directives)
spf_records = st.lists(terms, max_size=6).map(lambda parts: Txt.of(" ".join(["v=spf1", *parts])))
ipv4s = st.lists(st.sampled_from(["192.0.2.1", "198.51.100.1"]), min_size=1, max_size=2)
ipv6s = st.lists(st.sampled_from(["2001:db8::1", "2001:db8:1::1"]), min_size=1, max_size=2)
hosts = st.lists(st.builds(Mx, st.integers(0, 3), names | st.just("")), min_size=1, max_size=4)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    zone: Zone = {("1.2.0.192.in-addr.arpa", "PTR"): tuple(draw(st.lists(names, min_size=1, max_size=3)))}
    for name in NAMES[:-1]:
        zone[name, "TXT"] = (draw(rarely(st.just(Txt.of("other")), spf_records)),)
        for rtype, some in (("A", ipv4s), ("AAAA", ipv6s), ("MX", hosts)):
            if draw(st.booleans()):
                zone[name, rtype] = tuple(draw(some))
    for name, rtype in draw(rarely(st.sets(st.sampled_from(sorted(zone))), st.just(set()))):
        zone[name, rtype] = Status.TIMEOUT
    return zone


senders = st.sampled_from(
    ["user@example.com", "first-last@a.example.com", "", "b.example.net", "@example.com"]
)
helos = rarely(st.sampled_from(["localhost", "[192.0.2.1]", "a..b"]), st.just("mail.example.org"))


@given(st.sampled_from(IPS), senders, helos, zones())
@settings(max_examples=250)
def test_pyspf_agrees(ip: str, mail_from: str, helo: str, zone: Zone) -> None:
    ours = evaluate(ip, mail_from, helo, zone)
    known = {answer.question: answer for answer in ours.answers}
    theirs = second_opinion(ip, mail_from, helo, World(zone), known)
    if theirs.result != ours.result and theirs.reason.startswith(EXCUSED):
        event("excused")
    else:
        assert theirs.result == ours.result, (str(ours.reason), theirs.reason)
