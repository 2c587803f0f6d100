"""The report for a person at a terminal: the answer, the plan, the details, and what could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from deliverkit.bounces import catalogue
from deliverkit.model.receiver import Stance
from deliverkit.model.report import Report
from deliverkit.model.verdict import Prediction, Severity, Verdict
from deliverkit.render import (
    _sentences,
    _terminal_findings,
    _terminal_plan,
    _terminal_receivers,
    _terminal_spf,
)
from deliverkit.render._answer import Predicted, by_reason, having_reason, predicted
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_BLOCKLISTED = 917
_MARKS = {
    Prediction.YES: "error",
    Prediction.SOME: "warning",
    Prediction.UNKNOWN: "unknown",
    Prediction.NO: "pass",
}


def render(
    report: Report, *, width: int | None = None, color: bool = False, ascii: bool = False, tree: bool = False
) -> str:
    """``width`` in cells, 80 where it is not known. ``ascii``: for outputs that can draw nothing else. ``tree``: with
    the SPF record, term by term.

    Lines of zone text are never wrapped, as they are there to be copied.
    """
    sheet = Sheet(width or 80, color=color, ascii=ascii)
    _answer(sheet, report)
    _terminal_plan.put(sheet, report)
    _terminal_findings.put(sheet, report)
    _terminal_receivers.put(sheet, report)
    if tree:
        _terminal_spf.put(sheet, report)
    _unknown(sheet, report)
    _good_signs(sheet, report)
    _skipped(sheet, report)
    _audited(sheet, report)
    return sheet.text()


def _answer(sheet: Sheet, report: Report) -> None:
    sheet.put(say("answer.question", domain=clean(report.subject.domain)), style="bold")
    sheet.blank()
    prediction = report.prediction
    unknown = tuple(report.with_verdict(Verdict.UNKNOWN))
    not_given = by_reason(report, Verdict.SKIPPED, "not-given")
    if prediction is Prediction.UNKNOWN:
        sentence = _sentences.count("answer.unknown", sum(o.severity is Severity.ERROR for o in unknown))
    elif prediction is Prediction.NO and (unknown or not_given):
        sentence = say("answer.no-in-part")
    else:
        sentence = say(f"answer.{prediction}")
    sheet.marked(_MARKS[prediction], sentence, style="bold")
    for line in _of_receivers(report):
        sheet.put(line, indent=2)
    codes = predicted(report)
    if prediction is Prediction.UNKNOWN and codes:
        sheet.marked("warning", say("answer.known-so-far"))
    for row in codes:
        _code(sheet, row)
        sheet.put(say("answer.because", ids=", ".join(map(clean, row.checks))), indent=8, style="dim")
    if unknown or not_given:
        sheet.blank()
    if unknown:
        sheet.marked("unknown", _sentences.count("answer.undone", len(unknown), why=_why(report)))
    if not_given:
        skipped = len(having_reason(report, Verdict.SKIPPED, "not-given"))
        options = ", ".join(map(clean, not_given))
        sheet.marked("skipped", _sentences.count("answer.not-given", skipped, options=options))
    if report.guesses:
        sheet.blank()
        sheet.marked("note", _sentences.guesses(report.guesses))


def _of_receivers(report: Report) -> list[str]:
    """How many of the receivers that were asked refuse the mail. Those that cannot be told are counted too: that
    nobody is seen to refuse would read as that all accept."""
    ordinary = Counter(v.ordinary.stance for v in report.receivers)
    bulk = Counter(v.bulk.stance for v in report.receivers)
    kinds = {"ordinary": ordinary} if ordinary == bulk else {"ordinary": ordinary, "bulk": bulk}
    rows = (("answer.defers", Stance.DEFERS), ("answer.cannot-tell", Stance.UNKNOWN))
    lines = []
    for kind, stances in kinds.items() if report.receivers else ():
        refuse = _sentences.count("answer.refuses", stances[Stance.REFUSES], of=str(len(report.receivers)))
        others = (_sentences.count(key, stances[stance]) for key, stance in rows if stances[stance])
        lines.append(say(f"answer.asked.{kind}", told=", ".join((refuse, *others))))
    return lines


def _code(sheet: Sheet, row: Predicted) -> None:
    severity = row.severity.name.lower()
    sheet.blank()
    odds = say(
        "answer.code",
        likelihood=say(f"likelihood.{row.likelihood.name.lower()}"),
        stage=say(f"stage.{row.stage.name.lower()}"),
        reach=say(f"reach.{severity}"),
    )
    sheet.marked(severity, odds, word=str(row.code), indent=2)
    # The catalogue's 917 speaks of the IP address alone.
    domain = row.code == _BLOCKLISTED and "dnsbl-domain-listed" in row.checks
    if not domain or len(row.checks) > 1:
        sheet.put(catalogue.load(row.code).meaning + ".", indent=8)
    if domain:
        sheet.put(say("answer.domain-listed"), indent=8)


def _why(report: Report) -> str:
    questions = by_reason(report, Verdict.UNKNOWN, "open-questions")
    doubtful = having_reason(report, Verdict.UNKNOWN, "doubt")
    causes = (("answer.open", len(questions)), ("answer.doubt", len(doubtful)))
    return ", ".join(_sentences.count(key, n) for key, n in causes if n)


def _unknown(sheet: Sheet, report: Report) -> None:
    questions = by_reason(report, Verdict.UNKNOWN, "open-questions")
    doubts = by_reason(report, Verdict.UNKNOWN, "doubt")
    if questions or doubts:
        sheet.heading(say("undone.heading"))
    for ending, asked in _by_ending(report, questions).items():
        sheet.marked("unknown", _sentences.count("undone.questions", len(asked), ending=ending))
        sheet.put(", ".join(map(clean, asked)), indent=4)
    if questions:
        waiting = sorted({o.check_id for outcomes in questions.values() for o in outcomes})
        sheet.put(say("undone.not-judged", ids=", ".join(map(clean, waiting))), indent=2)
    for doubt, outcomes in doubts.items():
        sheet.marked("unknown", say(f"doubt.{doubt}"))
        names = _sentences.all_named((o.check_id, o.scope) for o in outcomes)
        sheet.put(say("undone.not-judged", ids=names), indent=2)


def _by_ending(report: Report, questions: Iterable[str]) -> dict[str, list[str]]:
    """Open questions under the sentence of how they ended."""
    answers = {str(a.question): a for a in report.asked}
    rows: dict[str, list[str]] = {}
    for question in questions:
        answer = answers.get(question)
        ending = _sentences.answered(answer) if answer else say("undone.not-asked")
        rows.setdefault(ending, []).append(question)
    return rows


def _good_signs(sheet: Sheet, report: Report) -> None:
    outcomes = having_reason(report, Verdict.PASS, "good-sign")
    if outcomes:
        sheet.heading(say("good-signs.heading"))
    for outcome in outcomes:
        items = ", ".join(map(clean, outcome.reason.data)) if outcome.reason else ""
        sheet.marked("pass", say("good-signs.sign", scope=clean(outcome.scope), items=items))


def _skipped(sheet: Sheet, report: Report) -> None:
    options = by_reason(report, Verdict.SKIPPED, "not-given")
    looks = by_reason(report, Verdict.SKIPPED, "opt-in")
    circumstances = by_reason(report, Verdict.SKIPPED, "not-applicable")
    if options or looks or circumstances:
        sheet.heading(say("skipped.heading"))
    for option, outcomes in options.items():
        sheet.marked("skipped", _sentences.count("skipped.not-given", len(outcomes), option=clean(option)))
    for look, outcomes in looks.items():
        sheet.marked("skipped", _sentences.count("skipped.opt-in", len(outcomes), option=clean(look)))
    if circumstances:
        listed = "; ".join(
            say("skipped.circumstance", circumstance=say(f"circumstance.{key}"), n=len(outcomes))
            for key, outcomes in circumstances.items()
        )
        total = len(having_reason(report, Verdict.SKIPPED, "not-applicable"))
        sheet.marked("skipped", _sentences.count("skipped.not-applicable", total, circumstances=listed))


def _audited(sheet: Sheet, report: Report) -> None:
    sheet.heading(say("audited.heading"))
    verdicts = Counter(o.verdict for o in report.outcomes)
    rows = [(field, _sentences.part(report.subject, field)) for field in _sentences.PARTS]
    rows += [
        (
            "checks",
            say(
                "audited.verdicts",
                passed=verdicts[Verdict.PASS],
                failed=verdicts[Verdict.FAIL],
                unknown=verdicts[Verdict.UNKNOWN],
                skipped=verdicts[Verdict.SKIPPED],
            ),
        ),
        ("questions", str(len(report.asked))),
    ]
    for field, value in rows:
        sheet.put(value, lead=say(f"audited.{field}"), hang=19, lead_style="dim")
