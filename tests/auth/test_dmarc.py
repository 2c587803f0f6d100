"""dmarc() against RFC 9989, clause by clause: dmarc_cases.toml."""

from __future__ import annotations

import asyncio
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deliverkit.auth.policy import dmarc
from deliverkit.auth.results import DmarcResult, LegacyDmarc, Reason, Result, SpfResult
from deliverkit.resolver.zonefile import Zone
from tests.auth.dmarc_worlds import SAID, World, dkim, spf

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("dmarc_cases.toml").read_text("utf-8"))[
    "case"
]


def evaluate(case: dict[str, Any]) -> tuple[DmarcResult, World]:
    world = World(
        case.get("records", {}), case.get("exists", ()), case.get("broken", {}), case.get("aliases", ())
    )
    signatures = dkim(case.get("dkim", ()))
    return asyncio.run(dmarc(case["from"], spf(case.get("spf", "")), signatures, world)), world


def seen(result: DmarcResult, what: str) -> object:
    match what:
        case "reason":
            return result.reason.key.removeprefix("dmarc.")
        case "aligned":
            return ["open" if a.aligned is None else "yes" if a.aligned else "no" for a in result.alignment]
        case "asked":
            return [q.name.removeprefix("_dmarc.") if q.rtype == "TXT" else str(q) for q in result.queries]
        case "faults":
            return [key for key, _, _ in result.record.faults] if result.record else []
        case "legacy":
            return in_one_line(result.legacy)
    return getattr(result, what)


def in_one_line(legacy: LegacyDmarc | None) -> str:
    if legacy is None:
        return ""
    parts = (legacy.result, legacy.policy_domain, legacy.policy, legacy.disposition, legacy.pct)
    return " ".join(str(part) or "-" for part in parts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    result, world = evaluate(case)
    found = {what: seen(result, what) for what in case["expect"]}
    assert found == case["expect"], case["clause"]
    assert str(result.reason)
    assert all(str(step) for step in result.trace)
    assert result.trace[-1] == result.reason
    assert [answer.question for answer in result.answers] == list(result.queries)
    assert len(world.asked) == len(set(world.asked)), "every question is asked once"
    assert set(result.queries) <= set(world.asked)


def test_every_case_names_its_clause() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(re.match(r"RFC (9989|7489|8020) (section|appendix) ", case["clause"]) for case in CASES)


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("", "empty"),
        (".", "empty"),
        ("192.0.2.1", "address"),
        ("[192.0.2.1]", "address"),
        ("[IPv6:2001:db8::1]", "address"),
        ("2001:db8::1", "address"),
        ("example..com", "empty-label"),
        (".example.com", "empty-label"),
        (f"{'a' * 64}.example.com", "label-too-long"),
        (f"{'a.' * 130}com", "name-too-long"),
        (f"{'ü' * 300}.example", "name-too-long"),
        ("exa mple.com", "bad-characters"),
        ("a@example.com", "bad-characters"),
        ("example.com\n", "bad-characters"),
        ("xn--\u00fc.example", "idna"),
        ("\u2028.example", "idna"),
        ("\udc80.example", "idna"),
    ],
)
def test_what_is_no_domain(domain: str, key: str) -> None:
    result = asyncio.run(dmarc(domain, spf("pass example.com"), (), World({})))
    assert (result.result, result.reason.key) == (Result.PERMERROR, f"dmarc.from.{key}")
    assert (result.from_domain, result.queries, result.disposition) == ("", (), "none")
    assert str(result.reason).isprintable()


def test_the_helo_identity_stands_for_an_empty_mail_from() -> None:
    """RFC 9989 section 3.2.4."""
    helo = SpfResult(
        Result.PASS, SAID, "192.0.2.1", "helo", "mail.example.com", "postmaster@mail.example.com"
    )
    result = asyncio.run(dmarc("example.com", helo, (), World({"example.com": "v=DMARC1; p=reject"})))
    assert (result.result, result.alignment[0].domain) == (Result.PASS, "mail.example.com")


def test_a_signature_without_a_readable_domain_is_no_identifier() -> None:
    world = World({"example.com": "v=DMARC1; p=reject"})
    result = asyncio.run(dmarc("example.com", None, dkim(["permerror ", "pass example.com"]), world))
    assert [a.domain for a in result.alignment] == ["example.com"]


def test_the_trace_tells_the_way() -> None:
    case = {
        "from": "gone.example.com",
        "records": {"example.com": "v=DMARC1; p=none; np=reject; t=y; pct=5"},
        "spf": "pass example.net",
        "dkim": ["pass example.com"],
    }
    result, _ = evaluate(case)
    assert [str(step) for step in result.trace] == [
        "_dmarc.gone.example.com has no DMARC record.",
        "_dmarc.example.com has the record: v=DMARC1; p=none; np=reject; t=y; pct=5",
        "_dmarc.com has no DMARC record.",
        "The organisational domain of gone.example.com is example.com.",
        "In the record at _dmarc.example.com, pct=5 is a tag that DMARC no longer has. It is ignored.",
        "gone.example.com does not exist in DNS, so np= applies.",
        "np=reject of the record at _dmarc.example.com applies to gone.example.com.",
        "The record is in test mode (t=y): it asks for quarantine, one level below its policy.",
        "SPF example.net (pass) does not align with gone.example.com: it has another organisational domain.",
        "DKIM example.com (pass) aligns with gone.example.com.",
        "DMARC passes for gone.example.com: DKIM example.com passed and aligned.",
    ]


def test_a_record_behind_a_cname() -> None:
    zone = Zone.from_text(
        "_dmarc.example.com. CNAME _dmarc.service.example.net.\n"
        '_dmarc.service.example.net. TXT "v=DMARC1; " "p=reject"\n'
        '*.wild.example.com. TXT "v=DMARC1; p=quarantine"\n'
    )
    result = asyncio.run(dmarc("example.com", None, (), zone))
    assert (result.policy_domain, result.policy) == ("example.com", "reject")
    assert result.answers[0].aliases == ("_dmarc.service.example.net",)
    wild = asyncio.run(dmarc("a.wild.example.com", None, (), zone))
    assert (wild.policy_domain, wild.policy) == ("a.wild.example.com", "quarantine")


def test_two_views_of_one_name_do_not_mix() -> None:
    for policy in ("none", "reject", "none"):
        world = World({"example.com": f"v=DMARC1; p={policy}"})
        assert asyncio.run(dmarc("example.com", None, (), world)).disposition == policy


def test_hostile_records_are_told_tamed() -> None:
    world = World({"example.com": "v=DMARC1; p=re\x1b[31mject\x07"})
    result = asyncio.run(dmarc("example.com", None, (), world))
    assert result.result is Result.NONE
    assert all(
        str(step).isprintable() for step in (*result.trace, Reason("dmarc.no-effect", {"name": "\x1b"}))
    )
