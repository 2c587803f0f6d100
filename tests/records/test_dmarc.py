"""DMARC records: RFC 9989 sections 4.7, 4.8 and 4.10.1."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.records import dmarc
from tests.shared import shared_path

TAGS = st.text(st.sampled_from("vpsnaruf=;:!,@. \tnoejct1DMARC"), max_size=80).map(lambda t: f"v=DMARC1;{t}")
ANY = st.text(st.characters(max_codepoint=0xFF)).map(lambda t: f"v=DMARC1; {t}")


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("v=DMARC1", True),
        ("v = DMARC1 ; p=none", True),
        ("V=DMARC1;p=none", True),
        ("v=dmarc1; p=none", False),
        ("v=DMARC12; p=none", False),
        ("v=DMARC1 p=none", False),
        (" v=DMARC1; p=none", False),
        ("p=none; v=DMARC1", False),
        ("", False),
    ],
)
def test_selection(text: str, selected: bool) -> None:
    assert dmarc.is_dmarc(text) is selected


def test_agrees_with_the_shared_records() -> None:
    """Every record that has one answer under RFC 9989. ``fo`` is left out: it bears on reports only."""
    cases = json.loads(shared_path("suites/dmarc-records/cases.json").read_text("utf-8"))
    settled = [case for case in cases if case["rfc9989"]["outcome"] != "contested"]
    for case in settled:
        expected = dict(case["rfc9989"])
        outcome = expected.pop("outcome")
        expected.pop("fo", None)
        assert dmarc.is_dmarc(case["record"]) is (outcome != "not-a-record"), case["id"]
        if outcome != "not-a-record":
            record = dmarc.parse(case["record"])
            wanted = {"p": ""} if outcome == "no-processing" else expected
            assert {name: getattr(record, name) for name in wanted} == wanted, case["id"]
    assert len(settled) == 49


@pytest.mark.parametrize(
    ("tags", "policies", "faults"),
    [
        ("p=reject", ("reject", "reject", "reject"), []),
        ("p=reject; sp=none", ("reject", "none", "none"), []),
        ("p=none; np=reject", ("none", "none", "reject"), []),
        ("p=REJECT;; new=1", ("reject", "reject", "reject"), []),
        ("p=no", ("", "", ""), ["policy-invalid p no"]),
        ("p=no; rua=mailto:a@example.com", ("none", "none", "none"), ["policy-invalid p no"]),
        ("p=no; rua=a@example.com", ("", "", ""), ["uri-invalid rua a@example.com", "policy-invalid p no"]),
        ("p=reject; np=no", ("", "", ""), ["policy-invalid np no"]),
        ("sp=reject", ("none", "reject", "reject"), ["policy-missing p "]),
        ("p=none; p=reject", ("none", "none", "none"), ["duplicate-tag p reject"]),
        ("p=none; pct=5; RF=afrf", ("none", "none", "none"), ["removed-tag pct 5", "removed-tag RF afrf"]),
        ("p=none; aspf=x; t=1", ("none", "none", "none"), ["value-invalid aspf x", "value-invalid t 1"]),
        ("p=none; word; =1", ("none", "none", "none"), ["not-a-tag word ", "not-a-tag  1"]),
    ],
)
def test_policies_and_faults(tags: str, policies: tuple[str, str, str], faults: list[str]) -> None:
    record = dmarc.parse(f"v=DMARC1; {tags}")
    assert (record.p, record.sp, record.np) == policies
    assert [" ".join(fault) for fault in record.faults] == faults


def test_optional_tags_and_addresses() -> None:
    record = dmarc.parse(
        "v=DMARC1; p=none; adkim=S; aspf=s; t=y; psd=n; rua=mailto:a@example.com , https://example.com/r!10m; ruf=x"
    )
    assert (record.adkim, record.aspf, record.t, record.psd) == ("s", "s", "y", "n")
    assert record.rua == ("mailto:a@example.com", "https://example.com/r!10m")
    assert record.ruf == ()
    plain = dmarc.parse("v=DMARC1; p=none")
    assert (plain.adkim, plain.aspf, plain.t, plain.psd, plain.rua) == ("r", "r", "n", "u", ())


@pytest.mark.parametrize(
    ("tags", "repaired"),
    [
        ("p=reject", "p=reject"),
        ("p=no", "p=none"),
        ("rua=mailto:a@example.com", "p=none; rua=mailto:a@example.com"),
        ("sp=reject; p=reject; np=no", "p=none; sp=none; np=none"),
        ("p=no; sp=reject; rua=mailto:a@example.com", "p=none; sp=none; rua=mailto:a@example.com"),
        ("sp=reject", "p=none; sp=none"),
        ("p=reject rua=mailto:a@example.com", "p=none; rua=mailto:a@example.com"),
        ("p=reject; rua=mailto:a@example.com  sp=none", "p=reject; sp=none; rua=mailto:a@example.com"),
        ("p=none; rua=mailto:a@example.com sp = reject", "p=none; sp=none; rua=mailto:a@example.com"),
        ("sp=reject; rua=mailto:a@example.com", "p=none; sp=reject; rua=mailto:a@example.com"),
        ("p=reject; p=none", "p=reject"),
        ("p=no; p=reject", "p=none"),
        ("p=none; pct=5; new=1", "p=none; new=1"),
        ("p=none; adkim=x; aspf=s", "p=none; aspf=s"),
        (
            "p=none; rua=a@example.com, mailto:b@example.com!5m, x",
            "p=none; rua=mailto:a@example.com,mailto:b@example.com",
        ),
        ("p=none; ruf=x; word", "p=none"),
        ("v=DMARC1; P=none", "p=none"),
    ],
)
def test_repair(tags: str, repaired: str) -> None:
    assert dmarc.repair(dmarc.parse(f"v=DMARC1; {tags}")) == f"v=DMARC1; {repaired}"


@given(TAGS | ANY)
def test_a_repaired_record_has_no_faults(text: str) -> None:
    repaired = dmarc.repair(dmarc.parse(text))
    assert dmarc.is_dmarc(repaired)
    assert dmarc.parse(repaired).faults == ()
    assert dmarc.repair(dmarc.parse(repaired)) == repaired


def test_strictness() -> None:
    assert sorted(["reject", "", "quarantine", "none"], key=dmarc.strictness) == [
        "",
        "none",
        "quarantine",
        "reject",
    ]
