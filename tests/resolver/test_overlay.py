"""Proposed records over the world below."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.remedy import Action, RecordChange
from deliverkit.resolver.overlay import PROPOSED, Overlay
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


CASES: list[tuple[str, list[RecordChange], str, Status, tuple[Rdata, ...], tuple[str, ...]]] = [
    ("add keeps what is there", [add("example.com", "TXT", NEW)], "example.com TXT", Status.OK, (SPF, SITE, NEW), ()),
    ("add where nothing is", [add("new.example.com", "A", "192.0.2.9")], "new.example.com A", Status.OK, ("192.0.2.9",), ()),
    ("add to a name of another type", [add("mail.example.com", "AAAA", "2001:db8::1")], "mail.example.com AAAA", Status.OK, ("2001:db8::1",), ()),
    ("replace", [put("example.com", "TXT", NEW, SITE)], "example.com TXT", Status.OK, (NEW, SITE), ()),
    ("replace by nothing", [put("example.com", "TXT")], "example.com TXT", Status.NODATA, (), ()),
    ("remove one", [drop("example.com", "TXT", SPF)], "example.com TXT", Status.OK, (SITE,), ()),
    ("remove one that is cut differently", [drop("example.com", "TXT", Txt((b"v=spf1", b" -all")))], "example.com TXT", Status.OK, (SITE,), ()),
    ("remove all", [drop("example.com", "TXT")], "example.com TXT", Status.NODATA, (), ()),
    ("remove each", [drop("example.com", "TXT", SPF), drop("example.com", "TXT", SITE)], "example.com TXT", Status.NODATA, (), ()),
    ("remove and add", [drop("example.com", "TXT", SPF), add("example.com", "TXT", NEW)], "example.com TXT", Status.OK, (SITE, NEW), ()),
    ("add and remove", [add("example.com", "TXT", NEW), drop("example.com", "TXT", NEW)], "example.com TXT", Status.OK, (SPF, SITE), ()),
    ("replace, then add", [put("example.com", "TXT", NEW), add("example.com", "TXT", SITE)], "example.com TXT", Status.OK, (NEW, SITE), ()),
    ("add, then replace", [add("example.com", "TXT", SITE), put("example.com", "TXT", NEW)], "example.com TXT", Status.OK, (NEW,), ()),
    ("names in any case, with a dot", [put("Example.COM.", "txt", NEW)], "EXAMPLE.com TXT", Status.OK, (NEW,), ()),
    ("a new cname is followed", [add("new.example.com", "CNAME", "mail.example.com")], "new.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("a new cname is seen itself", [add("new.example.com", "CNAME", "mail.example.com")], "new.example.com CNAME", Status.OK, ("mail.example.com",), ()),
    ("a cname in the place of records", [put("mail.example.com", "CNAME", "alias.example.com")], "mail.example.com TXT", Status.SERVFAIL, (), ()),
    ("a cname to elsewhere", [put("mail.example.com", "CNAME", "example.com")], "mail.example.com MX", Status.OK, (Mx(10, "mail.example.com"),), ("example.com",)),
    ("a cname that leads nowhere", [put("mail.example.com", "CNAME", "no.example.com")], "mail.example.com A", Status.NXDOMAIN, (), ("no.example.com",)),
    ("a cname that is moved", [put("alias.example.com", "CNAME", "example.com")], "alias.example.com TXT", Status.OK, (SPF, SITE), ("example.com",)),
    ("an alias to an alias that is moved", [put("alias.example.com", "CNAME", "example.com")], "chain.example.com TXT", Status.OK, (SPF, SITE), ("alias.example.com", "example.com")),
    ("a cname that is removed", [drop("alias.example.com", "CNAME")], "alias.example.com A", Status.NODATA, (), ()),
    ("a cname that is removed by value", [drop("alias.example.com", "CNAME", "mail.example.com")], "alias.example.com A", Status.NODATA, (), ()),
    ("another cname is removed", [drop("alias.example.com", "CNAME", "other.example.com")], "alias.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("records hide a cname for their type", [put("alias.example.com", "TXT", NEW)], "alias.example.com TXT", Status.OK, (NEW,), ()),
    ("records hide a cname when added too", [add("alias.example.com", "TXT", NEW)], "alias.example.com TXT", Status.OK, (NEW,), ()),
    ("but not for other types", [put("alias.example.com", "TXT", NEW)], "alias.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("removing what is not at an alias", [drop("alias.example.com", "A")], "alias.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("records, then a cname", [put("x.example.com", "A", "192.0.2.9"), put("x.example.com", "CNAME", "mail.example.com")], "x.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("a cname, then records", [put("x.example.com", "CNAME", "mail.example.com"), put("x.example.com", "A", "192.0.2.9")], "x.example.com A", Status.OK, ("192.0.2.9",), ()),
    ("the target of an alias is changed", [put("mail.example.com", "A", "192.0.2.9")], "chain.example.com A", Status.OK, ("192.0.2.9",), ("alias.example.com", "mail.example.com")),
    ("the target of an alias grows", [add("mail.example.com", "A", "192.0.2.9")], "chain.example.com A", Status.OK, ("192.0.2.1", "192.0.2.9"), ("alias.example.com", "mail.example.com")),
    ("the target of an alias is removed", [drop("mail.example.com", "A")], "alias.example.com A", Status.NODATA, (), ("mail.example.com",)),
    ("a missing target appears", [add("gone.example.net", "A", "192.0.2.9")], "dead.example.com A", Status.OK, ("192.0.2.9",), ("gone.example.net",)),
    ("a missing target exists with another type", [add("gone.example.net", "A", "192.0.2.9")], "dead.example.com TXT", Status.NODATA, (), ("gone.example.net",)),
    ("a missing target is above a new name", [add("new.gone.example.net", "A", "192.0.2.9")], "dead.example.com TXT", Status.NODATA, (), ("gone.example.net",)),
    ("a new name has no other types", [add("a.b.new.example.com", "A", "192.0.2.9")], "a.b.new.example.com TXT", Status.NODATA, (), ()),
    ("nor have the names above it", [add("a.b.new.example.com", "A", "192.0.2.9")], "b.new.example.com A", Status.NODATA, (), ()),
    ("all of them", [add("a.b.new.example.com", "A", "192.0.2.9")], "new.example.com A", Status.NODATA, (), ()),
    ("the names beside it stay missing", [add("a.b.new.example.com", "A", "192.0.2.9")], "c.new.example.com A", Status.NXDOMAIN, (), ()),
    ("a name that was added and removed stays missing", [add("new.example.com", "A", "192.0.2.9"), drop("new.example.com", "A")], "new.example.com TXT", Status.NXDOMAIN, (), ()),
    ("adding nothing does nothing", [add("new.example.com", "A")], "new.example.com A", Status.NXDOMAIN, (), ()),
    ("removing from a missing name does nothing", [drop("new.example.com", "A")], "new.example.com A", Status.NXDOMAIN, (), ()),
    ("a circle of two proposed aliases", [add("a.example.com", "CNAME", "b.example.com"), add("b.example.com", "CNAME", "a.example.com")], "a.example.com A", Status.SERVFAIL, (), ()),
    ("a second cname changes nothing for the others", [add("alias.example.com", "CNAME", "example.com")], "alias.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("a new wildcard answers for missing names", [add("*.example.com", "TXT", NEW)], "any.thing.example.com TXT", Status.OK, (NEW,), ()),
    ("which then exist", [add("*.example.com", "TXT", NEW)], "any.thing.example.com A", Status.NODATA, (), ()),
    ("but not below names that exist", [add("*.example.com", "TXT", NEW)], "any.mail.example.com TXT", Status.NXDOMAIN, (), ()),
    ("nor below names that are added", [add("*.example.com", "TXT", NEW), add("new.example.com", "A", "192.0.2.9")], "any.new.example.com TXT", Status.NXDOMAIN, (), ()),
    ("nor for names that exist", [add("*.example.com", "TXT", NEW)], "mail.example.com TXT", Status.NODATA, (), ()),
    ("nor for names that are added", [add("*.example.com", "TXT", NEW), add("new.example.com", "A", "192.0.2.9")], "new.example.com TXT", Status.NODATA, (), ()),
    ("an alias into a new wildcard", [add("*.example.net", "A", "192.0.2.9")], "dead.example.com A", Status.OK, ("192.0.2.9",), ("gone.example.net",)),
    ("a wildcard cname", [add("*.example.com", "CNAME", "mail.example.com")], "any.example.com A", Status.OK, ("192.0.2.1",), ("mail.example.com",)),
    ("a wildcard of the world is replaced", [put("*.wild.example.com", "TXT", NEW)], "any.wild.example.com TXT", Status.OK, (NEW,), ()),
    ("a wildcard of the world is removed", [drop("*.wild.example.com", "TXT")], "any.wild.example.com TXT", Status.NODATA, (), ()),
    ("a wildcard asked by its own name", [put("*.wild.example.com", "TXT", NEW)], "*.wild.example.com TXT", Status.OK, (NEW,), ()),
    ("a missing wildcard is removed", [drop("*.example.com", "TXT")], "any.example.com TXT", Status.NXDOMAIN, (), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "asked", "status", "records", "aliases"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_changes(
    changes: list[RecordChange],
    asked: str,
    status: Status,
    records: tuple[Rdata, ...],
    aliases: tuple[str, ...],
) -> None:
    got = ask(changes, asked)
    assert (got.question, got.status, got.records, got.aliases) == (question(asked), status, records, aliases)


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


NAMES = ["test", "a.test", "b.test", "c.a.test", "d.c.a.test"]
records_at = st.one_of(
    st.just({}),
    st.sampled_from(NAMES).map(lambda target: {"CNAME": (target,)}),
    st.dictionaries(
        st.sampled_from(["A", "TXT"]),
        st.sets(st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]), min_size=1),
        max_size=2,
    ),
)
worlds = st.fixed_dictionaries({name: records_at for name in NAMES})
World = dict[str, dict[str, set[str]]]


def zone_of(world: World) -> Zone:
    return Zone(
        ZoneRecord(name, 300, rtype, Txt.of(value) if rtype == "TXT" else value, 1)
        for name, sets in world.items()
        for rtype, values in sets.items()
        for value in sorted(values)
    )


def rdata(rtype: str, values: set[str]) -> tuple[Rdata, ...]:
    return tuple(Txt.of(value) if rtype == "TXT" else value for value in sorted(values))


@given(worlds, worlds, st.randoms(), st.booleans())
def test_the_changes_between_two_worlds_lead_from_the_one_to_the_other(
    old: World, new: World, random: Random, piecemeal: bool
) -> None:
    changes: list[RecordChange] = []
    for name in NAMES:
        here = []
        for rtype in ("A", "TXT", "CNAME"):
            before, after = set(old[name].get(rtype, ())), set(new[name].get(rtype, ()))
            if before == after:
                continue
            if not after:
                here.append(drop(name, rtype))
            elif piecemeal:
                here.append(
                    drop(name, rtype, *rdata(rtype, before - after)) if before - after else add(name, rtype)
                )
                here.append(add(name, rtype, *rdata(rtype, after - before)))
            else:
                here.append(put(name, rtype, *rdata(rtype, after)))
        if not piecemeal:
            random.shuffle(here)
        changes += here
    overlay, expected = Overlay(changes, zone_of(old)), zone_of(new)
    for name in [*NAMES, "e.test", "e.a.test"]:
        for rtype in ("A", "TXT", "CNAME", "MX"):
            asked = Question(name, rtype)
            got, want = asyncio.run(overlay.ask(asked)), asyncio.run(expected.ask(asked))
            status = got.status
            if (status, want.status) == (Status.NODATA, Status.NXDOMAIN):
                # The overlay cannot know that a name has lost its last record.
                assert zone_of(old).holds((name, *got.aliases)[-1])
                status = Status.NXDOMAIN
            assert (status, set(got.records), got.aliases) == (
                want.status,
                set(want.records),
                want.aliases,
            ), changes
