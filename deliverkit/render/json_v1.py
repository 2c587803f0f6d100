"""The report for programs: JSON, documented field by field in ``schemas/report-v1.json``.

Texts from the DNS are kept as they are (octets beyond ASCII as U+0080..U+00FF) and escaped where they could not be
seen; the English sentences hold them cleaned and shortened. Enumerations are lower case, DNS mnemonics upper case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deliverkit.bounces import catalogue, replies
from deliverkit.model.answer import Answer, Question
from deliverkit.model.bounce import Consequence, Reply
from deliverkit.model.receiver import Foreseen, Judgement, ReceiverVerdict, Want
from deliverkit.model.remedy import RecordChange, Remedy, Setting
from deliverkit.model.report import Finding, Outcome, Plan, Reason, Report, Step
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.render import _answer, _json_senders, _sentences
from deliverkit.render._change import difference, who
from deliverkit.render._zone_line import lines, plain
from deliverkit.texts.clean import visible_json

SCHEMA_VERSION = 1
_SCHEMA = Path(__file__).parent / "schemas" / "report-v1.json"

_Json = dict[str, Any]


def render(report: Report) -> str:
    """Two blanks of indent, in the order of the schema; the same report gives the same text."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": report.tool,
        "subject": _subject(report.subject),
        "summary": _summary(report),
        "findings": [_finding(f, report) for f in report.findings],
        "outcomes": [_outcome(o) for o in sorted(report.outcomes, key=lambda o: (o.check_id, o.scope))],
        "dkim_guesses": None if report.guesses is None else _json_senders.guesses(report.guesses),
        "spf_budget": None if report.spf is None else _json_senders.budget(report.spf),
        "plan": None if report.plan is None else _plan(report.plan, report),
        "receivers": [_receiver(v) for v in report.receivers],
        "asked": _answers(report.asked),
    }
    return visible_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def schema() -> _Json:
    """The JSON Schema (draft 2020-12) that every report follows."""
    loaded: _Json = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return loaded


def _subject(subject: Subject) -> _Json:
    return {
        "domain": subject.domain,
        "mail_from": subject.mail_from,
        "envelope_domain": subject.envelope_domain,
        "ips": list(subject.ips),
        "helo": subject.helo,
        "selectors": list(subject.selectors),
        "guessed_selectors": list(subject.guessed),
        "blocklists": list(subject.blocklists),
        "derived": list(subject.derived),
        "looks": list(subject.looks),
    }


def _summary(report: Report) -> _Json:
    return {
        "will_bounce": str(report.prediction),
        "codes": [
            {
                "code": row.code,
                "meaning": catalogue.load(row.code).meaning,
                "severity": row.severity.name.lower(),
                "likelihood": row.likelihood.name.lower(),
                "stage": row.stage.name.lower(),
                "checks": list(row.checks),
            }
            for row in _answer.predicted(report)
        ],
        "outcomes": {v.lower(): sum(1 for _ in report.with_verdict(v)) for v in Verdict},
        "questions": len(report.asked),
    }


def _finding(f: Finding, report: Report) -> _Json:
    return {
        **_reference(f.key),
        "severity": f.severity.name.lower(),
        "spoofing": None if f.spoofing is None else f.spoofing.name.lower(),
        "place": {"name": f.place.name, "type": f.place.rtype},
        "message_key": f.message,
        "message": _sentences.finding(f),
        "data": {key: list(v) if isinstance(v, tuple) else v for key, v in sorted(f.data.items())},
        "evidence": _answers(f.evidence),
        "bounces": [_bounce(c) for c in f.consequences],
        "sources": list(f.sources),
        "remedy": None if f.remedy is None else _remedy(f, f.remedy, report),
    }


def _bounce(c: Consequence) -> _Json:
    return {
        "code": c.code,
        "meaning": catalogue.load(c.code).meaning,
        "likelihood": c.likelihood.name.lower(),
        "stage": c.stage.name.lower(),
        "replies": [_reply(r) for r in c.replies],
        "inbound": c.inbound,
    }


def _reply(r: Reply) -> _Json:
    return {
        "receiver": r.receiver,
        "title": replies.title(r.receiver),
        "reply": r.reply,
        "says": r.says,
        "stage": r.stage.name.lower(),
        "temporary": r.temporary,
        "as_of": r.as_of,
    }


