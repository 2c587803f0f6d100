"""The receivers in the terminal report: what each would do with the stream, and what else it asks for."""

from __future__ import annotations

from deliverkit.model.receiver import Foreseen, Judgement, ReceiverVerdict, Stance
from deliverkit.model.report import Report
from deliverkit.render import _sentences
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_INDENT, _HANG = 2, 9
_MOST = 3  # replies of one kind; the JSON report has all
_MARKS = {
    Stance.REFUSES: "error",
    Stance.DEFERS: "warning",
    Stance.UNKNOWN: "unknown",
    Stance.ACCEPTS: "pass",
}


def put(sheet: Sheet, report: Report) -> None:
    if report.receivers:
        sheet.heading(say("receivers.heading"))
    for verdict in report.receivers:
        sheet.blank()
        _verdict(sheet, verdict)


def _verdict(sheet: Sheet, verdict: ReceiverVerdict) -> None:
    title = verdict.receiver.title
    if verdict.ordinary == verdict.bulk:
        _judgement(sheet, title, verdict.bulk)
    else:
        _judgement(sheet, say("receivers.ordinary", title=title), verdict.ordinary)
        _judgement(sheet, say("receivers.bulk", title=title), verdict.bulk, told=verdict.ordinary)
    if verdict.receiver.hosted_by:
        _rows(sheet, "rules", [_sentences.hosted(verdict.receiver.hosted_by, verdict.receiver.hosted_since)])
    _rows(sheet, "wants", [_sentences.want(w) for w in verdict.wants])


def _judgement(sheet: Sheet, title: str, judgement: Judgement, *, told: Judgement | None = None) -> None:
    """``told``: what was shown before, and is not shown again."""
    stance = judgement.stance
    line = say("receivers.verdict", title=title, means=say(f"receivers.means.{stance}"))
    sheet.marked(_MARKS[stance], line, word=say(f"receivers.stance.{stance}"))
    replies, reasons = judgement.replies, judgement.reasons
    if told is not None:
        replies = tuple(row for row in replies if row not in told.replies)
        reasons = tuple(row for row in reasons if row not in told.reasons or told.stance is Stance.REFUSES)
    _rows(sheet, "answer" if told is None or not told.replies else "also", _shown(replies))
    if stance is not Stance.REFUSES:
        _rows(sheet, "perhaps", _shown(judgement.perhaps))
        _rows(sheet, "open", [_sentences.reason(reason) for reason in reasons])


def _shown(found: tuple[Foreseen, ...]) -> list[str]:
    said = [
        say(
            "receivers.reply",
            reply=clean(row.reply.reply),
            stage=say(f"stage.{row.reply.stage.name.lower()}"),
            code=row.reply.code,
            says=clean(row.reply.says),
            ids=", ".join(map(clean, row.because)),
        )
        for row in found[:_MOST]
    ]
    more = len(found) - _MOST
    return [*said, _sentences.count("receivers.more", more)] if more > 0 else said


def _rows(sheet: Sheet, key: str, rows: list[str]) -> None:
    for number, row in enumerate(rows):
        lead = say(f"receivers.{key}") if number == 0 else ""
        sheet.put(row, lead=lead, indent=_INDENT, hang=_HANG, lead_style="dim")
