"""A change beside what is there now."""

from __future__ import annotations

import dataclasses

import pytest

from deliverkit.model.answer import Answer, Mx, Rdata, Status, Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.render._change import difference, who
from tests.render.builds import answer, helo_finding, report, set_name, step

SPF, OTHER, NEW = Txt.of("v=spf1 -all"), Txt.of("site=1"), Txt.of("v=spf1 mx ~all")


def change(action: Action, *values: Rdata, rtype: str = "TXT", by: Actor = Actor.YOU) -> RecordChange:
    return RecordChange(action, "example.com", rtype, values, by=by)


@pytest.mark.parametrize(
    ("wanted", "present", "fresh", "gone", "kept"),
    [
        (change(Action.ADD, NEW), (), [NEW], [], []),
        (change(Action.ADD, NEW), (OTHER,), [NEW], [], [OTHER]),
        (change(Action.ADD, NEW), (OTHER, NEW), [], [], [OTHER, NEW]),
        (change(Action.REPLACE, NEW, OTHER), (SPF, OTHER), [NEW], [SPF], [OTHER]),
        (change(Action.REPLACE, NEW), (), [NEW], [], []),
        (change(Action.REPLACE, SPF), (SPF, NEW), [], [NEW], [SPF]),
        (change(Action.REPLACE, SPF), (SPF,), [], [], [SPF]),
        (change(Action.REMOVE, SPF), (SPF, OTHER), [], [SPF], [OTHER]),
        (change(Action.REMOVE, SPF), (OTHER,), [], [], [OTHER]),
        (change(Action.REMOVE), (SPF, OTHER), [], [SPF, OTHER], []),
        (
            change(Action.ADD, Txt.of("x" * 300)),
            (Txt((b"x" * 100, b"x" * 200)),),
            [],
            [],
            [Txt.of("x" * 300)],
        ),
        (
            change(Action.REPLACE, Mx(10, "MX.example.com"), rtype="MX"),
            (Mx(10, "mx.example.com"),),
            [],
            [],
            [Mx(10, "mx.example.com")],
        ),
    ],
)
def test_difference(
    wanted: RecordChange, present: tuple[Rdata, ...], fresh: list[Rdata], gone: list[Rdata], kept: list[Rdata]
) -> None:
    now = answer("example.com", wanted.rtype, *present)
    found = difference(wanted, report(asked=(answer("example.com", "SOA"), now)))
    assert found.now is now
    texts = [[_text(v) for v in values] for values in (found.fresh, found.gone, found.kept)]
    assert texts == [[_text(v) for v in values] for values in (fresh, gone, kept)]
    assert found.is_done is (not fresh and not gone)


@pytest.mark.parametrize("now", [None, answer("example.com", "TXT", status=Status.TIMEOUT)])
def test_nothing_is_known(now: Answer | None) -> None:
    asked = (now,) if now else ()
    found = difference(change(Action.REPLACE, NEW), report(asked=asked))
    assert (found.now, found.fresh, found.gone, found.kept) == (now, (NEW,), (), ())


@pytest.mark.parametrize("values", [(SPF,), ()])
@pytest.mark.parametrize("now", [None, answer("example.com", "TXT", status=Status.SERVFAIL)])
def test_a_removal_of_what_was_not_seen_is_not_done(now: Answer | None, values: tuple[Rdata, ...]) -> None:
    found = difference(change(Action.REMOVE, *values), report(asked=(now,) if now else ()))
    assert (found.gone, found.is_done) == (values, False)


def test_a_removal_of_what_is_not_there_is_done() -> None:
    assert difference(change(Action.REMOVE), report(asked=(answer("example.com", "TXT"),))).is_done


@pytest.mark.parametrize("withheld", [True, False])
def test_what_is_answered_without_validation_is_seen(withheld: bool) -> None:
    plainly = answer("example.com", "TXT", status=Status.SERVFAIL)
    bare = answer("example.com", "TXT", SPF)
    bare = dataclasses.replace(bare, question=dataclasses.replace(bare.question, unchecked=True))
    found = difference(change(Action.REMOVE), report(asked=(plainly, bare) if withheld else (bare,)))
    assert (found.now, found.gone) == (bare, (SPF,))


def test_an_answer_that_came_plainly_goes_before() -> None:
    plainly = answer("example.com", "TXT", SPF)
    bare = dataclasses.replace(plainly, question=dataclasses.replace(plainly.question, unchecked=True))
    assert difference(change(Action.REMOVE), report(asked=(bare, plainly))).now is plainly


@pytest.mark.parametrize(
    ("action", "values", "present", "gone", "kept"),
    [
        (Action.ADD, (NEW,), (NEW,), (), ()),
        (Action.ADD, (NEW,), (NEW, OTHER), (), (OTHER,)),
        (Action.REPLACE, (NEW,), (NEW,), (), ()),
        (Action.REPLACE, (NEW,), (SPF, NEW), (SPF,), ()),
        (Action.REPLACE, (), (), (), ()),
    ],
)
def test_what_has_to_be_made_always_is_never_done(
    action: Action,
    values: tuple[Rdata, ...],
    present: tuple[Rdata, ...],
    gone: tuple[Rdata, ...],
    kept: tuple[Rdata, ...],
) -> None:
    """A wildcard or one of several servers may have answered."""
    wanted = dataclasses.replace(change(action, *values), always=True)
    world = report(asked=(answer("example.com", "TXT", *present),))
    found = difference(wanted, world)
    assert (found.fresh, found.gone, found.kept, found.is_done) == (values, gone, kept, False)
    assert who(step(helo_finding(), set_name(wanted, settings=())), world) == (Actor.YOU,)


def test_who_brings_about_what_is_for_the_proof_only() -> None:
    wanted = dataclasses.replace(change(Action.REPLACE, SPF, by=Actor.REGISTRAR), proof=True)
    world = report(asked=(answer("example.com", "TXT", SPF),))
    assert who(step(helo_finding(), set_name(wanted, settings=())), world) == (Actor.REGISTRAR,)


def test_who_has_something_to_do() -> None:
    done, owner = change(Action.ADD, OTHER), change(Action.ADD, NEW, by=Actor.IP_OWNER)
    world = report(asked=(answer("example.com", "TXT", OTHER),))
    only_records = set_name(owner, done, settings=())
    assert who(step(helo_finding(), only_records), world) == (Actor.IP_OWNER,)
    assert who(step(helo_finding(), set_name(owner, done)), world) == (Actor.YOU, Actor.IP_OWNER)


def _text(value: Rdata) -> str:
    return value.text if isinstance(value, Txt) else str(value).lower()


def test_what_stands_behind_an_alias_is_seen() -> None:
    wanted = RecordChange(Action.REPLACE, "b.example.net", "TXT", (NEW,), by=Actor.ZONE_OWNER)
    now = dataclasses.replace(answer("example.com", "TXT", SPF), aliases=("a.example.net", "b.example.net"))
    found = difference(wanted, report(asked=(now,)))
    assert (found.now, found.gone, found.fresh) == (now, (SPF,), (NEW,))
    past = dataclasses.replace(now, aliases=("b.example.net", "c.example.net"))
    assert difference(wanted, report(asked=(past,))).now is None
