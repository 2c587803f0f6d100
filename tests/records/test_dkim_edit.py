"""Mending DKIM key records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.records import dkim, dkim_edit

SOUND = f"v=DKIM1; k=rsa; p={dkim.SAMPLE_KEY}"
ANY = st.text(st.sampled_from('vkhgptDKIM1=;:"\\ -nrBEGINPRIVATEKEYMC\u00a0()'), max_size=80)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p=A; v=DKIM1", "v=DKIM1; p=A"),
        ("v=DKIM2; p=A", "v=DKIM1; p=A"),
        ("p=A", "v=DKIM1; p=A"),
        ("; p=A;", "v=DKIM1; p=A;"),
    ],
)
def test_with_version(before: str, after: str) -> None:
    assert dkim_edit.with_version(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=DKIM1; h=sha1; p=A", "v=DKIM1; p=A"),
        ("h = sha1;p=A", "p=A"),
        ("p=A; h=sha1", "p=A"),
        ("v=DKIM1; p=A", "v=DKIM1; p=A"),
        ("v=DKIM1; n=h; p=A", "v=DKIM1; n=h; p=A"),
    ],
)
def test_without_tag(before: str, after: str) -> None:
    assert dkim_edit.without_tag(before, "h") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("k=rsa; k=rsa; p=A", "k=rsa; p=A"),
        ("p=A A; p=AA", "p=A A"),
        ("p=A; p=B", ""),
        ("t=y; t=s; p=A", ""),
        ("v=DKIM1; p=A; v=DKIM1; p=A", "v=DKIM1; p=A"),
    ],
)
def test_without_repeats(before: str, after: str) -> None:
    assert dkim_edit.without_repeats(before) == after


@pytest.mark.parametrize(
    ("text", "differ"),
    [
        (("p=A", "p=A"), False),
        (("p=A A", "v=DKIM1; k=rsa; p=AA"), False),
        (("p=A", "p=B"), True),
        (("p=A", "p="), True),
        (("p=A", "p=A; t=y"), True),
        (("p=A",), False),
    ],
)
def test_differ(text: tuple[str, ...], differ: bool) -> None:
    assert dkim_edit.differ(text) is differ


@pytest.mark.parametrize(
    ("text", "parts"),
    [("v=DKIM1; p=A;", ()), ("DKIM1; p=A", ("DKIM1",)), ("p=A;; x ;y", ("x", "y")), ("", ())],
)
def test_untagged(text: str, parts: tuple[str, ...]) -> None:
    assert dkim_edit.untagged(text) == parts
    assert dkim_edit.untagged(dkim_edit.without_untagged(text)) == ()


@pytest.mark.parametrize(
    ("text", "private"),
    [
        (SOUND, False),
        (f"p=-----BEGIN PUBLIC KEY-----{dkim.SAMPLE_KEY}-----END PUBLIC KEY-----", False),
        ("p=MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJc", True),  # PKCS #8
        ("p=MIICXAIBAAKBgQDBrSLb3wnYHr9qFQ", True),  # PKCS #1
        ('p="MC4CAQAw" "BQYDK2VwBCIEIDdsVQ"', True),  # Ed25519, cut in two
        ("-----BEGIN PRIVATE KEY-----", True),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", True),
        ("p=MCowBQYDK2VwAyEAZN8AxRC44XG5iRHA1Mnh4Zjd8PsB", False),  # a public Ed25519 key
        ("p=MIGJAoGBAKFTBPOKNu2XQG9vpu5XY43hEPGf5+3y", False),  # a bare public RSA key
        ("n=where is the PRIVATE KEY; p=AAAA", False),
        ("p=MC4CAQ", False),
        ("p=", False),
    ],
)
def test_is_private(text: str, private: bool) -> None:
    assert dkim_edit.is_private(text) is private


@pytest.mark.parametrize(
    ("p", "bare"),
    [
        (
            "MCowBQYDK2VwAyEAZN8AxRC44XG5iRHA1Mnh4Zjd8PsB+Tl/n2GUBDuPknM=",
            "ZN8AxRC44XG5iRHA1Mnh4Zjd8PsB+Tl/n2GUBDuPknM=",
        ),
        ("ZN8AxRC44XG5iRHA1Mnh4Zjd8PsB+Tl/n2GUBDuPknM=", ""),
        (dkim.SAMPLE_KEY, ""),
        ("no base64", ""),
        ("é", ""),
    ],
)
def test_unwrapped(p: str, bare: str) -> None:
    assert dkim_edit.unwrapped(p) == bare


@pytest.mark.parametrize(
    "text",
    [
        f'"{SOUND}"',
        SOUND.replace(";", "\\;"),
        SOUND.replace("; ", " "),
        SOUND.replace(";", ","),
        f"v=DKIM1; k=rsa; p={dkim.SAMPLE_KEY[:90]}\\n{dkim.SAMPLE_KEY[90:]}",
        f"v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY----- {dkim.SAMPLE_KEY} -----END PUBLIC KEY-----",
        f"-----BEGIN PUBLIC KEY-----{dkim.SAMPLE_KEY}-----END PUBLIC KEY-----",
        f"v=DKIM1; k=rsa; p=\u201c{dkim.SAMPLE_KEY}\u201d".encode().decode("latin-1"),
    ],
)
def test_mended(text: str) -> None:
    meant = dkim.parse(SOUND)
    found = [dkim.parse(t) for t in dkim_edit.mended(text)]
    assert ("", meant.kind, meant.p) in [(r.fault, r.kind, r.p) for r in found]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p=AAAA", "p=AAAA"),
        ("k=ed25519; p=AAA; t=s", "k=ed25519; p=AAA=; t=s"),
        ("p=A A", "p=A A=="),
        ("p=AA= ", "p=AA=="),
        ("p=AAA ", "p=AAA="),
        ("p=", "p="),
        ("n=AAA", "n=AAA"),
    ],
)
def test_padded(before: str, after: str) -> None:
    assert dkim_edit.padded(before) == after


@given(ANY)
def test_nothing_here_fails(text: str) -> None:
    assert len(list(dkim_edit.mended(text))) <= 6
    assert dkim_edit.is_private(text) in {True, False}
    assert dkim.parse(dkim_edit.with_version(text)).fault != "version"
    assert dkim_edit.untagged(dkim_edit.without_untagged(text)) == ()
    once = dkim_edit.without_repeats(text)
    assert dkim.parse(once).fault != "duplicate-tag"
    assert dkim_edit.padded(dkim_edit.padded(text)) == dkim_edit.padded(text)
    assert dkim_edit.unwrapped(text) == ""


def test_every_name_has_a_sample_of_its_own() -> None:
    from deliverkit.model.remedy import Action

    names = [f"s{n}._domainkey.example.com" for n in range(50)]
    samples = {dkim.new_key(Action.ADD, name).blanks[0][1] for name in names}
    assert len(samples) == len(names)
