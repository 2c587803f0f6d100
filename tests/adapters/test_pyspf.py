"""pyspf behind its seam: the RFC 7208 suite over observed answers, and what the seam itself promises."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import pytest

from deliverkit.adapters import pyspf
from deliverkit.facts.spf import evaluate
from deliverkit.model.answer import Answer, Mx, Question, Rdata, Status, Txt
from deliverkit.model.subject import Subject
from tests.shared import shared_path


class Canned:
    """The zone of one case of the suite."""

    def __init__(self, zone: dict[str, Any]) -> None:
        self.zone = zone
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return self._answer(question, question.name, 0)

    def _answer(self, question: Question, name: str, hops: int) -> Answer:
        node = self.zone.get(name)
        if node is None:
            return Answer(question, Status.NXDOMAIN)
        values = node["types"].get(question.rtype)
        if values is None and "CNAME" in node["types"] and hops < 12:
            return self._answer(question, node["types"]["CNAME"][0].lower(), hops + 1)
        if values is None or "TIMEOUT" in values:
            status = Status.TIMEOUT if node["default"] == "TIMEOUT" or values else Status.NODATA
            return Answer(question, status)
        return Answer(question, Status.OK, tuple(_rdata(question.rtype, v) for v in values))


def _rdata(rtype: str, value: Any) -> Rdata:
    if rtype == "TXT":
        return Txt(tuple(part.encode("latin-1") for part in value))
    if rtype == "MX":
        return Mx(value[0], value[1].removesuffix("."))
    return str(value).removesuffix(".")


@cache
def _suite() -> list[dict[str, Any]]:
    path = shared_path("suites/spf-openspf-rfc7208/cases.json")
    cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return cases


def test_rfc7208_suite() -> None:
    wrong = []
    for case in _suite():
        domain = case["mailfrom"].rpartition("@")[2] or case["helo"]
        subject = Subject(
            domain, helo=case["helo"], mail_from=case["mailfrom"] or f"postmaster@{case['helo']}"
        )
        run = asyncio.run(evaluate(subject, case["host"], Canned(case["zone"])))
        if run.result not in case["expect"]:
            wrong.append((case["id"], run.result, run.reason, case["expect"]))
    assert len(_suite()) == 203
    assert wrong == []


def test_a_missing_answer_is_named_and_nothing_else_happens() -> None:
    run = pyspf.evaluate("192.0.2.1", "a@example.com", "mail.example.com", {})
    assert run == pyspf.SpfRun("", "", "", (), (Question("example.com", "TXT"),))


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.SERVFAIL, Status.REFUSED, Status.UNRECORDED])
def test_an_open_question_is_a_temperror(status: Status) -> None:
    question = Question("example.com", "TXT")
    run = pyspf.evaluate("192.0.2.1", "a@example.com", "h.example", {question: Answer(question, status)})
    assert run.result == "temperror"
    assert [a.question for a in run.used] == [question]


@pytest.mark.parametrize(
    ("record", "limit"),
    [
        (" ".join(["v=spf1", *(f"a:h{n}.example" for n in range(11)), "-all"]), "lookups"),
        (" ".join(["v=spf1", *(f"a:void{n}.example" for n in range(3)), "-all"]), "voids"),
    ],
)
def test_limits_are_told_apart(record: str, limit: str) -> None:
    zone: dict[str, Any] = {"example.com": {"types": {"TXT": [[record]]}, "default": None}}
    zone |= {f"h{n}.example": {"types": {"A": ["198.51.100.1"]}, "default": None} for n in range(11)}
    run = asyncio.run(evaluate(Subject("example.com"), "192.0.2.1", Canned(zone)))
    assert (run.result, run.limit) == ("permerror", limit)
