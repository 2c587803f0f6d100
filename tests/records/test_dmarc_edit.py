"""Editing DMARC records, and reading what was meant as one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.model.remedy import Actor
from deliverkit.records import dmarc, dmarc_edit

ANY = st.text(st.sampled_from("vpsnrua=;:,@. \t\"'\\DMARC1dmarcnoejt"), max_size=80) | st.text(
    st.characters(max_codepoint=0xFF), max_size=80
)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("v=DMARC1 p=none", "v=DMARC1; p=none"),
        ("v=dmarc1; p=reject; sp=none", "v=DMARC1; p=reject; sp=none"),
        ("V = DMARC 1; p = quarantine", "v=DMARC1; p=quarantine"),
        ('"v=DMARC1; p=none"', "v=DMARC1; p=none"),
        ("p=reject; v=DMARC1", "v=DMARC1; p=reject"),
        ("DMARC1; p=none", "v=DMARC1; p=none"),
        ("v:DMARC1; p=quarantine", "v=DMARC1; p=quarantine"),
        ("v=DMARC1, p=none, rua=mailto:a@example.com,mailto:b@example.com", None),
        ("v=DMARC1:p=none", "v=DMARC1; p=none"),
        ("p=none", "v=DMARC1; p=none"),
        (" v=DMARC1; p=none; pct=50; foo=bar", "v=DMARC1; p=none"),
    ],
)
def test_what_was_meant(text: str, record: str | None) -> None:
    wanted = record or "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.com"
    assert dmarc_edit.looks_like_record(text)
    assert dmarc_edit.meant(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1; p=none",
        "v=spf1 -all",
        "dmarc-site-verification=1234",
        "our dmarc record is elsewhere",
        "v=DKIM1; k=rsa; p=MIIB",
        "sp=none of them",
        "top=none",
        "",
    ],
)
def test_what_is_no_misspelt_record(text: str) -> None:
    assert not dmarc_edit.looks_like_record(text)


@given(ANY)
def test_what_was_meant_is_a_record_without_faults(text: str) -> None:
    record = dmarc_edit.meant(text)
    assert dmarc.is_dmarc(record)
    assert dmarc.parse(record).faults == ()


@pytest.mark.parametrize(
    "unit", ["v", "v=", " ", ";", "p=", "p ", "v" + " " * 9, "a= ", ",", "\\", "dmarc", "a"]
)
def test_long_texts_take_no_longer_than_they_are(unit: str) -> None:
    text = (unit * 65_535)[:65_535]
    began = time.perf_counter()
    dmarc_edit.looks_like_record(text)
    dmarc_edit.meant(text)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "changes", "edited"),
    [
        ("v=DMARC1; p=none", {"p": "quarantine"}, "v=DMARC1; p=quarantine"),
        ("v = DMARC1;P=none;;x=1;", {"p": "reject", "t": "y"}, "v=DMARC1; p=reject; x=1; t=y"),
        ("v=DMARC1; sp=none; p=none; SP=reject", {"sp": None}, "v=DMARC1; p=none"),
        ("v=DMARC1; t=n; p=none; t=y", {"t": "y"}, "v=DMARC1; t=y; p=none"),
        ("v=DMARC1; p=none; word", {"np": None}, "v=DMARC1; p=none; word"),
    ],
)
def test_edit(text: str, changes: dict[str, str | None], edited: str) -> None:
    assert dmarc_edit.edit(text, changes) == edited


@pytest.mark.parametrize(
    ("tags", "percent"),
    [
        ("p=reject; pct=0", 0),
        ("p=none; sp=quarantine; PCT=07", 7),
        ("p=reject; pct=100", None),
        ("p=reject; pct=1000", None),
        ("p=reject; pct=x", None),
        ("p=reject; pct=²", None),
        ("p=none; pct=5", None),
        ("p=reject", None),
    ],
)
def test_sampling(tags: str, percent: int | None) -> None:
    assert dmarc_edit.sampling(dmarc.parse(f"v=DMARC1; {tags}")) == percent


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("mailto:a@example.com", "example.com"),
        ("MAILTO:a@Example.COM.!10m", "example.com"),
        ("mailto:a@example.com?subject=b@example.net", "example.com"),
        ('mailto:"a@b"@example.com', "example.com"),
        ("https://example.com/d", ""),
        ("mailto:", ""),
    ],
)
def test_report_host(uri: str, host: str) -> None:
    assert dmarc_edit.report_host(uri) == host


BLANK = f"mailto:{dmarc_edit.REPORT_ADDRESS}"


@pytest.mark.parametrize(
    ("tags", "left"),
    [
        ("rua=mailto:a@example.net", f"rua={BLANK}"),
        ("rua=mailto:a@example.net,mailto:b@example.com", "rua=mailto:b@example.com"),
        ("rua=mailto:a@example.net,https://example.com/d", f"rua={BLANK}"),
        (
            "rua=mailto:b@example.com; ruf=mailto:a@example.net,mailto:c@example.com",
            "rua=mailto:b@example.com; ruf=mailto:c@example.com",
        ),
        ("rua=mailto:b@example.com; ruf=mailto:a@example.net", "rua=mailto:b@example.com"),
    ],
)
def test_without_host(tags: str, left: str) -> None:
    record = dmarc.parse(f"v=DMARC1; p=none; {tags}")
    assert dmarc_edit.without_host(record, "example.net") == f"v=DMARC1; p=none; {left}"


def test_publish() -> None:
    own = dmarc_edit.publish("example.com", "v=DMARC1; p=none")
    assert (own.name, own.by, own.blanks) == ("_dmarc.example.com", Actor.YOU, ())
    behind = dmarc_edit.publish("example.com", "v=DMARC1; p=none", ("a.example.net", "b.example.net"))
    assert (behind.name, behind.by) == ("b.example.net", Actor.ZONE_OWNER)
    blank = dmarc_edit.publish("example.com", f"v=DMARC1; p=none; rua={BLANK}", sample="example.com")
    assert blank.blanks == ((dmarc_edit.REPORT_ADDRESS, "dmarc@example.com"),)


def test_mildest() -> None:
    records = ("v=DMARC1; p=reject", "v=DMARC1; p=quarantine; pct=5")
    assert dmarc_edit.mildest(records) == "v=DMARC1; p=quarantine"
