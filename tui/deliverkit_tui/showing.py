"""What stands on the screen, as text without markup: whatever came from the DNS was cleaned on its way here."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from deliverkit.engine import registry
from deliverkit.model.report import Finding, Outcome, Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Prediction, Severity, Verdict
from deliverkit.render import _sentences, _terminal_plan, page
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean
from deliverkit_tui.families import State

_STYLES = {
    State.BOUNCES: "bold red",
    State.WAITING: "dim",
    State.UNKNOWN: "bold magenta",
    State.SKIPPED: "dim",
    State.FINE: "green",
}
_SEVERITIES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "cyan"}
_STATES = {Verdict.PASS: State.FINE, Verdict.UNKNOWN: State.UNKNOWN, Verdict.SKIPPED: State.SKIPPED}
_NAME_WIDTH = 15  # cells; the longest name of a family and a gap


def family(name: str, state: State) -> Text:
    return Text.assemble(f"{say(f'family.{name}', file='tui'):<{_NAME_WIDTH}}", _word(state))


def unjudged(check_id: str, state: State) -> Text:
    return Text.assemble(_word(state), " ", check_id)


def outcome(o: Outcome) -> Text:
    if o.verdict is Verdict.FAIL:
        return Text("\n").join(_finding(f) for f in o.findings)
    why = f"\n{_sentences.reason(o.reason)}" if o.reason else ""
    return Text.assemble(_word(_STATES[o.verdict]), " ", _sentences.named(o.check_id, (o.scope,)), why)


def _finding(f: Finding) -> Text:
    word = (say(f"severity.{f.severity.name.lower()}"), _SEVERITIES[f.severity])
    odds = [
        say(
            "outcome.bounce-inbound" if c.inbound else "outcome.bounce",
            file="tui",
            code=c.code,
            likelihood=say(f"likelihood.{c.likelihood.name.lower()}"),
            stage=say(f"stage.{c.stage.name.lower()}"),
        )
        for c in f.consequences
    ]
    return Text.assemble(
        word, " ", _sentences.named(f.id, (f.scope,)), "\n", "\n".join([_sentences.finding(f), *odds])
    )


def plan(report: Report | None, state: State, width: int) -> Text:
    """The fixes in order, with the lines to publish; or why there are none. ``width`` in cells."""
    sheet = Sheet(width, color=False, ascii=False)
    if report:
        _terminal_plan.put(sheet, report)
    return Text(sheet.text().strip("\n") or say(f"plan.{state}", file="tui"))


def check_page(check_id: str, width: int) -> Text:
    return Text(page.check_page(registry.describe(check_id), width=width))


def headline(
    subject: Subject,
    outcomes: Sequence[Outcome],
    report: Report | None,
    overall: State,
    trouble: BaseException | None,
) -> Text:
    """Whether the mail will bounce, as far as it is known. ``trouble``: what stopped the audit."""
    question = (say("answer.question", domain=clean(subject.domain)), "bold")
    if trouble:
        what = clean(f"{type(trouble).__name__}: {trouble}", limit=120)
        answer = say("headline.trouble", file="tui", what=what)
    elif report is None:
        judged, planned = len({o.check_id for o in outcomes}), len(registry.ids())
        key = "asking" if judged < planned else "waiting"
        answer = say(f"headline.{key}", file="tui", judged=judged, planned=planned)
    elif report.prediction in (Prediction.YES, Prediction.SOME):
        answer = say(f"answer.{report.prediction}")
    else:
        known = State.UNKNOWN if report.prediction is Prediction.UNKNOWN else overall
        answer = say(f"headline.{known}", file="tui")
    return Text.assemble(question, "\n", answer)


def _word(state: State) -> tuple[str, str]:
    return say(f"state.{state}", file="tui"), _STYLES[state]
