"""The texts of MTA-STS, TLS reporting, DANE and BIMI, as far as our own code reads and writes them."""

from __future__ import annotations

import pytest

from deliverkit.records import bimi, mta_sts, tls_rpt, tlsa

HASH = "5a" * 32


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("mail.example.com", "Mail.Example.com.", True),
        ("*.example.com", "mail.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.mail.example.com", False),
        ("*", "com", False),
        ("mail.example.com", "mail.example.net", False),
    ],
)
def test_a_policy_lists_a_host(pattern: str, host: str, fits: bool) -> None:
    assert mta_sts.lists(["mx.example.org", pattern], host) is fits


@pytest.mark.parametrize(
    ("text", "kept", "renewed"),
    [
        ("v=STSv1; id=20260101;", "20260101", "20260102"),
        ("v=STSv1; id=abc", "abc", "abc1"),
        ("v=STSv1; id=abc1", "abc1", "abc12"),
        ("v=STSv1; id=" + "9" * 32, "9" * 32, "0" * 32),
        ("v=STSv1; id=2026-01-01", "2026", "2027"),
        ("v=STSv1", "1", "2"),
    ],
)
def test_the_id_of_a_record(text: str, kept: str, renewed: str) -> None:
    assert mta_sts.record(text) == f"v=STSv1; id={kept}"
    assert mta_sts.record(text, renewed=True) == f"v=STSv1; id={renewed}"
    assert mta_sts.is_record(mta_sts.record(text))


@pytest.mark.parametrize(
    ("texts", "uris"),
    [
        (
            ("v=TLSRPTv1; rua=mailto:a@example.com,mailto:b@example.com",),
            "mailto:a@example.com,mailto:b@example.com",
        ),
        (("rua=mailto:a@example.com", "rua=mailto:a@example.com; x"), "mailto:a@example.com"),
        (("rua=a@example.com",), "mailto:<YOUR-TLS-REPORT-ADDRESS>"),
    ],
)
def test_reports_keep_their_addresses(texts: tuple[str, ...], uris: str) -> None:
    change = tls_rpt.publish("example.com", texts)
    (value,) = change.values
    assert getattr(value, "text", "") == f"v=TLSRPTv1; rua={uris}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"3 1 1 {HASH}", ""),
        (f"2 0 2 {HASH} {HASH}", ""),
        ("3 0 0 3082", ""),
        (f"0 0 1 {HASH}", "usage"),
        (f"1 1 1 {HASH}", "usage"),
        (f"3 2 1 {HASH}", "selector"),
        (f"3 1 3 {HASH}", "matching"),
        (f"3 1 1 {HASH[:40]}", "unreadable"),
        ("3 1 0", "unreadable"),
        ("\\# 4 03010161", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_a_tlsa_record(text: str, fault: str) -> None:
    assert tlsa.parse(text).fault == fault


@pytest.mark.parametrize(
    ("uri", "sound"),
    [
        ("https://example.com", True),
        ("https://www.example.com/a/b.svg?x=1", True),
        ("https://www.example.com:443/a", True),
        ("https://www.example.com:8443/a", False),
        ("http://www.example.com/a", False),
        ("https://localhost/a", False),
        ("https://user@www.example.com/a", False),
        ("https://www.example.com/a,b", False),
        ("https://www.example.com/a b", False),
        ("https://[2001:db8::1]/a", False),
        ("", False),
    ],
)
def test_an_address_of_an_image(uri: str, sound: bool) -> None:
    assert bimi.is_uri(uri) is sound


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("", ("", "")),
        ("<use href='#a'/>", ("", "")),
        ("<script/>", ("active", "script")),
        ("<g onclick='x'/>", ("active", "g")),
        ("<animate/>", ("active", "animate")),
        ("<image/>", ("external", "image")),
        ("<use xmlns:x='http://www.w3.org/1999/xlink' x:href='https://example.net/a'/>", ("external", "use")),
        ("<?xml-stylesheet href='https://example.net/a.css'?>", ("external", "xml-stylesheet")),
        ("<style>g { fill: url(#a) } h { fill: url( '#b' ) }</style>", ("", "")),
        ("<style>@import 'https://example.net/a.css';</style>", ("external", "style")),
        ("<style><![CDATA[@IMPORT 'a.css';]]></style>", ("external", "style")),
        ("<style>@im\\70 ort 'a.css';</style>", ("external", "style")),
        ("<style>g { fill: u\\rl(https://example.net/a) }</style>", ("external", "style")),
        ("<style>g { fill: URL( &quot;https://example.net/a&quot; ) }</style>", ("external", "style")),
        ("<style>g { fill: url(data:image/png;base64,AAAA) }</style>", ("external", "style")),
        ("<g style='fill: url(#a)' fill='url( #a )'/>", ("", "")),
        ("<g style='fill: url(//example.net/a)'/>", ("external", "g")),
        ("<rect fill='url(https://example.net/a#b)'/>", ("external", "rect")),
        ("<style>\\110000 \\</style>", ("", "")),
        ("<!ENTITY a 'b'>", ("declaration", "")),
        ("<g>", ("not-svg", "")),
        ("<!--" + "x" * 32_000 + "-->", ("too-big", "32131")),
    ],
)
def test_what_an_image_may_not_hold(inside: str, fault: tuple[str, str]) -> None:
    image = bimi.SAMPLE_IMAGE.replace("<title>", f"{inside}<title>")
    assert bimi.image_fault(image) == fault


def test_an_image_in_another_encoding_hides_nothing() -> None:
    hidden = ("<!DOCTYPE svg>" + bimi.SAMPLE_IMAGE).encode("utf-16").decode("latin-1")
    assert bimi.image_fault(hidden)[0] == "declaration"
    assert bimi.image_fault(f'<?xml version="1.0" encoding="utf-7"?>{bimi.SAMPLE_IMAGE}')[0] == "not-svg"
