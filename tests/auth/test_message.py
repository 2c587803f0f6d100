"""Splitting a message, whatever its octets."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deliverkit.auth.message import HeaderField, Message, split


def fields(*pairs: tuple[bytes, bytes]) -> tuple[HeaderField, ...]:
    return tuple(HeaderField(name, raw) for name, raw in pairs)


A = (b"a", b"A: 1")
B = (b"b", b"b:2\r\n\t3")

CASES: dict[str, tuple[bytes, tuple[HeaderField, ...], bytes]] = {
    "plain": (b"A: 1\r\nb:2\r\n\t3\r\n\r\nbody\r\n", fields(A, B), b"body\r\n"),
    "LF only": (b"A: 1\nb:2\n\t3\n\nbody\n", fields(A, B), b"body\r\n"),
    "mixed line ends": (b"A: 1\nb:2\r\n\t3\r\n\nbody\n\r\n", fields(A, B), b"body\r\n\r\n"),
    "bare CR is no line end": (b"A: 1\rB: 2\r\n\r\nx\ry\r\n", fields((b"a", b"A: 1\rB: 2")), b"x\ry\r\n"),
    "empty": (b"", (), b""),
    "no header": (b"\r\nbody", (), b"body"),
    "no header, LF": (b"\nbody\n", (), b"body\r\n"),
    "no body": (b"A: 1\r\nb:2\r\n\t3\r\n", fields(A, B), b""),
    "no body, no line end": (b"A: 1", fields(A), b""),
    "empty body": (b"A: 1\r\n\r\n", fields(A), b""),
    "body starts with empty lines": (b"A: 1\r\n\r\n\r\n\r\nx", fields(A), b"\r\n\r\nx"),
    "mbox separator": (b"From a@example.com Thu Nov  5 10:00:00 2026\nA: 1\n\n", fields(A), b""),
    "mbox separator, quoted": (b">From a@example.com Thu Nov  5 10:00:00 2026\nA: 1\n\n", fields(A), b""),
    "From with a blank": (b"From : a@example.com\r\n\r\n", fields((b"from", b"From : a@example.com")), b""),
    "continuation first": (b" x: 1\r\nA: 1\r\n\r\n", fields((b"", b" x: 1"), A), b""),
    "line without colon": (b"A: 1\r\nword\r\n\r\n", fields(A, (b"", b"word")), b""),
    "colon first": (b": 1\r\n\r\n", fields((b"", b": 1")), b""),
    "blank in the name": (b"A b: 1\r\n\r\n", fields((b"", b"A b: 1")), b""),
    "NUL in the name": (b"A\0: 1\r\n\r\n", fields((b"", b"A\0: 1")), b""),
    "8-bit in the name": (b"\xc3\xa4: 1\r\n\r\n", fields((b"", b"\xc3\xa4: 1")), b""),
    "8-bit in the value": (b"A: \xff\0\r\n\r\n\xff\0", fields((b"a", b"A: \xff\0")), b"\xff\0"),
    "line of blanks is a fold": (b"A: 1\r\n \t\r\n\r\nx", fields((b"a", b"A: 1\r\n \t")), b"x"),
}


@pytest.mark.parametrize("name", CASES)
def test_split(name: str) -> None:
    message, header, body = CASES[name]
    assert split(message) == Message(header, body)


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"A", b"From ", b"\0", b"\xff"])))
@example([b"\r\n"] * 3)
def test_nothing_is_lost(parts: list[bytes]) -> None:
    found = split(b"".join(parts))
    assert b"\n" not in found.body.replace(b"\r\n", b"")
    together = b"\r\n".join(field.raw for field in found.fields) + b"\r\n\r\n" + found.body
    again = split(together)
    if found.fields and not found.fields[0].raw.startswith((b"From ", b">From ")):
        assert again == found


@pytest.mark.parametrize(
    "message",
    [
        b"A: " + b"x" * 10_000_000 + b"\r\n\r\n",
        b"A: 1\r\n" * 1_000_000 + b"\r\n",
        b"A: 1" + b"\r\n x" * 1_000_000 + b"\r\n\r\n",
        b"x" * 10_000_000,
        b"\r\n" * 5_000_000,
        b"\n" * 10_000_000,
        b" \r\n" * 3_000_000,
        b": " * 5_000_000,
    ],
    ids=["one value", "fields", "folds", "one name", "empty lines", "line feeds", "blank lines", "colons"],
)
def test_ten_million_octets(message: bytes) -> None:
    """Linear: anything else would take minutes here."""
    found = split(message)
    assert len(found.body) + sum(len(field.raw) + 2 for field in found.fields) + 2 >= len(message) - 4
