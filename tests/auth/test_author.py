"""The author domain of a message: RFC 9989 section 5.3.1, RFC 5322 sections 3.4 and 4.4, RFC 6854."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.auth.author import a_labels, author


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        ("a@example.com", "example.com"),
        ("A <a@Example.COM>", "example.com"),
        ("<a@example.com>", "example.com"),
        ('"a@example.net" <a@example.com>', "example.com"),
        ("a@example.net <a@example.com>", "example.com"),
        ('"Doe, John" <j@example.com>', "example.com"),
        ("Doe, John <j@example.com>", "example.com"),
        ('"a@b"@example.com', "example.com"),
        ('<"a@b, c"@example.com>', "example.com"),
        (r'"a\"@example.net" <a@example.com>', "example.com"),
        ("a (b@example.net, (nested) c) @ example . com (<d@example.org>)", "example.com"),
        ("A <a(comment)@(x@example.net)example.com>", "example.com"),
        ("<@example.net,@example.org:a@example.com>", "example.com"),
        ("a@example.com, b@EXAMPLE.com.", "example.com"),
        ("Team: a@example.com, B <b@example.com>;", "example.com"),
        ("=?utf-8?q?a=40example=2Enet?= <a@example.com>", "example.com"),
        ("\r\n a\r\n\t<a@example.com>", "example.com"),
        ("A <a@bücher.example>", "xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example, b@Bücher.example", "xn--bcher-kva.example"),
        ("a@bücher。example", "xn--bcher-kva.example"),
        ("A <a@example.com", "example.com"),
        ("a@_x.example.com", "_x.example.com"),
    ],
)
def test_one_domain(value: str, domain: str) -> None:
    found = author(f"To: x@example.org\r\nFROM : {value}\r\nSubject: x\r\n\r\nFrom: b@example.net".encode())
    assert (found.domain, found.fault) == (domain, None)
    assert found.domains == (domain,)


@pytest.mark.parametrize(
    ("value", "key", "domains"),
    [
        ("", "no-domain", ()),
        ("<>", "no-domain", ()),
        ("Undisclosed: ;", "no-domain", ()),
        ("=?utf-8?b?YUBleGFtcGxlLmNvbQ==?=", "no-domain", ()),
        ("postmaster", "no-domain", ()),
        ("(a@example.com)", "no-domain", ()),
        ("a@example.com, b@example.net", "several-domains", ("example.com", "example.net")),
        ("a@example.com; b@example.net", "several-domains", ("example.com", "example.net")),
        ("<a@example.com> <b@example.net>", "several-domains", ("example.com", "example.net")),
        ("a@example.com@example.net", "several-domains", ("example.com", "example.net")),
        ("T: a@example.com, U: b@example.net;", "several-domains", ("example.com", "example.net")),
        ("a@example.com, John <j@example.net>", "several-domains", ("example.com", "example.net")),
        ("a@[192.0.2.1]", "address", ("[192.0.2.1]",)),
        ("A <a@[IPv6:2001:db8::1]>", "address", ("[IPv6:2001:db8::1]",)),
        ("a@192.0.2.1", "address", ("192.0.2.1",)),
        ("a@", "empty", ("",)),
        ("a@example.com b", "bad-characters", ("example.com b",)),
        ("a@exam..ple", "empty-label", ("exam..ple",)),
    ],
)
def test_no_domain_that_dmarc_can_use(value: str, key: str, domains: tuple[str, ...]) -> None:
    found = author(f"From: {value}\n\n".encode())
    assert found.fault is not None
    assert (found.domain, found.fault.key, found.domains) == ("", f"dmarc.from.{key}", domains)
    assert str(found.fault)


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (b"", "no-field"),
        (b"\r\nFrom: a@example.com\r\n\r\n", "no-field"),
        (b"To: a@example.com\n\nFrom: a@example.com", "no-field"),
        (b" From: a@example.com\n", "no-field"),
        (b"From a@example.com Mon Jan  1 00:00:00 2026\nTo: x@example.com\n\n", "no-field"),
        (b"X-From: a@example.com\n", "no-field"),
        (b"From: a@example.com\r\nfrom: a@example.com\r\n\r\n", "several-fields"),
        (b"From: a@\xff\xfe.example\r\n\r\n", "idna"),
    ],
)
def test_the_field_itself(message: bytes, key: str) -> None:
    fault = author(message).fault
    assert fault is not None
    assert fault.key == f"dmarc.from.{key}"
    assert str(fault).isprintable()


def test_a_header_without_a_body() -> None:
    assert author(b"Subject: x\nFrom: a@example.com").domain == "example.com"


@given(st.binary(max_size=300) | st.text('a@<>()[]",:;\\. \n').map(lambda t: f"From: {t}\n\n".encode()))
def test_anything_ends_in_a_domain_or_a_fault(message: bytes) -> None:
    found = author(message)
    assert bool(found.domain) is (found.fault is None)
    assert found.domain == "" or a_labels(found.domain) == (found.domain, "")
    assert found.fault is None or str(found.fault).isprintable()


@given(st.text(max_size=80))
def test_a_labels_end_in_a_name_or_a_fault(text: str) -> None:
    name, fault = a_labels(text)
    assert bool(name) is (fault == "")
    assert not name or a_labels(name.upper() + ".") == (name, "")


@pytest.mark.parametrize(
    "piece", ["(", ")", "\\", '"', "<", ",", "a@", " ", "[", ":", "\n ", "a@b,", "@b:", "ü."]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        message = b"From: " + (piece * (size // len(piece))).encode() + b"\n\n"
        begin = time.process_time()
        author(message)
        return time.process_time() - begin

    seconds(1000)
    assert seconds(400_000) < 40 * max(seconds(40_000), 0.01)
