"""The plain-text page of a receiver: what it answers to which fault, and what else it asks for, with dates."""

from __future__ import annotations

from itertools import groupby

from deliverkit.model.bounce import Reply
from deliverkit.model.receiver import Group, Receiver, ReceiverRule
from deliverkit.render import _sentences
from deliverkit.render._wrap import NARROWEST, wrap
from deliverkit.render.page import INDENT, hanging, lists, table
from deliverkit.texts import say


def receiver_page(receiver: Receiver, *, width: int = 80) -> str:
    """The rules in the order of the SMTP session, the groups of checks that they name, and the wants. ``width`` in
    cells."""
    width = max(width, NARROWEST)
    clauses = [(r.reply.clause, r.reply.since) for r in receiver.rules]
    clauses += [(w.clause, w.since) for w in receiver.wants]
    moved = _sentences.hosted(receiver.hosted_by, receiver.hosted_since) if receiver.hosted_by else ""
    rows = [
        ("aliases", ", ".join(receiver.aliases)),
        ("as-of", receiver.as_of),
        ("undated", "" if all(since for _, since in clauses) else receiver.undated),
        ("rules", moved),
    ]
    out = [*wrap(f"{receiver.name}: {receiver.title}", width), "", *table(rows, width)]
    out += ["", say("page.answers")]
    in_order = sorted(receiver.rules, key=lambda r: r.reply.stage)
    for stage, rules in groupby(in_order, lambda r: r.reply.stage):
        out += hanging(say(f"stage.{stage.name.lower()}"), width, INDENT)
        for rule in rules:
            out += hanging(_answer(rule.reply), width, 2 * INDENT)
            out += hanging(_follows(rule), width, 3 * INDENT)
    if receiver.wants:
        out += ["", say("page.wants"), *lists(map(_sentences.want, receiver.wants), width)]
    named = {g.name: g for r in receiver.rules for cause in r.causes for g in cause if g.name}
    if named:
        out += ["", say("page.groups"), *lists(map(_group, named.values()), width)]
    out += ["", say("page.sources"), *lists(dict.fromkeys(clause for clause, _ in clauses), width)]
    return "\n".join(out) + "\n"


def _answer(reply: Reply) -> str:
    how = say("page.reply-temporary" if reply.temporary else "page.reply-permanent")
    date = say("receivers.since", since=reply.since) if reply.since else reply.as_of
    text = say("page.reply", reply=reply.reply, says=reply.says, how=how, as_of=date)
    return f"{text} {say(f'page.bearings.{reply.bearing}')}".rstrip()


def _follows(rule: ReceiverRule) -> str:
    causes = (", ".join(group.name or group.checks[0] for group in cause) for cause in rule.causes)
    return say("page.follows", checks=say("page.and").join(causes))


def _group(group: Group) -> str:
    return say("page.group", name=group.name, checks=", ".join(group.checks))
