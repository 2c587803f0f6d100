"""The trace, step by step, and the sentences beside it."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from deliverkit.auth.check_host import spf
from deliverkit.auth.results import Result, SpfResult
from deliverkit.lab.faults import Fault, Faulty, Kind
from deliverkit.model.answer import Question
from deliverkit.resolver.zonefile import Zone
from deliverkit.texts import FOLDER, LANGUAGE
from tests.auth.recount import recount

ZONE = Zone.from_text(
    """
example.com.       TXT ( "v=spf1 mx ip4:198.51.100.0/24 foo=bar include:_spf.example.net "
                       "redirect=example.org exp=why.example.com" )
example.com.       MX 10 mx.example.com.
mx.example.com.    A 198.51.100.1
_spf.example.net.  TXT "v=spf1 a:gone.example.net include:_b.example.net ?all"
_b.example.net.    TXT "v=spf1 ip6:2001:db8::/32 -exists:%{ir}.list.example.net"
example.org.       TXT "v=spf1 ip4:203.0.113.0/24 -all exp=why.%{d}"
why.example.org.   TXT "%{c} may not"
pass.example.com.  TXT "v=spf1 include:_p.example.com -all"
_p.example.com.    TXT "v=spf1 include:_q.example.com"
_q.example.com.    TXT "v=spf1 ip4:192.0.2.0/24"
"""
)


def run(mail_from: str, *silent: str, ip: str = "192.0.2.7") -> SpfResult:
    world = Faulty([Fault(Kind.TIMEOUT, name) for name in silent], ZONE)
    result = asyncio.run(spf(ip, mail_from, "mx.example.com", world))
    recount(result)
    return result


def told(result: SpfResult) -> list[tuple[int, str, str, str, int, int, str]]:
    return [
        (s.depth, s.domain, s.term, s.outcome, s.lookups, s.voids, s.note.key if s.note else "")
        for s in result.trace
    ]


def test_every_term_in_order_with_its_cost() -> None:
    result = run("user@example.com")
    assert told(result) == [
        (0, "example.com", "mx", "no-match", 1, 0, ""),
        (0, "example.com", "ip4:198.51.100.0/24", "no-match", 0, 0, ""),
        (0, "example.com", "foo=bar", "ignored", 0, 0, "spf.note.unknown-modifier"),
        (0, "example.com", "include:_spf.example.net", "no-match", 4, 2, ""),
        (1, "_spf.example.net", "a:gone.example.net", "no-match", 1, 1, ""),
        (1, "_spf.example.net", "include:_b.example.net", "no-match", 2, 1, ""),
        (2, "_b.example.net", "ip6:2001:db8::/32", "no-match", 0, 0, ""),
        (2, "_b.example.net", "-exists:%{ir}.list.example.net", "no-match", 1, 1, ""),
        (1, "_spf.example.net", "?all", "match", 0, 0, ""),
        (0, "example.com", "exp=why.example.com", "ignored", 0, 0, "spf.note.not-needed"),
        (0, "example.com", "redirect=example.org", "match", 1, 0, ""),
        (1, "example.org", "ip4:203.0.113.0/24", "no-match", 0, 0, ""),
        (1, "example.org", "-all", "match", 0, 0, ""),
        (1, "example.org", "exp=why.%{d}", "used", 0, 0, "spf.note.explanation"),
    ]
    assert (result.result, result.lookups, result.voids, result.limit) == (Result.FAIL, 6, 2, "")
    assert result.matched is result.trace[10]
    assert result.explanation == "192.0.2.7 may not"
    assert result.ip == "192.0.2.7"
    assert result.trace[0].asked == (Question("example.com", "MX"), Question("mx.example.com", "A"))
    assert result.trace[3].asked == (Question("_spf.example.net", "TXT"),)
    assert result.trace[-1].asked == (Question("why.example.org", "TXT"),)
    assert [str(answer.question) for answer in result.answers] == [
        "example.com TXT",
        "example.com MX",
        "mx.example.com A",
        "_spf.example.net TXT",
        "gone.example.net A",
        "_b.example.net TXT",
        "7.2.0.192.list.example.net A",
        "example.org TXT",
        "why.example.org TXT",
    ]
    assert str(result.reason) == (
        "The term “-all” in the SPF record of example.org covers 192.0.2.7. The result is fail."
    )


def test_a_match_deep_inside_is_named_from_both_ends() -> None:
    result = run("user@pass.example.com")
    assert [(s.depth, s.term, s.outcome) for s in result.trace] == [
        (0, "include:_p.example.com", "match"),
        (1, "include:_q.example.com", "match"),
        (2, "ip4:192.0.2.0/24", "match"),
    ]
    assert result.matched is result.trace[0]
    assert dict(result.reason.data) == {
        "ip": "192.0.2.7",
        "term": "include:_p.example.com",
        "domain": "pass.example.com",
        "result": "pass",
        "inner_term": "ip4:192.0.2.0/24",
        "inner_domain": "_q.example.com",
    }


def test_an_open_question_deep_inside_is_an_error_all_the_way_up_and_told_once() -> None:
    result = run("user@pass.example.com", "_q.example.com")
    assert (result.result, result.matched) == (Result.TEMPERROR, None)
    assert told(result) == [
        (0, "pass.example.com", "include:_p.example.com", "error", 2, 0, ""),
        (1, "_p.example.com", "include:_q.example.com", "error", 1, 0, "spf.no-answer"),
    ]
    assert result.reason.data == {"question": "_q.example.com TXT", "status": "TIMEOUT"}
    assert [a.settled for a in result.answers] == [True, True, False]


@pytest.mark.parametrize(
    ("ip", "sentence"),
    [
        (
            "198.51.100.7",
            "The term “ip4:198.51.100.0/24” in the SPF record of example.com covers 198.51.100.7.",
        ),
        ("nonsense", "“nonsense” is not an IP address that SPF can check."),
    ],
)
def test_sentences(ip: str, sentence: str) -> None:
    assert str(run("user@example.com", ip=ip).reason).startswith(sentence)


def test_foreign_text_is_tamed_in_the_sentence_and_kept_in_the_data() -> None:
    hostile = "\x1b[2J\u202e.example"
    result = run(f"user@{hostile}")
    assert result.result is Result.NONE
    assert result.reason.data["said"] == hostile
    assert "\x1b" not in str(result.reason)
    assert "\u202e" not in str(result.reason)


def test_every_error_of_syntax_has_its_sentence() -> None:
    texts = tomllib.loads((Path(FOLDER) / LANGUAGE / "auth.toml").read_text("utf-8"))["spf"]["syntax"]
    checks = tomllib.loads((Path(FOLDER) / LANGUAGE / "checks" / "spf.toml").read_text("utf-8"))["syntax"]
    assert texts.keys() == checks.keys() - {"remedy", "mechanism-with-equals"}
