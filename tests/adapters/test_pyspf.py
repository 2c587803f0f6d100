"""pyspf behind its seam: what the seam promises. The suites, where it is the second opinion, are in tests/suites."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import spf

from deliverkit.adapters import pyspf
from deliverkit.facts.spf import evaluate
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.model.subject import Subject
from tests.suites.canned import Canned


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


def answers(record: str, *more: Answer) -> dict[Question, Answer]:
    question = Question("example.com", "TXT")
    found = (Answer(question, Status.OK, (Txt.of(record),)), *more)
    return {answer.question: answer for answer in found}


def test_names_are_asked_in_presentation_form() -> None:
    run = pyspf.evaluate(
        "192.0.2.1", "a@example.com", "h.example", answers("v=spf1 exists:a\\b.example.net -all")
    )
    assert run.missing == (Question("a\\\\b.example.net", "A"),)


def test_a_name_beyond_ascii_is_not_asked_for() -> None:
    run = pyspf.evaluate(
        "192.0.2.1", "é@example.com", "h.example", answers("v=spf1 exists:%{l}.example.net -all")
    )
    assert (run.result, run.missing) == ("fail", ())


@pytest.mark.parametrize("ip", ["", "192.0.2", "fe80::1%eth0", "\x00"])
def test_where_pyspf_fails_nothing_is_known(ip: str) -> None:
    run = pyspf.evaluate(ip, "a@example.com", "h.example", answers("v=spf1 a +all"))
    assert run.result == "temperror"
    assert run.reason.startswith("pyspf failed: ")


def test_pyspf_as_it_is_gets_its_door_back() -> None:
    def lookup(
        name: str, rtype: str, strict: bool, timeout: float
    ) -> list[tuple[tuple[str, str], pyspf.Datum]]:
        return [((name, rtype), (b"v=spf1 -all",))]

    before = spf.DNSLookup
    assert pyspf.check2("192.0.2.1", "a@example.com", "h.example", lookup) == "fail"
    assert spf.DNSLookup is before
