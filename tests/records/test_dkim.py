"""DKIM key records: RFC 6376 section 3.6.1."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action
from deliverkit.records import dkim


@pytest.mark.parametrize(
    "record",
    [
        dkim.DkimKeyRecord("v=DKIM1; k=rsa; p=AAAA", "rsa", "AAAA"),
        dkim.DkimKeyRecord("p=AAAA", "rsa", "AAAA"),
        dkim.DkimKeyRecord("v=DKIM1;k=Ed25519;p=A A\tA;;", "ed25519", "AAA", well_formed=False),
        dkim.DkimKeyRecord("v=DKIM1; p=", "rsa", ""),
        dkim.DkimKeyRecord("h=sha256 : SHA1; p=A", "rsa", "A", hashes=("sha256", "sha1")),
        dkim.DkimKeyRecord(
            "s=email:other; t=y:s; p=A", "rsa", "A", services=("email", "other"), flags=("y", "s")
        ),
        dkim.DkimKeyRecord("v=DKIM1; k=rsa", "rsa", None, fault="no-p"),
        dkim.DkimKeyRecord("k=rsa; v=DKIM1; p=A", "rsa", "A", fault="version"),
        dkim.DkimKeyRecord("v=DKIM2; p=A", "rsa", "A", fault="version"),
        dkim.DkimKeyRecord("v=dkim1; p=A", "rsa", "A", fault="version"),
        dkim.DkimKeyRecord("p=A; p=B", "rsa", "B", fault="duplicate-tag"),
        dkim.DkimKeyRecord("", "rsa", None, fault="no-p"),
    ],
    ids=lambda record: record.text,
)
def test_parse(record: dkim.DkimKeyRecord) -> None:
    assert dkim.parse(record.text) == record


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("v=DKIM1; p=", True),
        ("p=AAAA", True),
        ("k=rsa", True),
        ("v=DKIM2", True),
        (" v=dkim1", True),
        ("v=DMARC1; p=none", False),
        ("v=spf1 -all", False),
        ("site-verification=1234", False),
        ("", False),
    ],
)
def test_looks_like_key(text: str, looks: bool) -> None:
    assert dkim.looks_like_key(text) is looks


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=DKIM1; t=y; p=AAAA", "v=DKIM1; p=AAAA"),
        ("v=DKIM1; p=AAAA; t=y", "v=DKIM1; p=AAAA"),
        ("v=DKIM1;t = s : y;p=AAAA", "v=DKIM1; t=s;p=AAAA"),
        ("t=y; p=AAAA", "p=AAAA"),
        ("v=DKIM1; t=s; p=AAAA", "v=DKIM1; t=s; p=AAAA"),
        ("v=DKIM1; p=AAAA", "v=DKIM1; p=AAAA"),
    ],
)
def test_without_testing(before: str, after: str) -> None:
    assert dkim.without_testing(before) == after


@given(st.text(st.sampled_from("vptk=;:ys \tA1DKIM"), max_size=60))
def test_without_testing_takes_only_the_flag(text: str) -> None:
    before, after = dkim.parse(text), dkim.parse(dkim.without_testing(text))
    assert not after.testing
    assert after.p == before.p
    assert set(after.flags) == set(before.flags) - {"y"} or before.fault == "duplicate-tag"


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_parsing_never_fails(text: str) -> None:
    assert dkim.parse(text).text == text
    assert dkim.looks_like_key(text) in {True, False}


def test_new_key() -> None:
    change = dkim.new_key(Action.ADD, "s1._domainkey.example.com")
    assert change.values == (Txt.of("v=DKIM1; k=rsa; p=<YOUR-PUBLIC-KEY>"),)
    ((blank, sample),) = change.blanks
    assert blank == "<YOUR-PUBLIC-KEY>"
    assert (
        len(base64.b64decode(sample, validate=True)) == 294
    )  # SubjectPublicKeyInfo of an RSA key of 2048 bits
