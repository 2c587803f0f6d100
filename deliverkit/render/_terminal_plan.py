"""The plan in the terminal report: what to publish, as lines that a zone file takes."""

from __future__ import annotations

import dataclasses

from deliverkit.model.answer import BEYOND_DNS, Answer, Question
from deliverkit.model.remedy import Action, RecordChange, Setting
from deliverkit.model.report import Finding, Plan, Report, Step
from deliverkit.model.verdict import Verdict
from deliverkit.render import _sentences, _zone_line
from deliverkit.render._answer import is_optional, is_proven
from deliverkit.render._change import Difference, difference, who
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_INDENT, _HANG = 3, 9
_MOST_NOW = 4  # present values shown beside a change
_MOST_LINES = 20  # of a page
_NOT_PUBLISHED = frozenset(
    {"STARTTLS"}
)  # what a server says in a session is no text that anybody writes down


def put(sheet: Sheet, report: Report) -> None:
    if report.plan is None or not report.plan.steps:
        return
    sheet.heading(_sentences.count("plan.heading", len(report.plan.steps)))
    for number, step in enumerate(report.plan.steps, 1):
        sheet.blank()
        _step(sheet, report, number, step)
    sheet.blank()
    _proof(sheet, report, report.plan)


def _step(sheet: Sheet, report: Report, number: int, step: Step) -> None:
    optional = say("plan.optional") if is_optional(step, report) else ""
    for place, sentence in enumerate(_sentences.of_step(step)):
        lead = f"{number}." if place == 0 else ""
        sheet.put(optional + sentence if place == 0 else sentence, lead=lead, hang=_INDENT, style="bold")
    if step.solves:
        solved = _sentences.all_named((check_id, scope) for check_id, scope, _ in step.solves)
        _labelled(sheet, say("plan.solves"), solved)
    elif to_come := tuple(f for f in step.cures if f not in report.findings):
        _labelled(sheet, say("plan.forestalls"), _ids(to_come))
    actors = [say(f"who.{actor}") for actor in who(step, report)]
    if actors:
        _labelled(sheet, say("plan.who"), say("who.and").join(actors))
    if not all(f.remedy.safe for f in step.cures if f.remedy):
        _labelled(sheet, say("plan.caution"), say("plan.unsafe"))
    for setting in step.settings:
        _setting(sheet, report, setting)
    for change in step.changes:
        if not change.proof:
            _change(sheet, report, change)


def _setting(sheet: Sheet, report: Report, setting: Setting) -> None:
    field = say(f"setting.{setting.field}")
    now = _sentences.part(report.subject, setting.field)
    _labelled(sheet, say("plan.now"), say("plan.setting", field=field, value=now))
    # A selector is one more signature, beside those that are made already.
    label = say("plan.add" if setting.field == "selectors" else "plan.set")
    _labelled(sheet, label, say("plan.setting", field=field, value=clean(setting.value)))


def _change(sheet: Sheet, report: Report, change: RecordChange) -> None:
    found = difference(change, report)
    question = clean(str(Question(change.name, change.rtype)))
    if found.is_done:
        _labelled(sheet, say("plan.now"), say("plan.done", question=question))
    elif not found.fresh:
        sheet.put(say(f"change.{change.by}.remove") + ":", indent=_INDENT)
        for value in found.gone:  # not as zone text, so that nobody publishes it
            sheet.put(f"{question} {_sentences.shown(value, limit=300)}", indent=_INDENT + 2)
        if not found.gone:
            sheet.put(question, indent=_INDENT + 2)
    else:
        if found.now is not None and (found.gone or not change.always):
            _put_now(sheet, found, found.now, question)
        if change.rtype not in _NOT_PUBLISHED:
            _publish(sheet, found)
    beside = found.kept and change.action is not Action.ADD and change.rtype not in BEYOND_DNS
    if beside and not found.is_done:
        sheet.put(_sentences.count("plan.keep", len(found.kept), rtype=clean(change.rtype)), indent=_INDENT)


def _publish(sheet: Sheet, found: Difference) -> None:
    change = found.change
    key = f"change.{change.by}.{Action.REPLACE if found.gone else Action.ADD}"
    label = say("plan.always" if change.always else key)
    sheet.put(label + ":", indent=_INDENT)
    # At the left edge: in a zone file a blank at the beginning stands for the owner of the line before.
    for line in _zone_line.lines(dataclasses.replace(change, values=found.fresh)):
        sheet.exact(line, style="green")
    # One in the owner name stands in the values of another change, and is explained there.
    within = [p for p, _ in change.blanks if p not in change.name]
    for placeholder in within:
        what = say(f"blank.{placeholder.strip('<>')}")
        sheet.put(say("plan.blank", what=what, placeholder=clean(placeholder)), indent=_INDENT)


def _put_now(sheet: Sheet, found: Difference, now: Answer, question: str) -> None:
    """A text that is served over the web keeps its lines."""
    lines = [line for value in found.gone for line in _zone_line.plain(value).splitlines()]
    if found.change.rtype != "GET" or len(lines) < 2:
        _labelled(sheet, say("plan.now"), f"{question}: {_now(found, now)}")
        return
    _labelled(sheet, say("plan.now"), f"{question}:")
    for line in lines[:_MOST_LINES]:
        sheet.put(clean(line, limit=300), indent=_HANG + _INDENT)
    if len(lines) > _MOST_LINES:
        sheet.put(_sentences.count("detail.more-values", len(lines) - _MOST_LINES), indent=_HANG + _INDENT)


def _now(found: Difference, now: Answer) -> str:
    """The values that the change touches, or beside which it puts its own."""
    values = found.kept if found.change.action is Action.ADD else found.gone
    said = [_sentences.shown(value, limit=300) for value in values[:_MOST_NOW]]
    if len(values) > _MOST_NOW:
        said.append(_sentences.count("detail.more-values", len(values) - _MOST_NOW))
    return ", ".join(said) or (say("plan.nothing") if found.kept else say(f"status.{now.status}"))


def _labelled(sheet: Sheet, label: str, text: str) -> None:
    sheet.put(text, lead=label, indent=_INDENT, hang=_HANG, lead_style="dim")


def _proof(sheet: Sheet, report: Report, plan: Plan) -> None:
    if not is_proven(plan):
        key, findings = ("brings", plan.introduced) if plan.introduced else ("fails", plan.left)
        sheet.marked("error", say(f"plan.{key}", ids=_ids(findings)))
    elif plan.left:
        sheet.marked("warning", _sentences.count("plan.left", len(plan.left), ids=_ids(plan.left)))
    else:
        sheet.marked("pass", say("plan.proven"))
    if any(report.with_verdict(Verdict.UNKNOWN)):
        sheet.marked("unknown", say("plan.perhaps-more"))


def _ids(findings: tuple[Finding, ...]) -> str:
    return _sentences.all_named((f.id, f.scope) for f in findings)
