"""The findings in the terminal report: what, where, with which bounce, and what it rests on."""

from __future__ import annotations

from deliverkit.bounces import replies
from deliverkit.model.answer import Question
from deliverkit.model.bounce import Consequence, Reply
from deliverkit.model.report import Finding, Report
from deliverkit.render import _sentences
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_INDENT, _HANG = 2, 9
_MAIN_RECEIVERS = ("gmail", "outlook", "yahoo", "postfix")  # shown first; the page of the check has all
_MOST_REPLIES, _MOST_ANSWERS = 4, 6


def put(sheet: Sheet, report: Report) -> None:
    if report.findings:
        sheet.heading(say("detail.heading"))
    for finding in report.findings:
        sheet.blank()
        _finding(sheet, report, finding)


def _finding(sheet: Sheet, report: Report, f: Finding) -> None:
    severity = f.severity.name.lower()
    place = say("detail.place", place=clean(str(f.place)))
    sheet.marked(severity, f"{_sentences.named(f.id, (f.scope,))} {place}", word=say(f"severity.{severity}"))
    sheet.put(_sentences.finding(f), indent=_INDENT)
    _rows(sheet, "bounce", [_odds(c) for c in f.consequences])
    _rows(sheet, "spoofing", [] if f.spoofing is None else [say(f"spoofing-means.{f.spoofing.name.lower()}")])
    _rows(sheet, "replies", _replies(f))
    _rows(sheet, "seen", _evidence(f))
    _rows(sheet, "sources", ["; ".join(map(clean, f.sources))])
    _rows(sheet, "fix", _fix(report, f))


def _odds(c: Consequence) -> str:
    likelihood, stage = say(f"likelihood.{c.likelihood.name.lower()}"), say(f"stage.{c.stage.name.lower()}")
    odds = f"{c.code} {likelihood}, {stage}"
    return say("detail.inbound", odds=odds) if c.inbound else odds


def _fix(report: Report, f: Finding) -> list[str]:
    steps = report.plan.steps if report.plan else ()
    number = next((n for n, step in enumerate(steps, 1) if f.key in step.solves), None)
    if number:
        return [say("detail.step", number=number)]
    return [_sentences.remedy(f, f.remedy)] if f.remedy else []


def _replies(f: Finding) -> list[str]:
    """The most telling reply of each receiver, the large receivers first."""
    first: dict[str, Reply] = {}
    for reply in (r for c in f.consequences for r in c.replies):
        first.setdefault(reply.receiver, reply)
    ordered = sorted(first.values(), key=lambda r: (_rank(r.receiver), r.receiver))
    said = [
        say(
            "detail.reply",
            receiver=replies.title(r.receiver),
            reply=clean(r.reply),
            says=clean(r.says),
            as_of=clean(r.as_of),
        )
        for r in ordered[:_MOST_REPLIES]
    ]
    more = len(ordered) - _MOST_REPLIES
    return [*said, _sentences.count("detail.more-replies", more, id=f.id)] if more > 0 else said


def _rank(receiver: str) -> int:
    return _MAIN_RECEIVERS.index(receiver) if receiver in _MAIN_RECEIVERS else len(_MAIN_RECEIVERS)


def _evidence(f: Finding) -> list[str]:
    """The answer at the place of the finding first."""
    at = Question(f.place.name, f.place.rtype)
    ordered = sorted(f.evidence, key=lambda a: a.question != at)
    said = [f"{clean(str(a.question))}: {_sentences.answered(a)}" for a in ordered[:_MOST_ANSWERS]]
    more = len(ordered) - _MOST_ANSWERS
    return [*said, _sentences.count("detail.more-seen", more)] if more > 0 else said


def _rows(sheet: Sheet, key: str, rows: list[str]) -> None:
    for number, row in enumerate(rows):
        lead = say(f"detail.{key}") if number == 0 else ""
        sheet.put(row, lead=lead, indent=_INDENT, hang=_HANG, lead_style="dim")
