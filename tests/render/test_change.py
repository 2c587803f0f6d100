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


def test_a_removal_of_what_nobody_asked_for() -> None:
    assert difference(change(Action.REMOVE, SPF), report()).gone == (SPF,)


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
