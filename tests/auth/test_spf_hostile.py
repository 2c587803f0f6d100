"""Records and senders made to hurt: each ends with a reason, and soon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import pytest

from deliverkit.auth.check_host import spf
from deliverkit.auth.macros import LONGEST_EXPLANATION
from deliverkit.auth.results import Result, SpfResult
from deliverkit.model.answer import Answer, Mx, Question, Rdata, Status, Txt
from deliverkit.records.spf import parse
from tests.auth.recount import recount

SECONDS = 2.0
"""Of processor time, several times what a slow machine needs."""

MANY = 1_000_000


class World:
    def __init__(self, records: Mapping[tuple[str, str], tuple[Rdata, ...]]) -> None:
        self._records = records
        self.asked = 0

    async def ask(self, question: Question) -> Answer:
        self.asked += 1
        anywhere = self._records.get(("*", question.rtype))
        records = self._records.get((question.name, question.rtype), anywhere)
        return Answer(question, Status.OK if records else Status.NXDOMAIN, records or ())


def evaluate(
    record: str,
    mail_from: str = "user@example.com",
    helo: str = "mail.example.com",
    others: Mapping[tuple[str, str], tuple[Rdata, ...]] | None = None,
) -> tuple[SpfResult, int]:
    world = World({("example.com", "TXT"): (Txt.of(f"v=spf1 {record}"),), **(others or {})})
    begin = time.process_time()
    result = asyncio.run(spf("192.0.2.1", mail_from, helo, world))
    assert time.process_time() - begin < SECONDS
    assert str(result.reason)
    return result, world.asked


@pytest.mark.parametrize(
    ("record", "result", "key"),
    [
        ("ip4:198.51.100.1 " * 10_000 + "-all", Result.FAIL, "spf.match"),
        ("ip4:198.51.100.1 " * 3_500 + "-all", Result.FAIL, "spf.match"),
        ("x=y " * 15_000 + "-all", Result.FAIL, "spf.match"),
        ("a " * 30_000, Result.PERMERROR, "spf.limit.voids"),
        ("x " * 30_000, Result.PERMERROR, "spf.syntax.unknown-mechanism"),
        ("\xe9 " * 30_000, Result.PERMERROR, "spf.syntax.bad-character"),
        ("a:" * 30_000, Result.PERMERROR, "spf.syntax.bad-domain"),
        ("a:" + "%{d}" * 15_000 + "/x", Result.PERMERROR, "spf.syntax.bad-prefix"),
        ("a:" + "%" * 60_001, Result.PERMERROR, "spf.syntax.bad-macro"),
        ("exists:" + "%%" * 30_000 + ".com", Result.NEUTRAL, "spf.no-match"),
        ("exists:%{d" + "9" * 60_000 + "}.example.net -all", Result.FAIL, "spf.match"),
        ("include:example.com -all", Result.PERMERROR, "spf.limit.lookups"),
        ("ip4:198.51.100.1 " * 3_500 + "include:example.com", Result.PERMERROR, "spf.limit.lookups"),
        ("redirect=%{d}", Result.PERMERROR, "spf.limit.lookups"),
        ("exists:" + "%{s}" * 15_000 + ".%{d} -all", Result.FAIL, "spf.match"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_records(record: str, result: Result, key: str) -> None:
    found, asked = evaluate(record)
    assert (found.result, found.reason.key) == (result, key)
    assert asked <= 11
    if len(found.trace) < 100:
        recount(found)


def test_two_that_include_each_other_and_redirect() -> None:
    others = {("example.net", "TXT"): (Txt.of("v=spf1 include:example.com redirect=example.com"),)}
    found, asked = evaluate("include:example.net redirect=example.net", others=others)
    assert (found.result, found.limit, found.lookups, asked) == (Result.PERMERROR, "lookups", 11, 2)


@pytest.mark.parametrize("macro", ["%{s}", "%{l1r=}", "%{l1-}", "%{L}", "%{lr=}"])
@pytest.mark.parametrize(
    "local", ["a" * MANY, "=" * MANY, "a=" * (MANY // 2), "é" * MANY], ids=lambda s: s[:2]
)
def test_long_senders_in_bombs_of_macros(macro: str, local: str) -> None:
    sender = f"{local}@example.com"
    why: dict[tuple[str, str], tuple[Rdata, ...]] = {
        ("why.example.com", "TXT"): (Txt.of(macro * (60_000 // len(macro))),),
        ("*", "A"): ("127.0.0.2",),
    }
    found, _ = evaluate("-all exp=why.example.com", sender, others=why)
    assert (found.result, found.reason.key) == (Result.FAIL, "spf.match")
    assert found.explanation is None or len(found.explanation) <= LONGEST_EXPLANATION
    term = f"?exists:{macro * (6_000 // len(macro))}.%{{d}}"
    found, asked = evaluate(" ".join([term] * 10), sender, others=why)
    assert (found.result, found.voids) == (Result.NEUTRAL, 0)
    assert asked <= 2


@pytest.mark.parametrize(
    ("mail_from", "helo", "key"),
    [
        ("a" * 10 * MANY + "@example.com", "mail.example.com", "spf.match"),
        ("a@" + "a." * 5 * MANY + "com", "mail.example.com", "spf.no-domain.malformed"),
        ("a@" + "é" * MANY + ".com", "mail.example.com", "spf.no-domain.malformed"),
        ("@" * MANY, "mail.example.com", "spf.no-domain.empty"),
        ("", "é." * MANY, "spf.no-domain.malformed"),
        ("user@example.com", "é." * MANY, "spf.match"),
        ("user@" + "1" * MANY, "", "spf.no-domain.malformed"),
        ("user@" + ":" * MANY, "", "spf.no-domain.malformed"),
    ],
    ids=["local part", "labels", "beyond ASCII", "at signs", "HELO alone", "HELO beside", "digits", "colons"],
)
def test_senders(mail_from: str, helo: str, key: str) -> None:
    found, _ = evaluate("a:%{l}.example.com a:%{h} -all", mail_from, helo)
    assert found.reason.key == key


def test_answers() -> None:
    others: dict[tuple[str, str], tuple[Rdata, ...]] = {
        ("example.com", "MX"): tuple(Mx(1, f"m{n}.example.com") for n in range(5_000)),
        ("example.com", "A"): tuple(f"198.51.{n // 256 % 256}.{n % 256}" for n in range(65_536)),
        ("1.2.0.192.in-addr.arpa", "PTR"): tuple(f"m{n}.example.com" for n in range(5_000)),
    }
    assert evaluate("a ptr:example.org -all", others=others)[0].result is Result.FAIL
    assert evaluate("mx -all", others=others)[0].limit == "mx"
    assert evaluate("ptr -all", others=others)[1] == 12
    texts = {("example.com", "TXT"): tuple(Txt.of("v=spf1 -all") for _ in range(10_000))}
    assert evaluate("", others=texts)[0].reason.data["count"] == 10_000


@pytest.mark.parametrize(
    "records",
    [
        ("192.0.2", "", "not an address", "192.0.2.1\x00", "\ud800", "2001:db8::1", Mx(1, ""), Txt(())),
        (Mx(-1, "."), Mx(1, "a..b"), Mx(1, "\x00"), "", Txt((b"\xff",))),
    ],
)
def test_answers_that_are_nonsense(records: tuple[Rdata, ...]) -> None:
    others = {
        (name, rtype): records
        for name in ("example.com", "1.2.0.192.in-addr.arpa", "why.example.com")
        for rtype in ("A", "AAAA", "MX", "PTR")
    }
    found, _ = evaluate("a mx ptr exists:%{p}.example.net -all exp=why.example.com", others=others)
    assert found.result is Result.FAIL
    recount(found)


def test_a_name_that_almost_ends_in_a_label_of_the_top() -> None:
    """The end of a domain-spec is looked at once, however long it is (a repeated letter before a wrong sign)."""
    for term in ("a:", "include:", "redirect="):
        record = f"v=spf1 {term}.{'a' * 60_000}_ -all"
        began = time.process_time()
        assert parse(record).faults
        assert time.process_time() - began < SECONDS
