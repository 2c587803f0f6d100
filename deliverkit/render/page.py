"""Plain-text pages of a check and of a bounce code. Nothing here is heavy to import: a page is shown at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deliverkit.bounces import catalogue, replies
from deliverkit.model.bounce import BounceCode, Reply
from deliverkit.render._wrap import NARROWEST, cells, wrap
from deliverkit.texts import say

if TYPE_CHECKING:
    from deliverkit.engine.registry import Description

INDENT = 2


def check_page(check: Description, *, width: int = 80) -> str:
    """What a check looks at, why mail bounces, what to do, and what receivers answer. ``width`` in cells."""
    width = max(width, NARROWEST)
    severity = check.rule.severity.name.lower()
    means = say(
        "page.severity-line", severity=say(f"severity.{severity}"), means=say(f"severity-means.{severity}")
    )
    rows = [("severity", means)]
    if check.rule.spoofing is not None:
        spoofing = check.rule.spoofing.name.lower()
        means = say(f"spoofing-means.{spoofing}")
        rows.append(
            ("spoofing", say("page.severity-line", severity=say(f"severity.{spoofing}"), means=means))
        )
    rows += (("bounces", text) for text in _bounces(check))
    rows.append(("since", say("page.version", version=check.rule.since)))
    out = [*wrap(f"{check.id}: {check.page.title}", width), "", *table(rows, width)]
    for heading, body in check.page.sections:
        out += ["", heading, *_paragraphs(body, width)]
    out += _answers(replies.of_check(check.id), width)
    out += ["", say("page.sources"), *lists(check.rule.sources, width)]
    return "\n".join(out) + "\n"


def code_page(code: BounceCode, *, width: int = 80) -> str:
    """One bounce code. ``width`` in cells."""
    width = max(width, NARROWEST)
    rows = [
        ("meaning-zh", code.meaning_zh),
        ("action", say(f"page.actions.{code.action or 'unnamed'}")),
        ("lasting", say(f"page.lastings.{code.lasting}")),
        ("stage", say(f"page.stages.{code.stage.replace(' ', '-')}")),
        ("scope", say(f"page.scopes.{code.scope}")),
        ("predictable", say(f"page.predictions.{code.predictable}")),
        ("enhanced", ", ".join(code.enhanced)),
        ("notes", code.notes),
    ]
    out = [*wrap(f"{code.code}: {code.meaning}", width), "", *table(rows, width)]
    out += ["", say("page.remedy"), *_paragraphs(code.remedy, width)]
    out += [
        "",
        say("page.predicted-by"),
        *lists(code.predicted_by or [say("page.predicted-by-none")], width),
    ]
    out += _answers(replies.of_code(code.code, code.predicted_by), width)
    if code.variants:
        out += ["", say("page.variants"), *lists(code.variants, width)]
    out += ["", say("page.sources"), *lists(code.sources, width)]
    return "\n".join(out) + "\n"


def reply_page(status: str, *, width: int = 80) -> str:
    """What known receivers mean by a reply code or an enhanced status code; '' where none is known to use it. ``width``
    in cells."""
    width = max(width, NARROWEST)
    by_receiver: dict[str, list[str]] = {}
    for reply, checks in replies.of_status(status):
        lines = by_receiver.setdefault(replies.title(reply.receiver), [])
        bearing = say(f"page.bearings.{reply.bearing}")
        meaning = catalogue.load(reply.code).meaning
        lines += hanging(f"{_said(reply)} {bearing}".rstrip(), width, INDENT)
        lines += hanging(say("page.reply-code", code=reply.code, meaning=meaning), width, 2 * INDENT)
        lines += hanging(say("page.reply-checks", checks=", ".join(checks)), width, 2 * INDENT)
    for name, want in replies.wants_of_status(status):
        text = say("page.reply-want", reply=want.reply, says=want.says, then=want.then, as_of=want.as_of)
        by_receiver.setdefault(replies.title(name), []).extend(hanging(text, width, INDENT))
    typical = [
        say("page.reply-code", code=code, meaning=catalogue.load(code).meaning)
        for code in catalogue.codes()
        if any(status in example.split() for example in catalogue.load(code).enhanced)
    ]
    if not by_receiver and not typical:
        return ""
    out = wrap(say("page.reply-title", status=status), width)
    out += ["", *wrap(say("page.reply-differs"), width)]
    for receiver, lines in sorted(by_receiver.items()):
        out += ["", *wrap(receiver, width), *lines]
    if typical:
        out += ["", say("page.reply-typical"), *lists(typical, width)]
    return "\n".join(out) + "\n"


def _bounces(check: Description) -> list[str]:
    return [
        say(
            "page.bounce-inbound" if b.inbound else "page.bounce",
            code=b.code,
            likelihood=say(f"likelihood.{b.likelihood.name.lower()}"),
            stage=say(f"stage.{b.stage.name.lower()}"),
            meaning=catalogue.load(b.code).meaning,
        )
        for b in check.rule.bounces
    ]


def _answers(found: Iterable[Reply], width: int) -> list[str]:
    """The replies under the name of their receiver."""
    by_receiver: dict[str, list[Reply]] = {}
    for reply in found:
        by_receiver.setdefault(replies.title(reply.receiver), []).append(reply)
    out = ["", say("page.replies")] if by_receiver else []
    for receiver, said in sorted(by_receiver.items()):
        out += hanging(receiver, width, INDENT)
        for reply in said:
            out += hanging(_said(reply), width, 2 * INDENT)
    return out


def _said(reply: Reply) -> str:
    how = say("page.reply-temporary" if reply.temporary else "page.reply-permanent")
    return say("page.reply", reply=reply.reply, says=reply.says, how=how, as_of=reply.as_of)


def table(rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Label and text side by side; a label that repeats is shown once, and a row without text not at all."""
    shown = [(say(f"page.{key}"), text) for key, text in rows if text]
    column = max(cells(label) for label, _ in shown) + 2
    out: list[str] = []
    previous = ""
    for label, text in shown:
        lead = "" if label == previous else label
        for line in wrap(text, width - column):
            out.append(lead + " " * (column - cells(lead)) + line)
            lead = ""
        previous = label
    return out


def _paragraphs(body: str, width: int) -> list[str]:
    out: list[str] = []
    for number, block in enumerate(body.split("\n\n")):
        out += [""] if number else []
        out += hanging(" ".join(block.split()), width, INDENT, hang=0)
    return out


def lists(items: Iterable[str], width: int) -> list[str]:
    return [line for item in items for line in hanging(item, width, INDENT)]


def hanging(text: str, width: int, indent: int, *, hang: int = 2) -> list[str]:
    lines = wrap(text, width - indent - hang)
    return [" " * (indent + (hang if number else 0)) + line for number, line in enumerate(lines)]
