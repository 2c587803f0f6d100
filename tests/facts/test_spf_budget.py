"""The SPF budget: exact counts for each term, and which term decides for which address."""

from __future__ import annotations

import asyncio
import json

import jsonschema
import pytest

from deliverkit import wiring
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts import _spf_walk
from deliverkit.facts.spf_budget import spf_budget
from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.budget import BudgetTerm, SpfBudget
from deliverkit.model.subject import Subject
from deliverkit.render import json_v1, terminal
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.zonefile import Zone
from tests.render import builds

IP, OTHER, IP6 = "192.0.2.25", "198.51.100.7", "2001:db8::25"
HOSTS = """
a.example.net. A 198.51.100.7
b.example.net. A 198.51.100.8
v6.example.net. AAAA 2001:db8::1
"""


class View:
    """A zone in which names below ``slow.example.net`` get no answer."""

    def __init__(self, text: str) -> None:
        self.zone = Zone.from_text(text, strict=False)

    async def ask(self, question: Question) -> Answer:
        if question.name.endswith("slow.example.net"):
            return Answer(question, Status.TIMEOUT)
        return await self.zone.ask(question)


def budget(text: str, *ips: str, mail_from: str | None = None) -> SpfBudget:
    found = asyncio.run(
        spf_budget(Subject("example.com", ips, mail_from=mail_from), Cached(View(HOSTS + text)))
    )
    assert found is not None
    return found


def spf(name: str, record: str) -> str:
    return f'{name}. TXT "{record}"\n'


def terms(found: SpfBudget) -> dict[str, BudgetTerm]:
    return {t.text: t for _, t in found.walk()}


def costs(found: SpfBudget) -> dict[str, tuple[int, int]]:
    return {t.text: (t.lookups, t.voids) for _, t in found.walk() if t.lookups or t.voids}


# --- counts: what other tools get wrong (checkdmarc #94, #129, #173, #197, #211; pyspf #40, #44; Internet.nl) ---

