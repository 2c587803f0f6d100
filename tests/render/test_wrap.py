"""Lines of a given width, in cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.render._wrap import cells, wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("one  two", 80, ["one  two"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab cdefghij", 4, ["ab", "cdef", "ghij"]),
        ("發信端主機", 4, ["發信", "端主", "機"]),
        ("發信端主機", 5, ["發信", "端主", "機"]),
        ("發信端主。機", 8, ["發信端", "主。機"]),
        ("發信(主機)", 5, ["發信", "(主", "機)"]),
        ("HELO拒絕", 6, ["HELO拒", "絕"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("拒絕", 4), ("a拒", 3), ("e\u0301", 1), ("", 0)])
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.text("ab 拒絕。(", max_size=60), st.integers(2, 20))
def test_nothing_is_lost_and_nothing_sticks_out(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(0 < cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
