"""Reports to another organisation: RFC 9990 section 4."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from deliverkit.auth.reporting import destination_host, report_authorised
from deliverkit.auth.results import ReportAuthorisation
from tests.auth.dmarc_worlds import World

BLUE = "blue.example.com"
ASKED = "blue.example.com._report._dmarc.red.example.net"
POLICY = {"blue.example.com": "v=DMARC1; p=none; rua=mailto:reports@red.example.net"}


def judged(
    records: Mapping[str, str | Sequence[str]],
    uri: str = "mailto:reports@red.example.net",
    domain: str = BLUE,
    broken: Mapping[str, str] | None = None,
) -> ReportAuthorisation:
    world = World(records, broken=broken)
    result = asyncio.run(report_authorised(domain, uri, world))
    assert str(result.reason)
    assert [answer.question for answer in result.answers] == world.asked
    return result


@pytest.mark.parametrize(
    ("texts", "outcome", "key", "rua"),
    [
        ("v=DMARC1", "yes", "confirmed", ()),
        ("v=DMARC1;", "yes", "confirmed", ()),
        (["other", "v=DMARC1; p=none", "v=DMARC1"], "yes", "confirmed", ()),
        ("v=DMARC1; rua=mailto:b@red.example.net", "yes", "overridden", ("mailto:b@red.example.net",)),
        (
            ["v=DMARC1; rua=mailto:b@RED.example.net!5m", "v=DMARC1; rua=https://red.example.net/r"],
            "yes",
            "overridden",
            ("mailto:b@RED.example.net!5m", "https://red.example.net/r"),
        ),
        ("v=DMARC1; rua=mailto:b@victim.example", "no", "foreign-override", ()),
        (
            "v=DMARC1; rua=mailto:b@red.example.net, mailto:b@sub.red.example.net",
            "no",
            "foreign-override",
            (),
        ),
        ("v=DMARC1; rua=broken", "yes", "confirmed", ()),
        ("p=none; v=DMARC1", "no", "not-confirmed", ()),
        ("v=spf1 -all", "no", "not-confirmed", ()),
        ((), "no", "not-confirmed", ()),
    ],
)
def test_the_confirming_record(texts: str | list[str], outcome: str, key: str, rua: tuple[str, ...]) -> None:
    result = judged({ASKED: texts} if texts else {})
    assert (result.outcome, result.reason.key, result.rua) == (outcome, f"dmarc.report.{key}", rua)
    assert (result.asked, result.host, result.policy_domain) == (ASKED, "red.example.net", BLUE)
    assert [answer.question.name for answer in result.answers] == [ASKED]


@pytest.mark.parametrize(
    ("domain", "uri", "records"),
    [
        ("example.com", "mailto:a@example.com", {}),
        ("EXAMPLE.com.", "mailto:a@Example.Com", {}),
        ("example.com", "mailto:a@reports.example.com", {"example.com": "v=DMARC1; p=none"}),
        ("news.example.com", "mailto:a@reports.example.com", {"example.com": "v=DMARC1; p=none"}),
        ("news.example.com", "https://reports.example.com:8443/x?y", {"example.com": "v=DMARC1; psd=n"}),
        ("a.example", "mailto:x@b.a.example", {"example": "v=DMARC1; p=none; psd=y"}),
    ],
)
def test_one_organisation_needs_none(domain: str, uri: str, records: dict[str, str]) -> None:
    result = judged(records, uri, domain)
    assert (result.outcome, result.asked) == ("not-needed", "")


@pytest.mark.parametrize(
    ("domain", "uri", "records"),
    [
        ("a.example.com", "mailto:a@b.example.com", {}),
        (
            "a.example.com",
            "mailto:a@b.example.com",
            {"a.example.com": "v=DMARC1; psd=n", "example.com": "v=DMARC1"},
        ),
        ("a.example", "mailto:x@b.example", {"example": "v=DMARC1; p=none; psd=y"}),
        ("example.com", "mailto:a@notexample.com", {"example.com": "v=DMARC1; p=none"}),
    ],
)
def test_another_organisation_by_the_walk(domain: str, uri: str, records: dict[str, str]) -> None:
    result = judged(records, uri, domain)
    assert (result.outcome, result.asked) == ("no", f"{domain}._report._dmarc.{result.host}")


def test_no_answer_to_the_question() -> None:
    result = judged({}, broken={ASKED: "TIMEOUT"})
    assert (result.outcome, result.reason.key, result.asked) == (
        "temperror",
        "dmarc.report.unanswered",
        ASKED,
    )


def test_no_answer_about_the_organisation() -> None:
    broken = {"_dmarc.reports.example.com": "SERVFAIL"}
    records = {"example.com": "v=DMARC1; p=none"}
    uri = "mailto:a@reports.example.com"
    asked = "example.com._report._dmarc.reports.example.com"
    for told in ({}, {asked: "v=DMARC1; rua=mailto:a@victim.example"}):
        result = judged(records | told, uri, "example.com", broken)
        assert (result.outcome, result.reason.key) == ("temperror", "dmarc.report.organisation-unanswered")
        assert (result.asked, result.reason.data["name"]) == (asked, "reports.example.com")
    assert judged(records | {asked: "v=DMARC1"}, uri, "example.com", broken).outcome == "yes"
    # Whatever the top-level domain holds, both stay in one organisation.
    assert judged(records, uri, "example.com", {"_dmarc.com": "TIMEOUT"}).outcome == "not-needed"


def test_a_name_too_long_for_dns() -> None:
    """RFC 9990 section 4 step 4."""
    domain = ".".join(["a" * 60] * 3 + ["example"])
    result = judged({}, f"mailto:a@{'b' * 60}.example.net", domain)
    assert (result.outcome, result.reason.key, result.asked) == ("no", "dmarc.report.name-too-long", "")
    assert result.answers == ()


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("mailto:a@example.com", "example.com"),
        ("MAILTO:a@Example.COM!10m", "example.com"),
        ("mailto:a%40example.com", "example.com"),
        ("mailto:a@b@example.com", "example.com"),
        ("mailto:a@example.com?subject=x@example.net", "example.com"),
        ("mailto:a@bücher.example", "xn--bcher-kva.example"),
        ("mailto:a@example.com%2Cb@example.net", ""),
        ("mailto:example.com", ""),
        ("mailto:a@[192.0.2.1]", ""),
        ("mailto:a@192.0.2.1", ""),
        ("https://example.com/path@example.net", "example.com"),
        ("https://user@example.com:443?x", "example.com"),
        ("https://example.com#@example.net", "example.com"),
        ("https://[2001:db8::1]/", ""),
        ("https:///path", ""),
        ("example.com", ""),
        ("", ""),
        ("tel:123", ""),
    ],
)
def test_destination_host(uri: str, host: str) -> None:
    assert destination_host(uri) == host


@pytest.mark.parametrize(
    ("domain", "uri", "key"),
    [("", "mailto:a@example.com", "policy-domain-unusable"), ("example.com", "mailto:a@", "no-host")],
)
def test_what_cannot_be_asked(domain: str, uri: str, key: str) -> None:
    result = judged({}, uri, domain)
    assert (result.outcome, result.reason.key, result.answers) == ("no", f"dmarc.report.{key}", ())
