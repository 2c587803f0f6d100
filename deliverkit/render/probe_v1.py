"""The account of a probe for programs: JSON, documented field by field in ``schemas/probe-v1.json``.

Addresses are not masked: there is one mailbox, and the user named it. What the server said is kept as it came, and
escaped where it could not be seen; the English sentences hold it cleaned.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deliverkit import __version__
from deliverkit.bounces import catalogue
from deliverkit.model.answer import Answer
from deliverkit.probing.model import Attempt, Judgement, Probe
from deliverkit.render import _probe_sentences as sentences
from deliverkit.smtp import certificate
from deliverkit.smtp.session import Step, Tls
from deliverkit.texts.clean import visible_json

SCHEMA_VERSION = 1
_SCHEMA = Path(__file__).parent / "schemas" / "probe-v1.json"

_Json = dict[str, Any]


def render(probe: Probe) -> str:
    """Two blanks of indent, in the order of the schema."""
    target, asking, route = probe.target, probe.asking, probe.route
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": f"deliverkit {__version__}",
        "target": {"address": target.address, "domain": target.domain, "postmaster": target.postmaster},
        "asked_with": {
            "helo": asking.helo,
            "mail_from": asking.sender,
            "port": asking.port,
            "mx": asking.mx or None,
            "tls": asking.tls,
            "stage_seconds": asking.stage,
            "total_seconds": asking.total,
        },
        "route": {
            "implicit": route.implicit,
            "left_out": route.left_out,
            "hosts": [
                {"name": h.name, "preference": h.preference, "addresses": list(h.addresses), "open": h.open}
                for h in route.hosts
            ],
            "asked": [_answer(a) for a in route.asked],
        },
        "attempts": [_attempt(a) for a in probe.attempts],
        "result": _judgement(probe.result),
        "notes": [{"key": key, "text": sentences.note(key)} for key in probe.notes],
    }
    return visible_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def schema() -> _Json:
    """The JSON Schema (draft 2020-12) that every probe follows."""
    loaded: _Json = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return loaded


def _answer(answer: Answer) -> _Json:
    question = {"name": answer.question.name, "type": answer.question.rtype}
    return {"question": question, "status": str(answer.status), "detail": answer.detail}


def _attempt(attempt: Attempt) -> _Json:
    session = attempt.session
    return {
        "host": session.host,
        "address": session.address,
        "port": session.port,
        "receiver": attempt.receiver or None,
        "extensions": list(session.extensions),
        "tls": None if session.tls is None else _tls(session.tls),
        "steps": [_step(step, attempt.judged.get(place)) for place, step in enumerate(session.steps)],
    }


def _tls(tls: Tls) -> _Json:
    read = certificate.read(tls.certificate)
    return {
        "protocol": tls.protocol,
        "cipher": tls.cipher,
        "verified": tls.verified,
        "why": tls.why,
        "names": [] if read is None else list(read.names),
        "expires": None if read is None else read.expires,
    }


def _step(step: Step, judged: Judgement | None) -> _Json:
    reply = step.reply
    return {
        "name": step.name,
        "sent": step.sent,
        "encrypted": step.encrypted,
        "reply": None
        if reply is None
        else {"code": reply.code, "enhanced": reply.enhanced or None, "lines": list(reply.verbatim)},
        "trouble": step.trouble or None,
        "detail": step.detail,
        "judgement": None if judged is None else _judgement(judged),
    }


def _judgement(judgement: Judgement) -> _Json:
    code = judgement.code
    return {
        "state": str(judgement.state),
        "code": code,
        "meaning": None if code is None else catalogue.load(code).meaning,
        "reason": judgement.reason,
        "text": sentences.reason(judgement),
        "basis": judgement.basis or None,
        "sign": judgement.sign,
    }