COUNTED = {
    "nested includes": (
        "v=spf1 include:one.example.net include:two.example.net -all",
        spf("one.example.net", "v=spf1 include:three.example.net a:a.example.net -all")
        + spf("two.example.net", "v=spf1 ip4:192.0.2.0/24 -all")
        + spf("three.example.net", "v=spf1 mx:gone.example.net ~all"),
        (4 + 1, 1),
        {
            "include:one.example.net": (3 + 1, 0 + 1),
            "include:three.example.net": (2, 1),
            "mx:gone.example.net": (1, 1),
            "a:a.example.net": (1, 0),
            "include:two.example.net": (1, 0),
        },
    ),
    "exp is free": ("v=spf1 a:a.example.net -all exp=why.example.com", "", (1, 0), {"a:a.example.net": (1, 0)}),
    "bare a counts as a:host does": (
        "v=spf1 a a:a.example.net ~all",
        "example.com. A 192.0.2.1\n",
        (2, 0),
        {"a": (1, 0), "a:a.example.net": (1, 0)},
    ),
    "mx counts once, whatever its hosts": (
        "v=spf1 mx ~all",
        "example.com. MX 1 a.example.net.\nexample.com. MX 2 b.example.net.\n",
        (1, 0),
        {"mx": (1, 0)},
    ),
    "a host with one address family is not void": (
        "v=spf1 a:a.example.net ~all",
        "",
        (1, 0),
        {"a:a.example.net": (1, 0)},
    ),
    "the same include twice is paid twice": (
        "v=spf1 include:one.example.net include:two.example.net ~all",
        spf("one.example.net", "v=spf1 include:three.example.net ~all")
        + spf("two.example.net", "v=spf1 include:three.example.net ~all")
        + spf("three.example.net", "v=spf1 a:a.example.net ~all"),
        (6, 0),
        {
            "include:one.example.net": (3, 0),
            "include:two.example.net": (3, 0),
            "include:three.example.net": (2, 0),
            "a:a.example.net": (1, 0),
        },
    ),
    "what stands behind all is free": (
        "v=spf1 a:a.example.net -all include:one.example.net",
        "",
        (1, 0),
        {"a:a.example.net": (1, 0)},
    ),
    "redirect counts, with what is below": (
        "v=spf1 redirect=one.example.net",
        spf("one.example.net", "v=spf1 a:a.example.net a:gone.example.net -all"),
        (3, 1),
        {"redirect=one.example.net": (3, 1), "a:a.example.net": (1, 0), "a:gone.example.net": (1, 1)},
    ),
    "redirect beside all is free": ("v=spf1 a:a.example.net redirect=one.example.net -all", "", (1, 0),
                                    {"a:a.example.net": (1, 0)}),
    "names that only look like terms are free": (
        "v=spf1 ip4:192.0.2.1 x-include=a.example.net -all",
        "",
        (0, 0),
        {},
    ),
    "ptr and exists with macros cost one": (
        "v=spf1 ptr exists:%{i}._spf.example.net -all",
        "",
        (2, 0),
        {"ptr": (1, 0), "exists:%{i}._spf.example.net": (1, 0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_look_ups_and_voids_of_each_term(name: str) -> None:
    record, text, (lookups, voids), rows = COUNTED[name]
    found = budget(spf("example.com", record) + text, "203.0.113.9")
    assert (found.lookups, found.voids, found.spare) == (lookups, voids, 10 - lookups)
    assert costs(found) == rows
    assert not found.at_least


def test_voids_are_those_of_the_family_that_has_more() -> None:
    text = spf("example.com", "v=spf1 a:v6.example.net -all")
    assert budget(text, IP).voids == 1
    assert budget(text, IP6).voids == 0
    assert budget(text, IP, IP6).voids == 1


def test_more_than_the_limit_is_told_in_full() -> None:
    many = " ".join(f"exists:%{{i}}.{n}.example.net" for n in range(12))
    found = budget(spf("example.com", f'v=spf1 {many[:200]}" "{many[200:]} -all'), IP)
    assert (found.lookups, found.spare) == (12, 0)
    assert found.results == ("permerror",)


def test_a_tree_that_is_not_seen_in_full_counts_at_least() -> None:
    text = spf(
        "example.com",
        "v=spf1 a:a.example.net include:slow.example.net a:x.slow.example.net mx:slow.example.net -all",
    )
    found = budget(text, IP)
    assert (found.lookups, found.voids, found.at_least) == (4, 0, True)
    assert found.results == ("temperror",)
    rows = terms(found)
    assert [t for t, row in rows.items() if row.open] == [
        "include:slow.example.net", "a:x.slow.example.net", "mx:slow.example.net"
    ]  # fmt: skip
    assert not any(row.never for row in rows.values())
    assert {rows[t].ipv4 for t in rows if rows[t].open} == {None}
    assert "At least 4 of 10 look-ups" in shown(found)
    assert "? UNKNOWN include:slow.example.net (1 look-up); could not look" in shown(found)


def test_a_tree_without_end_is_cut_off() -> None:
    text = "".join(spf(f"{n}.example.net", f"v=spf1 include:{n + 1}.example.net ~all") for n in range(60))
    found = budget(spf("example.com", "v=spf1 include:0.example.net -all") + text, IP)
    assert found.lookups == _spf_walk.MAX_NODES + 1
    assert found.at_least
    assert max(map(len, shown(found).splitlines())) <= 80


# --- whom it allows ---------------------------------------------------------------------------------------


def test_the_term_that_decides_and_the_branch_it_is_in() -> None:
    text = (
        spf(
            "example.com",
            "v=spf1 include:one.example.net include:two.example.net include:three.example.net -all",
        )
        + spf("one.example.net", "v=spf1 -ip4:192.0.2.25 ip4:192.0.2.0/24 -all")
        + spf("two.example.net", "v=spf1 redirect=deep.example.net")
        + spf("deep.example.net", "v=spf1 a:a.example.net ip4:192.0.2.0/28 ip4:192.0.2.16/28 ~all")
        + spf("three.example.net", "v=spf1 ip4:192.0.2.25 ip4:203.0.113.0/24 -all")
    )
    found = budget(text, IP, OTHER, "203.0.113.9")
    assert found.results == ("pass", "pass", "pass")
    passing = {t.text: t.authorises for _, t in found.walk() if t.authorises}
    assert passing == {
        "include:two.example.net": (IP, OTHER),
        "redirect=deep.example.net": (IP, OTHER),
        "a:a.example.net": (OTHER,),
        "ip4:192.0.2.16/28": (IP,),
        "include:three.example.net": ("203.0.113.9",),
        "ip4:203.0.113.0/24": ("203.0.113.9",),
    }
    # It stands for the address, but evaluation has shown that it refuses it first.
    assert [t.text for _, t in found.walk() if t.never] == ["include:one.example.net"]


NEVER = {
    "none of the addresses": ("include:one.example.net", "v=spf1 ip4:203.0.113.0/24 -all", (IP, OTHER), True),
    "one of the addresses": ("include:one.example.net", "v=spf1 a:a.example.net -all", (IP, OTHER), False),
    "no addresses given": ("include:one.example.net", "v=spf1 ip4:203.0.113.0/24 -all", (), False),
    "behind the term that decides": (
        "ip4:192.0.2.25 include:one.example.net", "v=spf1 ip4:192.0.2.0/24 -all", (IP,), False),
    "behind it, and everybody": ("ip4:192.0.2.25 include:one.example.net", "v=spf1 +all", (IP,), False),
    "behind it, by macros": (
        "ip4:192.0.2.25 include:one.example.net", "v=spf1 exists:%{i}.example.net -all", (IP,), False),
    "macros that evaluation came to": ("include:one.example.net", "v=spf1 exists:%{i}.x.example.net -all", (IP,), True),
    "macros of the message": ("include:one.example.net", "v=spf1 exists:%{l}.x.example.net -all", (IP,), False),
    "that refuses": ("-include:one.example.net", "v=spf1 ip4:203.0.113.0/24 -all", (IP,), False),
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
def test_an_include_that_never_allows(name: str) -> None:
    own, record, ips, never = NEVER[name]
    text = spf("example.com", f"v=spf1 {own} -all") + spf("one.example.net", record)
    assert terms(budget(text, *ips))[own.split()[-1]].never is never


def test_a_result_that_hangs_on_the_message_is_not_told() -> None:
    text = (
        spf("example.com", "v=spf1 exists:%{l}._spf.example.net -all")
        + "post._spf.example.net. A 127.0.0.2\n"
    )
    assert budget(text, IP).results == ("",)
    found = budget(text, IP, mail_from="post@example.com")
    assert found.results == ("pass",)
    assert terms(found)["exists:%{l}._spf.example.net"].authorises == (IP,)


def test_vendors_addresses_and_wide_networks() -> None:
    text = (
        spf(
            "example.com",
            "v=spf1 include:_spf.google.com ip4:10.0.0.0/8 ip6:2001:db8::/31 a:a.example.net/24 "
            "?ip4:172.16.0.0/12 ptr ~all",
        )
        + spf("_spf.google.com", "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.128/25 ip6:2001:db8::/36 ~all")
    )  # fmt: skip
    rows = terms(budget(text))
    google = rows["include:_spf.google.com"]
    assert (google.kind, google.target, google.vendor) == ("include", "_spf.google.com", "Google Workspace")
    assert (google.ipv4, google.ipv6, google.networks) == (256, 2**92, ())
    assert rows["ip4:10.0.0.0/8"].wide == ("10.0.0.0/8",)
    assert rows["ip6:2001:db8::/31"].wide == ("2001:db8::/31",)
    assert rows["ip6:2001:db8::/36"].wide == ()
    assert rows["?ip4:172.16.0.0/12"].wide == ()
    assert (rows["a:a.example.net/24"].networks, rows["a:a.example.net/24"].ipv4) == (
        ("198.51.100.0/24",),
        256,
    )
    assert (rows["ptr"].kind, rows["ptr"].networks, rows["ptr"].ipv4) == ("ptr", None, None)
    text = shown(budget(text), width=120)
    assert "include:_spf.google.com (1 look-up); Google Workspace; 256 IPv4 addresses;" in text
    assert "! WIDE ip4:10.0.0.0/8; about 2^24 IPv4 addresses; wider than what one sender has" in text
    assert "· PTR ptr (1 look-up); RFC 7208 asks not to publish ptr" in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (spf("one.example.net", "no record"), "include-without-record"),
        (spf("one.example.net", "v=spf1 include:example.com ~all"), "include-fault"),
        (spf("one.example.net", "v=spf1 ip4:nowhere ~all"), "include-syntax"),
        (spf("one.example.net", "v=spf1 -all") + spf("one.example.net", "v=spf1 ~all"), "include-several"),
    ],
)
def test_faults_are_told_where_they_are(text: str, fault: str) -> None:
    found = budget(spf("example.com", "v=spf1 include:one.example.net -all") + text, IP)
    assert found.terms[0].fault == fault
    assert not found.terms[0].never
    assert "✗ FAULT include:one.example.net" in shown(found)


# --- in the report ----------------------------------------------------------------------------------------


def shown(found: SpfBudget | None, *, ascii: bool = False, width: int = 80) -> str:
    one = builds.report()
    object.__setattr__(one, "spf", found)
    text = terminal.render(one, tree=True, ascii=ascii, width=width)
    return text[text.index("The SPF record, ") :]


def test_without_a_single_record_there_is_no_tree() -> None:
    for text in ("", spf("example.com", "v=spf1 -all") + spf("example.com", "v=spf1 ~all")):
        assert asyncio.run(spf_budget(Subject("example.com"), View(text))) is None
    assert "There is no tree to show: no single SPF record of example.com was seen." in shown(None).replace(
        "\n  ", " "
    )


@pytest.mark.parametrize("poison", builds.POISONS)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_hostile_texts_are_tamed(poison: str, width: int) -> None:
    bad = builds.POISONS[poison]
    deep = BudgetTerm(
        bad, "include", bad, bad, 1, 1, (), authorises=(bad,), open=True, wide=(bad,), never=True
    )
    for _ in range(40):
        deep = BudgetTerm(bad, "include", bad, bad, 1, 1, children=(deep, deep) if _ < 3 else (deep,))
    found = SpfBudget(bad, bad, 999, 450, 11, 10, 3, 2, (bad,), ("pass",), (deep,))
    for ascii in (False, True):
        text = shown(found, ascii=ascii, width=width)
        assert text.isascii() or not ascii
        assert all(line.isprintable() for line in text.splitlines())
        assert max(len(line) for line in text.splitlines() if "AAA" in line or "->" not in line) <= width


@pytest.mark.parametrize("stream", world.streams(), ids=lambda s: s.subject.domain)
def test_json_follows_its_schema(stream: world.LabStream) -> None:
    found = asyncio.run(spf_budget(stream.subject, Cached(world.zone())))
    one = builds.report(subject=stream.subject)
    object.__setattr__(one, "spf", found)
    document = json.loads(json_v1.render(one))
    jsonschema.validate(document, json_v1.schema())
    assert (document["spf_budget"] is None) is (found is None)


def test_the_budget_asks_nothing_that_the_audit_has_not_asked() -> None:
    stream = world.stream("spf-lookups-near-limit.example")
    assert stream is not None
    cached = Cached(world.zone())
    found = asyncio.run(report(stream.subject, cached, registry.discover()))
    known = len(cached.answers)
    whole = asyncio.run(wiring.examine_to_end(stream.subject, cached))
    assert whole.spf is not None
    assert whole.asked == found.asked
    asyncio.run(spf_budget(stream.subject, cached))
    assert len(cached.answers) >= known


def test_the_tree_is_walked_once_for_each_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[str] = []
    start = _spf_walk.Walker.__init__

    def counted(self: _spf_walk.Walker, *arguments: object) -> None:
        walked.append(str(arguments[1]))
        start(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(_spf_walk.Walker, "__init__", counted)
    stream = world.stream("healthy.example")
    assert stream is not None
    asyncio.run(report(stream.subject, Cached(world.zone()), registry.discover()))
    assert sorted(walked) == ["A", "AAAA"]
