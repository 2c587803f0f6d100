"""checkdmarc on what was observed: no exception of its own leaves, and nothing is fetched."""

from __future__ import annotations

import pytest
from checkdmarc import bimi as foreign
from hypothesis import example, given
from hypothesis import strategies as st

from deliverkit.adapters import checkdmarc
from deliverkit.records import bimi
from tests.adapters.marks import mark

ANYTHING = st.text(alphabet=st.characters(max_codepoint=255), max_size=200)


@given(ANYTHING)
@example("")
@example("v=STSv1;" + " " * 9000)
@example("v=TLSRPTv1; rua=mailto:[::")
@example("v=BIMI1; l=https://[::; a=https://example.com/" + "%" * 50)
def test_every_text_gets_an_opinion(text: str) -> None:
    for judge in (
        checkdmarc.mta_sts_record_opinion,
        checkdmarc.tls_rpt_record_opinion,
        checkdmarc.bimi_record_opinion,
        checkdmarc.image_opinion,
    ):
        assert isinstance(judge(text), str)
    assert checkdmarc.mta_sts_policy(text).opinion
    assert checkdmarc.mark_certificate(text, "example.com").fault == "unreadable"
    assert len(bimi.image_fault(text)) == 2


def test_a_policy() -> None:
    text = "version: STSv1\r\nmode: enforce\r\nmx: *.example.com\r\nmx: mx.example.net\r\nmax_age: 86400\r\n"
    assert checkdmarc.mta_sts_policy(text) == checkdmarc.MtaStsPolicy(
        "enforce", 86400, ("*.example.com", "mx.example.net")
    )


@pytest.mark.parametrize(
    ("domain", "days", "fault"),
    [
        ("example.com", -1, "expired"),
        ("example.net", 30, "other-domain"),
        ("example.com", 30, "invalid"),  # nobody but its maker has signed it
    ],
)
def test_a_mark_certificate(domain: str, days: int, fault: str) -> None:
    judged = checkdmarc.mark_certificate(mark(domain, days), "example.com")
    assert (judged.fault, judged.domains) == (fault, (domain,))
    assert judged.opinion
    assert judged.until


def test_a_mark_certificate_that_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"valid": True, "expired": False, "domains": ["example.com"], "not_valid_after": "2030-01-01"}
    monkeypatch.setattr(checkdmarc, "get_certificate_metadata", lambda *_, **__: found)
    judged = checkdmarc.mark_certificate("x", "example.com")
    assert (judged.fault, judged.until) == ("", "2030-01-01")


def test_too_long_to_be_a_certificate() -> None:
    assert checkdmarc.mark_certificate("x" * 200_000, "example.com").fault == "unreadable"


@pytest.mark.parametrize("tag", ["l", "a"])
def test_no_uri_of_a_record_is_fetched(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forbidden:
        def __init__(self) -> None:
            self.headers: dict[str, str] = {}

        def get(self, *_: object, **__: object) -> None:
            raise AssertionError("something was fetched")

    monkeypatch.setattr(foreign.requests, "Session", Forbidden)
    others = "" if tag == "l" else "l=; "
    assert checkdmarc.bimi_record_opinion(f"v=BIMI1; {others}{tag}=https://example.com/x") == ""
    assert checkdmarc.bimi_record_opinion(f"v=BIMI1; {others}{tag.upper()} = https://example.com/x") == ""
