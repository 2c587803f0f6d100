"""A raw message as signatures see it: header fields in order, and the body (RFC 5322 section 2.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# RFC 5322 section 3.6.8; blanks before the colon are the obsolete form of section 4.5.
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_LINE_START = re.compile(rb"\r\n(?![ \t])")
# The separator that mbox puts before a message (RFC 4155), and its quoted form.
_MBOX = (b"From ", b">From ")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """``name`` in lower case, b'' for a line that is no field. ``raw``: the whole field with its folds, without
    the final CRLF."""

    name: bytes
    raw: bytes

    @property
    def value(self) -> bytes:
        """What follows the colon, folds included."""
        return self.raw.partition(b":")[2]


@dataclass(frozen=True, slots=True)
class Message:
    """``fields``: topmost first. ``body``: octets after the blank line, every line ended by CRLF as it would be
    on the wire (RFC 5321 section 2.3.8)."""

    fields: tuple[HeaderField, ...]
    body: bytes


def split(message: bytes) -> Message:
    """Any octets are a message; this never fails, and takes linear time.

    Lines may end in LF or CRLF. A line that is no field (no colon, or a continuation before the first field) is
    kept without a name, so no signature can select it.
    """
    text = _with_crlf(message)
    # A blank line may come first: then there is no header at all.
    head, found, body = (b"", True, text[2:]) if text.startswith(b"\r\n") else text.partition(b"\r\n\r\n")
    if not found:
        head = head.removesuffix(b"\r\n")
    lines = _LINE_START.split(head) if head else []
    if lines and lines[0].startswith(_MBOX) and not _FIELD.match(lines[0]):
        del lines[0]
    return Message(tuple(_field(line) for line in lines), body)


def _with_crlf(message: bytes) -> bytes:
    # Counting is much cheaper than rewriting, and most messages need none.
    if message.count(b"\n") == message.count(b"\r\n"):
        return message
    return message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _field(raw: bytes) -> HeaderField:
    name = _FIELD.match(raw)
    return HeaderField(name[1].lower() if name else b"", raw)
