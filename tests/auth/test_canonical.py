"""Canonicalization: the examples of RFC 6376 section 3.4, and dkimpy's on anything else."""

from __future__ import annotations

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.auth import canonical

PARTS = st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"a", b"B", b":", b"  ", b"\xff", b"\0"])
TEXTS = st.lists(PARTS, max_size=40).map(b"".join)  # as `split` gives them: no LF without its CR


def test_examples_of_section_3_4_5() -> None:
    body = b" C \r\nD \t E\r\n\r\n\r\n"
    assert canonical.relaxed_field(b"A: X") == b"a:X"
    assert canonical.relaxed_field(b"B : Y\t\r\n\tZ  ") == b"b:Y Z"
    assert canonical.relaxed_body(body) == b" C\r\nD E\r\n"
    assert canonical.simple_body(body) == b" C \r\nD \t E\r\n"


@given(TEXTS)
def test_simple_body_is_dkimpys(body: bytes) -> None:
    assert canonical.simple_body(body) == Simple.canonicalize_body(body)


@given(TEXTS)
def test_relaxed_body_is_dkimpys(body: bytes) -> None:
    # Blanks at the very end, without a CRLF, stay in dkimpy; section 3.4.4 takes them from every line.
    body = body.rstrip(b" \t")
    assert canonical.relaxed_body(body) == Relaxed.canonicalize_body(body)


@given(TEXTS, st.integers(0, 3))
def test_relaxed_field_is_dkimpys(value: bytes, blanks: int) -> None:
    # dkimpy also takes a bare CR and other control characters from the ends; blanks are SP and HTAB alone.
    value = value.strip(b"\r\n \t").strip()
    raw = b"Name" + b" " * blanks + b":" + value.replace(b"\r\n", b"\r\n ")
    ((name, expected),) = Relaxed.canonicalize_headers([(raw.partition(b":")[0], raw.partition(b":")[2])])
    assert canonical.relaxed_field(raw) + b"\r\n" == name + b":" + expected


@pytest.mark.parametrize(
    ("body", "relaxed"),
    [
        (b"", b""),
        (b" ", b""),
        (b" \t\r\n \r\n", b""),
        (b"x  ", b"x\r\n"),
        (b"x\r", b"x\r\r\n"),
        (b"x\r\r\n\r\n", b"x\r\r\n"),
        (b"\r", b"\r\r\n"),
        (b"\r\nx", b"\r\nx\r\n"),
    ],
)
def test_ends(body: bytes, relaxed: bytes) -> None:
    assert canonical.relaxed_body(body) == relaxed


@pytest.mark.parametrize("part", [b" ", b" \t", b"\r\n", b" \r\n", b"\r", b"a \r\n", b"\r\r\n", b"a  b"])
def test_ten_million_octets(part: bytes) -> None:
    """Linear, or a factor of the logarithm: anything else would take minutes here."""
    body = part * (10_000_000 // len(part)) + b"x"
    assert canonical.relaxed_body(body).endswith(b"x\r\n")
    assert canonical.simple_body(body).endswith(b"x\r\n")
