"""Lines of a given width in terminal cells, for text in any script (Unicode Standard Annex 11)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

NARROWEST = 40  # cells; a line shorter than this leaves no room beside a label

_OPENING, _CLOSING = frozenset("(（「『《〈【［“"), frozenset(")）」』》〉】］”、。，．：；！？")


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` (2 or more) cells, broken at blanks or beside wide characters.

    A word that is longer than a line is cut. Empty text gives no line.
    """
    lines: list[str] = []
    line, blanks = "", ""
    for piece in (part for whole in _pieces(text) for part in _cut(whole, width)):
        if piece == " ":
            blanks += piece
        elif line and cells(line + blanks + piece) > width:
            lines.append(line)
            line, blanks = piece, ""
        else:
            line, blanks = line + blanks + piece if line else piece, ""
    return [*lines, line] if line else lines


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if _is_wide(c) else not unicodedata.combining(c) for c in text)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def _pieces(text: str) -> Iterator[str]:
    """What must not be divided: words, single blanks, and wide characters with the punctuation that clings to them."""
    piece = ""
    for char in text:
        if char == " " or (piece and _may_break(piece[-1], char)):
            if piece:
                yield piece
            piece = ""
        if char == " ":
            yield char
        else:
            piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    return (_is_wide(before) or _is_wide(after)) and before not in _OPENING and after not in _CLOSING


def _cut(piece: str, width: int) -> Iterator[str]:
    while cells(piece) > width:
        most = width if piece.isascii() else next(n for n in range(width, 0, -1) if cells(piece[:n]) <= width)
        yield piece[:most]
        piece = piece[most:]
    yield piece
