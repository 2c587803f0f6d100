"""Will it bounce? The one word, the codes, and whether a plan holds."""

from __future__ import annotations

import dataclasses

import pytest

from deliverkit.model.bounce import Consequence
from deliverkit.model.report import Outcome, Plan
from deliverkit.model.verdict import Likelihood, Prediction, Severity, Stage, Verdict
from deliverkit.render._answer import Predicted, by_reason, is_optional, is_proven, predicted
from tests.render.builds import failed, helo_finding, passed, report, set_name, skipped, step, unknown

ERROR = failed(helo_finding(Severity.ERROR))
WARNING = failed(helo_finding(Severity.WARNING))
NOTE = failed(helo_finding(Severity.NOTE))
OPEN_ERROR = unknown("spf-missing", "example.com TXT")
OPEN_WARNING = unknown("dmarc-missing", "_dmarc.example.com TXT", severity=Severity.WARNING)
NOT_GIVEN = skipped("ptr-missing", "not-given", "--ip")


@pytest.mark.parametrize(
    ("outcomes", "prediction"),
    [
        ([], Prediction.NO),
        ([passed()], Prediction.NO),
        ([NOTE], Prediction.NO),
        ([NOT_GIVEN], Prediction.NO),
        ([OPEN_WARNING], Prediction.NO),
        ([OPEN_ERROR], Prediction.UNKNOWN),
        ([OPEN_ERROR, WARNING], Prediction.UNKNOWN),
        ([OPEN_ERROR, NOTE, passed()], Prediction.UNKNOWN),
        ([WARNING], Prediction.SOME),
        ([WARNING, NOTE, OPEN_WARNING], Prediction.SOME),
        ([ERROR], Prediction.YES),
        ([OPEN_ERROR, ERROR, WARNING], Prediction.YES),
    ],
)
def test_prediction(outcomes: list[Outcome], prediction: Prediction) -> None:
    assert report(*outcomes).prediction is prediction


def test_a_code_shows_its_worst_cause() -> None:
    early = dataclasses.replace(
        helo_finding(Severity.WARNING),
        id="helo-unresolvable",
        consequences=(Consequence(914, Likelihood.CERTAIN, Stage.CONNECT),),
    )
    late = helo_finding(Severity.ERROR, likelihood=Likelihood.LIKELY)
    checks = ("helo-not-fqdn", "helo-unresolvable")
    expected = Predicted(914, Severity.ERROR, Likelihood.LIKELY, Stage.HELO, checks)
    assert predicted(report(failed(early), failed(late))) == (expected,)


def test_of_equal_causes_the_earliest_stage_counts() -> None:
    both = dataclasses.replace(
        helo_finding(),
        consequences=(
            Consequence(914, Likelihood.CERTAIN, Stage.DATA),
            Consequence(914, Likelihood.CERTAIN, Stage.HELO),
        ),
    )
    assert [row.stage for row in predicted(report(failed(both)))] == [Stage.HELO]


def test_the_worst_code_comes_first() -> None:
    warned = dataclasses.replace(
        helo_finding(Severity.WARNING), consequences=(Consequence(916, Likelihood.CERTAIN, Stage.CONNECT),)
    )
    assert [row.code for row in predicted(report(failed(warned), ERROR))] == [914, 916]


def test_a_note_predicts_no_code() -> None:
    assert predicted(report(NOTE)) == ()


def test_by_reason() -> None:
    both = skipped("ptr-differs-from-helo", "not-given", "--ip", "--helo")
    one = report(NOT_GIVEN, both, OPEN_ERROR, passed())
    rows = by_reason(one, Verdict.SKIPPED, "not-given")
    assert {item: [o.check_id for o in found] for item, found in rows.items()} == {
        "--helo": ["ptr-differs-from-helo"],
        "--ip": ["ptr-missing", "ptr-differs-from-helo"],
    }
    assert list(rows) == ["--helo", "--ip"]
    assert by_reason(one, Verdict.UNKNOWN, "doubt") == {}


@pytest.mark.parametrize(
    ("severity", "optional"), [(Severity.NOTE, True), (Severity.WARNING, False), (Severity.ERROR, False)]
)
def test_only_a_note_makes_a_step_optional(severity: Severity, optional: bool) -> None:
    found = helo_finding(severity)
    assert is_optional(step(found, set_name()), report(failed(found))) is optional


def test_a_step_for_an_unknown_finding_is_not_optional() -> None:
    assert not is_optional(
        step(helo_finding(Severity.NOTE), set_name()), report(ERROR, passed("spf-missing"))
    )


def test_a_plan_is_proven_when_its_findings_are_gone_and_none_is_new() -> None:
    fixed, other = helo_finding(), dataclasses.replace(helo_finding(), id="helo-unresolvable")
    steps = (step(fixed, set_name()),)
    assert is_proven(Plan())
    assert is_proven(Plan(steps))
    assert is_proven(Plan(steps, left=(other,)))
    assert not is_proven(Plan(steps, left=(fixed,)))
    assert not is_proven(Plan(steps, introduced=(other,)))
