"""How a family stands: fine only where everything was looked at."""

from __future__ import annotations

import pytest

from deliverkit.model.report import Outcome, Reason
from deliverkit.model.verdict import Severity, Verdict
from deliverkit.texts import say
from deliverkit_tui import showing
from deliverkit_tui.families import FAMILIES, State, state
from tests.render.builds import helo_finding

PASS = Outcome("helo-empty", "", Severity.ERROR, Verdict.PASS)
UNKNOWN = Outcome("helo-empty", "", Severity.NOTE, Verdict.UNKNOWN, (), Reason("open-questions", ("x. A",)))
NOT_GIVEN = Outcome("helo-empty", "", Severity.NOTE, Verdict.SKIPPED, (), Reason("not-given", ("--helo",)))
POINTLESS = Outcome("helo-empty", "", Severity.NOTE, Verdict.SKIPPED, (), Reason("not-applicable", ()))


def failed(severity: Severity) -> Outcome:
    return Outcome("helo-not-fqdn", "", severity, Verdict.FAIL, (helo_finding(severity),))


ERROR, WARNING, NOTE = failed(Severity.ERROR), failed(Severity.WARNING), failed(Severity.NOTE)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([PASS, PASS], State.FINE),
        ([PASS, NOTE], State.FINE),
        ([PASS, POINTLESS], State.FINE),
        ([POINTLESS, POINTLESS], State.SKIPPED),
        ([PASS, NOT_GIVEN], State.SKIPPED),
        ([PASS, NOT_GIVEN, UNKNOWN], State.UNKNOWN),
        ([PASS, NOTE, UNKNOWN], State.UNKNOWN),
        ([UNKNOWN, WARNING], State.BOUNCES),
        ([NOT_GIVEN, ERROR], State.BOUNCES),
        ([], State.SKIPPED),
    ],
)
def test_the_worst_counts(outcomes: list[Outcome], expected: State) -> None:
    assert state(outcomes, complete=True, asking=False) is expected
    harmful = expected is State.BOUNCES
    assert state(outcomes, complete=False, asking=True) is (expected if harmful else State.WAITING)
    assert state(outcomes, complete=False, asking=False) is (expected if harmful else State.UNKNOWN)


def test_every_state_has_its_words() -> None:
    for known in State:
        assert all(say(f"state.{known}", file="tui") in showing.family(f, known).plain for f in FAMILIES)
        assert showing.plan(None, known, 60).plain
    assert len({say(f"state.{known}", file="tui") for known in State}) == len(State)