def _receiver(v: ReceiverVerdict) -> _Json:
    return {
        "receiver": v.receiver.name,
        "title": v.receiver.title,
        "hosted_by": v.receiver.hosted_by or None,
        "ordinary": _judgement(v.ordinary),
        "bulk": _judgement(v.bulk),
        "wants": [_want(w) for w in v.wants],
    }


def _judgement(j: Judgement) -> _Json:
    return {
        "verdict": str(j.stance),
        "replies": [_foreseen(row) for row in j.replies],
        "perhaps": [_foreseen(row) for row in j.perhaps],
        "reasons": [_reason(reason) for reason in j.reasons],
    }


def _foreseen(row: Foreseen) -> _Json:
    return {
        **_reply(row.reply),
        "code": row.reply.code,
        "clause": row.reply.clause,
        "since": row.reply.since,
        "because": list(row.because),
    }


def _want(w: Want) -> _Json:
    return {
        "says": w.says,
        "then": w.then,
        "reply": w.reply,
        "bulk_only": w.bulk_only,
        "clause": w.clause,
        "since": w.since,
        "as_of": w.as_of,
    }


def _remedy(f: Finding, remedy: Remedy, report: Report) -> _Json:
    return {
        "key": remedy.key,
        "text": _sentences.remedy(f, remedy),
        "safe": remedy.safe,
        "changes": [_change(c, report) for c in remedy.changes if not c.proof],
        "settings": [_setting(s) for s in remedy.settings],
    }


def _change(change: RecordChange, report: Report) -> _Json:
    now = difference(change, report).now
    return {
        "action": str(change.action),
        "by": str(change.by),
        "name": change.name,
        "type": change.rtype,
        "ttl": change.ttl,
        "values": [plain(v) for v in change.values],
        "zone_lines": list(lines(change)),
        "placeholders": [placeholder for placeholder, _ in change.blanks],
        "now": None if now is None else [plain(v) for v in now.records],
    }


def _setting(setting: Setting) -> _Json:
    return {"field": setting.field, "value": setting.value}


def _outcome(o: Outcome) -> _Json:
    return {
        "check": o.check_id,
        "scope": o.scope,
        "severity": o.severity.name.lower(),
        "verdict": o.verdict.lower(),
        "reason": None if o.reason is None else _reason(o.reason),
        "questions": [_question(q) for q in sorted(o.rests_on)],
    }


def _reason(reason: Reason) -> _Json:
    return {"kind": reason.key, "items": list(reason.data), "text": _sentences.reason(reason)}


def _plan(plan: Plan, report: Report) -> _Json:
    return {
        "proven": _answer.is_proven(plan),
        "steps": [_step(number, step, report) for number, step in enumerate(plan.steps, 1)],
        "left": [_reference(f.key) for f in plan.left],
        "introduced": [_reference(f.key) for f in plan.introduced],
    }


def _step(number: int, step: Step, report: Report) -> _Json:
    return {
        "number": number,
        "text": list(_sentences.of_step(step)),
        "by": [str(actor) for actor in who(step, report)],
        "optional": _answer.is_optional(step, report),
        "safe": all(f.remedy.safe for f in step.cures if f.remedy),
        "solves": [_reference(key) for key in step.solves],
        "changes": [_change(c, report) for c in step.changes if not c.proof],
        "settings": [_setting(s) for s in step.settings],
    }


def _reference(key: tuple[str, str, str]) -> _Json:
    check_id, scope, _ = key
    return {"id": check_id, "scope": scope}


def _answers(answers: Iterable[Answer]) -> list[_Json]:
    return [
        {
            "question": _question(a.question),
            "status": str(a.status),
            "records": [plain(v) for v in a.records],
            "ttl": a.ttl,
            "aliases": list(a.aliases),
            "authenticated": a.authenticated,
            "server": a.origin.source,
            "line": a.origin.line,
            "detail": a.detail,
        }
        for a in sorted(answers, key=lambda a: a.question)
    ]


def _question(question: Question) -> _Json:
    return {"name": question.name, "type": question.rtype}
