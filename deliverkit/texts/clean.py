"""Taming text that comes from the DNS, from files or from the command line: nothing of it is shown without this.

What a terminal or a reader could take for something else is written as an escape (``\\x1b``, ``\\u202e``), so that
it is harmless and can be seen. Markup needs no escape, because no renderer ever parses data for markup.
"""

from __future__ import annotations

import re
import unicodedata

from deliverkit.texts import say

# Letters and symbols by category, blank to the eye: Hangul fillers and the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_MARKS = frozenset({"Mn", "Me"})  # stacked on other characters without bound, or unseen (variation selectors)

_TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "→": "->", "×": "x"}
)
_UNSEEN_IN_JSON = re.compile(r"[^\n\x20-\x7e]")


def clean(text: str, *, limit: int = 300) -> str:
    """``text`` on one line, harmless, shortened in the middle where it is longer than ``limit`` characters."""
    if len(text) <= limit:
        return visible(text)
    tail = limit // 3
    gap = say("clean.left-out", count=len(text) - limit)
    return visible(text[: limit - tail]) + gap + visible(text[len(text) - tail :])


def visible(text: str) -> str:
    """``text`` with an escape for every control, format, surrogate, combining or blank character but the space."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _shows(c) else _escape(c) for c in text)


def to_ascii(text: str) -> str:
    """The text in ASCII: typographic characters as people type them, all others as escapes."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _escape(c) for c in text.translate(_TYPOGRAPHIC))


def visible_json(document: str) -> str:
    """A JSON document in which characters that cannot be seen are ``\\u`` escapes; its meaning stays the same."""
    return _UNSEEN_IN_JSON.sub(lambda m: m[0] if _shows(m[0]) else _json_escape(m[0]), document)


def _shows(char: str) -> bool:
    return char.isprintable() and char not in _BLANK and unicodedata.category(char) not in _MARKS


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_escape(char: str) -> str:
    """RFC 8259 section 7: beyond the Basic Multilingual Plane as a surrogate pair."""
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
