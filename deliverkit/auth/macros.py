"""SPF macros (RFC 7208 section 7): compiled once, expanded at a cost that does not depend on their number.

Whoever publishes a record and whoever sends a message can each make one side long. Of a name only the last 253
octets are ever asked for, and of an explanation only so much is of use, so no more of a value is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from deliverkit.records.spf import LONGEST_NAME, target_name

LONGEST_EXPLANATION = 4096
"""Characters of an explanation; section 6.2 wants a limit, for SMTP replies have one."""

_EXPAND = re.compile(r"%(?:\{([a-zA-Z])([0-9]*)([rR]?)([.\-+,/_=]*)\}|([%_-]))")
_FIXED = {"%": "%", "_": " ", "-": "%20"}
# Section 6.2 with 7.1: visible characters and blanks, and the three letters that belong here alone.
_EXPLAIN_STRING = re.compile(
    r"(?:%\{[slodiphcrtvSLODIPHCRTV](?:0*[1-9][0-9]*)?[rR]?[.\-+,/_=]*\}|%[%_-]|[\x20-\x24\x26-\x7e])*\Z"
)
_PRINTABLE = re.compile(r"[\x20-\x7e]*\Z")
_MANY_DIGITS = 9  # no value has so many parts that a number of so many digits would leave one out


@dataclass(frozen=True, slots=True)
class Macro:
    """One ``macro-expand``. ``letter`` is in lower case; ``parts``: how many right-hand parts stay, 0 for all."""

    letter: str
    parts: int
    reverse: bool
    delimiters: str
    escape: bool


Tokens = tuple[str | Macro, ...]


def compiled(text: str) -> Tokens:
    """The pieces of a ``macro-string`` that has no errors: literal text and macros."""
    tokens: list[str | Macro] = []
    end = 0
    for m in _EXPAND.finditer(text):
        tokens.append(text[end : m.start()])
        letter, digits, reverse, delimiters, fixed = m.groups()
        if fixed:
            tokens.append(_FIXED[fixed])
        else:
            digits = digits.lstrip("0")
            parts = int(digits) if 0 < len(digits) < _MANY_DIGITS else 0
            tokens.append(Macro(letter.lower(), parts, bool(reverse), delimiters, letter.isupper()))
        end = m.end()
    tokens.append(text[end:])
    return tuple(token for token in tokens if token)


def letters(tokens: Tokens) -> frozenset[str]:
    """The macro letters in use."""
    return frozenset(token.letter for token in tokens if isinstance(token, Macro))


def is_explanation(text: str) -> bool:
    """Whether the text is an ``explain-string`` (section 7.1)."""
    return bool(_EXPLAIN_STRING.match(text))


def expanded_name(tokens: Tokens, values: Mapping[str, str]) -> str:
    """The target-name (section 4.8) as ``target_name`` gives it."""
    # One octet more than fits, and the final dot, show whether and where the left side has to be cut.
    window = LONGEST_NAME + 2
    pieces: list[str] = []
    length = 0
    for token in reversed(tokens):
        piece = token[-window:] if isinstance(token, str) else _expanded(token, values[token.letter], window)
        pieces.append(piece)
        length += len(piece)
        if length >= window:
            break
    return target_name("".join(reversed(pieces)))


def expanded_explanation(tokens: Tokens, values: Mapping[str, str]) -> str | None:
    """The explanation string (section 6.2), None where it is too long or not printable US-ASCII."""
    window = LONGEST_EXPLANATION + 1
    pieces: list[str] = []
    length = 0
    for token in tokens:
        piece = token if isinstance(token, str) else _expanded(token, values[token.letter], window)
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_EXPLANATION:
            return None
    text = "".join(pieces)
    # A sender or HELO name with a line break must not become a second line of the SMTP reply.
    return text if _PRINTABLE.match(text) else None


def _expanded(macro: Macro, value: str, window: int) -> str:
    """At least the last ``window`` characters of the expansion (section 7.3)."""
    if macro.parts or macro.reverse or macro.delimiters:
        value = value[:window] if macro.reverse else value[-window:]
        parts = _split(value, macro.delimiters or ".")
        if macro.reverse:
            parts.reverse()
        value = ".".join(parts[-macro.parts :] if macro.parts else parts)
    else:
        value = value[-window:]
    return quote(value, safe="~", errors="replace") if macro.escape else value


def _split(value: str, delimiters: str) -> list[str]:
    first = delimiters[0]
    for other in set(delimiters[1:]):
        value = value.replace(other, first)
    return value.split(first)
