"""DMARC suites: mailauth's evaluations, in full, and the records whose reading is one or contested."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deliverkit.auth.author import author
from deliverkit.auth.policy import dmarc
from deliverkit.auth.results import Alignment, DkimResult, DmarcResult, Reason, Result, SpfResult
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.records import dmarc as grammar
from tests.shared import shared_path

DISPUTED = [
    row
    for row in tomllib.loads(Path(__file__).with_name("disputed.toml").read_text("utf-8"))["case"]
    if row["suite"] == "dmarc-mailauth"
]


class World:
    """The zone of a case. ``ERR:ETIMEOUT`` in place of records is a question without an answer."""

    def __init__(self, zone: Mapping[str, Mapping[str, Any]]) -> None:
        self.zone = zone

    async def ask(self, question: Question) -> Answer:
        here = self.zone.get(question.name)
        if here is None:
            above = any(name.endswith(f".{question.name}") for name in self.zone)
            return Answer(question, Status.NODATA if above else Status.NXDOMAIN)
        found = here.get(question.rtype)
        if isinstance(found, str):
            return Answer(question, Status.TIMEOUT)
        if question.rtype == "TXT" and found:
            records = tuple(Txt(tuple(part.encode() for part in strings)) for strings in found)
            return Answer(question, Status.OK, records)
        return Answer(question, Status.OK if found else Status.NODATA, ("192.0.2.1",) if found else ())


def _cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(
        shared_path("suites/dmarc-mailauth/cases.json").read_text("utf-8")
    )
    return cases


def _evaluate(case: Mapping[str, Any]) -> DmarcResult:
    world = World(case["zone"])
    if case["kind"] == "record":
        return asyncio.run(dmarc(case["domain"], None, (), world))
    given = case["header_from"]
    addresses = given if isinstance(given, list) else [given]
    if "@" in addresses[0]:
        wrote = author(f"From: {', '.join(addresses)}\r\n\r\n".encode())
        domain = wrote.domain
        assert wrote.fault is None
    else:
        domain = addresses[0]
    spf = [SpfResult(Result.PASS, Reason("x"), "192.0.2.1", "mailfrom", i["domain"], "") for i in case["spf"]]
    return asyncio.run(dmarc(domain, spf[0] if spf else None, [_signature(i) for i in case["dkim"]], world))


def _signature(given: str | Mapping[str, Any]) -> DkimResult:
    if isinstance(given, str):
        return DkimResult(Result.PASS, Reason("x"), given)
    return DkimResult(Result.PASS, Reason("x"), given["domain"], unsigned_body=given.get("underSized", 0))


def _tag(record: grammar.DmarcRecord, name: str) -> object:
    """Tags that RFC 9989 does not know stand among the faults."""
    for key, tag, value in record.faults:
        if key == "removed-tag" and tag.lower() == name:
            return int(value) if value.isdigit() else None
        if key == "not-a-tag" and tag == name:
            return False
        if key == "not-a-tag" and not tag and name == "false":
            return f"={value}"
    return None


def _seen(result: DmarcResult, path: str) -> object:
    """What the suite calls ``path``, in our result."""
    record = result.record
    match path.split("."):
        case ["status", "result"]:
            return str(result.result)
        case ["policy"]:
            return result.disposition if result.result is Result.FAIL else result.policy
        case ["domain"]:
            return result.organisational_domain
        case ["status", "header", "from"]:
            return result.from_domain
        case ["status", "header", "d"]:
            return result.policy_domain
        case ["error"]:
            return f"DNS {str(result.reason.data['status']).lower()}"
        case ["info"]:
            return str(result.reason)
        case ["alignment", method, what]:
            return _aligned([a for a in result.alignment if a.method == method], what)
        case ["isOrgRecord"]:
            return result.policy_domain != result.from_domain
        case [""]:
            return result if record is not None else None
    assert record is not None
    match path:
        case "rr":
            return record.text
        case "v":
            return "DMARC1" if grammar.is_dmarc(record.text) else None
        case "rua" | "ruf":
            return ",".join(getattr(record, path))
        case "p" | "sp" | "adkim" | "aspf" | "fo":
            return getattr(record, path)
    return _tag(record, path)


def _aligned(found: list[Alignment], what: str) -> object:
    if what == "strict":
        return {a.mode == "s" for a in found} == {True}
    if what == "underSized":
        return max(a.unsigned_body for a in found)
    return next((a.organisational_domain or a.domain for a in found if a.aligned), None)


def _holds(seen: object, op: str, value: object) -> bool:
    match op:
        case "equal":
            return seen == value and type(seen) is type(value)
        case "not ok" | "undefined":
            return not seen
        case "true":
            return seen is True
        case "false":
            return seen is False or seen is None
        case "contain":
            return str(value) in str(seen)
        case "a" | "an":
            return isinstance(seen, str if value == "string" else object) and seen is not None
        case "not property":
            return not hasattr(seen, str(value))
    raise AssertionError(op)


def _unmet(case: Mapping[str, Any], result: DmarcResult) -> list[str]:
    return [
        f"{e['path']} {e['op']} {e.get('value')}: {_seen(result, e['path'])}"
        for e in case["expect"]
        if not _holds(_seen(result, e["path"]), e["op"], e.get("value"))
    ]


def test_every_evaluation_of_mailauth() -> None:
    cases = _cases()
    assert len(cases) == 91
    disputed = {entry["id"] for entry in DISPUTED if entry["suite"] == "dmarc-mailauth"}
    unmet: dict[str, list[str]] = {}
    for case in cases:
        result = _evaluate(case)
        assert str(result.reason)
        assert len(result.queries) == len(set(result.queries)), case["name"]
        if found := _unmet(case, result):
            unmet[case["name"].rpartition(" / ")[2]] = found
    assert {name: found for name, found in unmet.items() if name not in disputed} == {}
    assert unmet.keys() == disputed, "what is not disputed any more has to leave the list"


@pytest.mark.parametrize(
    ("name", "result", "asked"),
    [
        (
            "walks every label and caps a >8-label author at 8 queries in the exact RFC sequence (§4.10)",
            Result.FAIL,
            (
                "a.b.c.d.e.f.g.h.i.j.k.example.com",
                "g.h.i.j.k.example.com",
                "h.i.j.k.example.com",
                "i.j.k.example.com",
                "j.k.example.com",
                "k.example.com",
                "example.com",
                "com",
            ),
        ),
        ("Should throw on DNS server errors", Result.TEMPERROR, ("example.com",)),
        ("Should include ARC result in comment when provided", Result.PASS, ("example.com",)),
    ],
)
def test_what_the_suite_expects_without_saying(name: str, result: Result, asked: tuple[str, ...]) -> None:
    """Cases of the suite whose expectation stands in its code, not in its data."""
    [case] = [case for case in _cases() if case["name"].endswith(f" / {name}")]
    assert case["expect"] == []
    seen = _evaluate(case)
    assert (seen.result, tuple(q.name for q in seen.queries)) == (result, tuple(f"_dmarc.{n}" for n in asked))


def test_disputes_are_told_apart_by_a_clause() -> None:
    assert all("RFC 9989 section" in entry["clause"] for entry in DISPUTED)
    disputed = {entry["id"]: entry for entry in DISPUTED}
    by_name = {case["name"].rpartition(" / ")[2]: case for case in _cases()}
    several, array, pct = (_evaluate(by_name[name]) for name in disputed)
    assert (several.result, several.policy_domain, several.policy) == (Result.FAIL, "example.com", "none")
    assert (array.result, array.from_domain) == (Result.PASS, "example.com")
    assert pct.record is not None
    assert pct.record.faults == (("removed-tag", "pct", "invalid"),)


def _records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(
        shared_path("suites/dmarc-records/cases.json").read_text("utf-8")
    )
    return records


def _outcome(text: str) -> str:
    if not grammar.is_dmarc(text):
        return "not-a-record"
    return "policy" if grammar.parse(text).applies else "no-processing"


def test_every_record_with_one_reading() -> None:
    settled = [case for case in _records() if case["rfc9989"]["outcome"] != "contested"]
    assert len(settled) == 49
    for case in settled:
        expected = dict(case["rfc9989"])
        assert _outcome(case["record"]) == expected.pop("outcome"), case["id"]
        if expected:
            record = grammar.parse(case["record"])
            assert {name: getattr(record, name) for name in expected} == expected, case["id"]


# Section 4.7 reads a missing p as none "(see Section 4.10.1)"; that section asks for more: a record that "does not
# contain a valid p tag" counts as p=none only with a valid address in rua. It is the procedure, and a MUST.
MISSING = "RFC 9989 section 4.10.1: no valid p and no valid address in rua, so no DMARC processing"
TWICE = (
    "RFC 9989 section 4.8: syntax errors in the remainder are ignored outright, so the first of two counts"
)
SIZE = "RFC 9989 section 4.8: obs-dmarc-report-size is '!', digits and k, m, g or t; '!' elsewhere must be encoded"
READINGS = {
    "no-processing": (
        MISSING,
        "opendmarc-15 mox-4 mox-7 mox-12 mailauth-8 " + " ".join(f"mox-{i}" for i in range(13, 26)),
    ),
    "no-processing, after all": (MISSING, "mox-28 mox-29 mox-30 mox-31 mox-32"),
    "no-processing, no address": (SIZE, "mox-33 mox-35"),
    "policy": (TWICE, "mox-10 mox-11"),
}


def test_our_reading_of_every_contested_record() -> None:
    contested = {case["id"]: case for case in _records() if case["rfc9989"]["outcome"] == "contested"}
    read = {name: reading for reading, (_, names) in READINGS.items() for name in names.split()}
    assert read.keys() == contested.keys()
    for name, reading in read.items():
        assert _outcome(contested[name]["record"]) == reading.partition(",")[0], name
    for name in ("mox-10", "mox-11"):
        record = grammar.parse(contested[name]["record"])
        assert record.p == "none"
        assert [key for key, _, _ in record.faults] == ["duplicate-tag"]
