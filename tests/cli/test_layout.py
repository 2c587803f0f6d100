"""Lists fit the terminal, and keep one line for each item where a program reads them."""

from __future__ import annotations

import pytest

from deliverkit.cli import _layout
from tests.cli.running import call

LISTS = [("lab", "--list"), ("checks",), ("receivers",)]


@pytest.mark.parametrize("columns", [60, 70])
@pytest.mark.parametrize("command", LISTS)
def test_lists_wrap_their_last_column(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], columns: int
) -> None:
    piped = call(*command).stdout
    assert max(map(len, piped.splitlines())) > columns
    monkeypatch.setattr(_layout, "terminal_width", lambda *_: columns)
    shown = call(*command).stdout
    assert max(map(len, shown.splitlines())) <= columns
    assert shown.split() == piped.split()
    begins = {len(line) - len(line.lstrip()) for line in shown.splitlines()} - {0, 2}
    assert len(begins) == 1, "all that goes on does so below the last column"


def test_the_width_is_the_terminal_s(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "57")
    assert _layout.terminal_width() == 57


@pytest.mark.parametrize(
    ("lead", "text", "width", "shown"),
    [
        ("ab  ", "one two", None, "ab  one two"),
        ("ab  ", "eleven chars and twelve more", 30, "ab  eleven chars and twelve\n    more"),
        ("ab  ", "", 30, "ab  "),
        (
            "a very long name  ",
            "one two three four five six",
            30,
            "a very long name\n    one two three four five\n    six",
        ),
        (
            "abcdefghijklmnop  ",
            "one two three four five",
            1,
            "abcdefghijklmnop\n    one two three four\n    five",
        ),
    ],
)
def test_row(lead: str, text: str, width: int | None, shown: str) -> None:
    assert _layout.row(lead, text, width) == shown
