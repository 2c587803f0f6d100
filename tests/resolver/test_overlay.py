"""Proposed records over the world below."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.remedy import Action, RecordChange
from deliverkit.resolver.overlay import PROPOSED, Overlay
from deliverkit.resolver.wire import from_text
from deliverkit.resolver.zonefile import Zone, ZoneRecord
from tests.resolver.fakes import Scripted, question

WORLD = """
$ORIGIN example.com.
$TTL 300
@       TXT "v=spf1 -all"
        TXT "site-verification=1"
        MX 10 mail
mail    A 192.0.2.1
alias   CNAME mail
chain   CNAME alias
dead    CNAME gone.example.net.
*.wild  TXT "from the wildcard"
*.led   CNAME mail
own.led CNAME alias
"""


def add(name: str, rtype: str, *values: Rdata, ttl: int = 60) -> RecordChange:
    return RecordChange(Action.ADD, name, rtype, values, ttl)


def put(name: str, rtype: str, *values: Rdata, ttl: int = 60) -> RecordChange:
    return RecordChange(Action.REPLACE, name, rtype, values, ttl)


def drop(name: str, rtype: str, *values: Rdata) -> RecordChange:
    return RecordChange(Action.REMOVE, name, rtype, values)


SPF = Txt.of("v=spf1 -all")
SITE = Txt.of("site-verification=1")
NEW = Txt.of("v=spf1 mx -all")


def ask(changes: list[RecordChange], text: str, below: Zone | Scripted | None = None) -> Answer:
    return asyncio.run(Overlay(changes, below or Zone.from_text(WORLD)).ask(question(text)))


SIGNS = {"+": Action.ADD, "=": Action.REPLACE, "-": Action.REMOVE}


def values_of(rtype: str, text: str) -> tuple[Rdata, ...]:
    return tuple(from_text(rtype, value) for value in text.split(" | ") if value)


def change_of(line: str) -> RecordChange:
    sign, name, rtype, *values = line.split(" ", 3)
    return RecordChange(SIGNS[sign], name, rtype, values_of(rtype, "".join(values)), 60)


def cases() -> dict[str, tuple[list[RecordChange], str, str]]:
    text = Path(__file__).with_name("overlay_cases.txt").read_text("utf-8")
    found = {}
    for block in text.split("\n\n")[1:]:
        title, *changes, asked, result = block.strip().split("\n")
        found[title] = ([change_of(line.strip()) for line in changes], asked[4:], result.strip())
    return found


CASES = cases()


@pytest.mark.parametrize(("changes", "asked", "result"), CASES.values(), ids=CASES)
def test_changes(changes: list[RecordChange], asked: str, result: str) -> None:
    got = ask(changes, asked)
    found, _, aliases = result.partition(" via ")
    status, _, values = found.partition(" ")
    assert (got.question, got.status) == (question(asked), Status(status))
    assert got.records == values_of(got.question.rtype, values)
    assert got.aliases == tuple(aliases.split())


def test_what_is_not_touched_is_the_answer_from_below() -> None:
    below = Zone.from_text(WORLD)
    changes = [
        put("mail.example.com", "TXT", NEW),
        add("example.com", "TXT", SPF),
        drop("example.com", "MX", Mx(5, "x")),
    ]
    for text in (
        "example.com TXT",
        "example.com MX",
        "mail.example.com A",
        "chain.example.com A",
        "no.example.com A",
    ):
        assert ask(changes, text, below) == asyncio.run(below.ask(question(text)))


def test_proposed_answers_say_so() -> None:
    assert ask([put("example.com", "TXT", NEW)], "example.com TXT") == Answer(
        Question("example.com", "TXT"), Status.OK, (NEW,), 60, origin=PROPOSED
    )
    assert ask([add("new.example.com", "A", "192.0.2.9")], "new.example.com TXT").origin == PROPOSED
    assert ask([drop("example.com", "TXT")], "example.com TXT").origin == PROPOSED


def test_ttl_and_origin_behind_aliases() -> None:
    got = ask([add("new.example.com", "CNAME", "mail.example.com", ttl=60)], "new.example.com A")
    assert (got.ttl, got.origin) == (60, Origin("zone", 7))
    got = ask([put("mail.example.com", "A", "192.0.2.9", ttl=900)], "alias.example.com A")
    assert (got.ttl, got.origin) == (300, PROPOSED)


def test_what_is_proposed_is_not_authenticated() -> None:
    signed = Answer(Question("mail.example.com", "A"), Status.OK, ("192.0.2.1",), 60, authenticated=True)
    below = Scripted({"mail.example.com A": [signed]})
    assert ask([], "mail.example.com A", below).authenticated
    assert not ask(
        [add("new.example.com", "CNAME", "mail.example.com")], "new.example.com A", below
    ).authenticated
    assert not ask([add("mail.example.com", "A", "192.0.2.9")], "mail.example.com A", below).authenticated


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.REFUSED, Status.TIMEOUT, Status.UNRECORDED])
def test_what_is_unsettled_below(status: Status) -> None:
    below = Scripted({}, default=status)
    assert ask([put("example.com", "TXT", NEW)], "example.com TXT", below).records == (NEW,)
    assert ask(
        [put("example.com", "CNAME", "new.example.com"), put("new.example.com", "A", "192.0.2.9")],
        "example.com A",
        below,
    ).records == ("192.0.2.9",)
    for change in (
        add("example.com", "TXT", NEW),
        drop("example.com", "TXT", SPF),
        drop("example.com", "TXT"),
        add("*.com", "TXT", NEW),
    ):
        got = ask([change], "example.com TXT", below)
        assert (got.question, got.status, got.records) == (Question("example.com", "TXT"), status, ())
    assert ask([add("example.com", "TXT", NEW)], "example.com A", below).status is status
    assert ask([put("new.example.com", "CNAME", "example.com")], "new.example.com A", below).status is status


def test_an_alias_below_that_ends_unsettled_is_settled_by_its_target() -> None:
    asked = Question("a.example.com", "A")
    below = Scripted({"a.example.com A": [Answer(asked, Status.TIMEOUT, aliases=("b.example.com",))]})
    got = ask([put("b.example.com", "A", "192.0.2.9")], "a.example.com A", below)
    assert (got.status, got.records, got.aliases) == (Status.OK, ("192.0.2.9",), ("b.example.com",))
    assert below.asked == [asked]


def test_a_wildcard_below_a_name_that_stays_open_is_open() -> None:
    below = Scripted({"mid.example.com TXT": [Answer(Question("mid.example.com", "TXT"), Status.TIMEOUT)]})
    got = ask([add("*.example.com", "TXT", NEW)], "any.mid.example.com TXT", below)
    assert (got.question, got.status) == (Question("any.mid.example.com", "TXT"), Status.TIMEOUT)


def test_replacing_and_untouched_aliases_ask_no_more_than_needed() -> None:
    answer = Answer(
        Question("alias.example.com", "A"), Status.OK, ("192.0.2.1",), aliases=("mail.example.com",)
    )
    below = Scripted({"alias.example.com A": [answer]})
    ask([put("example.com", "TXT", NEW)], "example.com TXT", below)
    assert below.asked == []
    got = ask([add("mail.example.com", "A", "192.0.2.9")], "alias.example.com A", below)
    assert got.records == ("192.0.2.1", "192.0.2.9")
    assert below.asked == [Question("alias.example.com", "A")]


def test_a_long_chain_of_proposed_aliases_ends() -> None:
    changes = [put(f"n{i}.example.com", "CNAME", f"n{i + 1}.example.com") for i in range(5000)]
    got = ask(changes, "n0.example.com A")
    assert (got.status, got.question) == (Status.SERVFAIL, Question("n0.example.com", "A"))


def test_blanks_are_filled_with_their_samples() -> None:
    blanks = (("<key>", "MIIBIjAN"), ("<host>", "mx.example.net"), ("<ip>", "192.0.2.7"))
    values: dict[str, Rdata] = {
        "TXT": Txt((b"v=DKIM1; p=<k", b"ey>")),
        "MX": Mx(10, "<host>"),
        "A": "<ip>",
        "SOA": Soa("<host>", "<host>", 1),
    }
    changes = [RecordChange(Action.ADD, "a.example.com", t, (v,), blanks=blanks) for t, v in values.items()]
    assert {t: ask(changes, f"a.example.com {t}").records for t in values} == {
        "TXT": (Txt.of("v=DKIM1; p=MIIBIjAN"),),
        "MX": (Mx(10, "mx.example.net"),),
        "A": ("192.0.2.7",),
        "SOA": (Soa("mx.example.net", "mx.example.net", 1),),
    }


World = dict[str, dict[str, set[str]]]

NAMES = ["test", "a.test", "b.test", "c.a.test", "d.c.a.test"]
records_at: st.SearchStrategy[dict[str, set[str]]] = st.one_of(
    st.builds(dict),
    st.sampled_from(NAMES).map(lambda target: {"CNAME": {target}}),
    st.dictionaries(
        st.sampled_from(["A", "TXT"]),
        st.sets(st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]), min_size=1),
        max_size=2,
    ),
)
worlds: st.SearchStrategy[World] = st.fixed_dictionaries(dict.fromkeys(NAMES, records_at))


def zone_of(world: World) -> Zone:
    return Zone(
        ZoneRecord(name, 300, rtype, Txt.of(value) if rtype == "TXT" else value, 1)
        for name, sets in world.items()
        for rtype, values in sets.items()
        for value in sorted(values)
    )


def rdata(rtype: str, values: set[str]) -> tuple[Rdata, ...]:
    return tuple(Txt.of(value) if rtype == "TXT" else value for value in sorted(values))


def changes_between(old: World, new: World, piecemeal: bool, random: Random) -> list[RecordChange]:
    """``piecemeal``: value by value, where order counts; else whole RRsets, in any order."""
    changes: list[RecordChange] = []
    for name in NAMES:
        here: list[RecordChange] = []
        for rtype in ("A", "TXT", "CNAME"):
            before, after = old[name].get(rtype, set()), new[name].get(rtype, set())
            if before == after:
                continue
            if not after:
                here.append(drop(name, rtype))
            elif not piecemeal:
                here.append(put(name, rtype, *rdata(rtype, after)))
            else:
                here += [drop(name, rtype, *rdata(rtype, before - after))] if before - after else []
                here.append(add(name, rtype, *rdata(rtype, after - before)))
        if not piecemeal:
            random.shuffle(here)
        changes += here
    return changes


@settings(deadline=None)
@given(worlds, worlds, st.booleans(), st.randoms())
def test_the_changes_between_two_worlds_lead_from_the_one_to_the_other(
    old: World, new: World, piecemeal: bool, random: Random
) -> None:
    below, expected = zone_of(old), zone_of(new)
    overlay = Overlay(changes_between(old, new, piecemeal, random), below)

    async def compare() -> None:
        # A circle of aliases is unsettled, and what is unsettled below stays so.
        assume(all([(await below.ask(Question(name, "A"))).settled for name in NAMES]))
        for name in [*NAMES, "e.test", "e.a.test"]:
            for rtype in ("A", "TXT", "CNAME", "MX"):
                asked = Question(name, rtype)
                got, want = await overlay.ask(asked), await expected.ask(asked)
                status = got.status
                if (status, want.status) == (Status.NODATA, Status.NXDOMAIN):
                    # The overlay cannot know that a name has lost its last record.
                    assert below.holds((name, *got.aliases)[-1])
                    status = Status.NXDOMAIN
                assert (status, set(got.records)) == (want.status, set(want.records))
                assert got.aliases == want.aliases or not want.settled

    asyncio.run(compare())
