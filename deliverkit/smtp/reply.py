"""Replies: RFC 5321 section 4.2, enhanced status codes: RFC 2034 and RFC 3463. No I/O here."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LINE = 2048
"""Octets of one line. RFC 5321 section 4.5.3.1.5 allows 512; servers with long URLs in their texts exceed it."""

MAX_LINES = 100
MAX_OCTETS = 65536

# The grammar has no second digit above 5, but section 4.3.2 lets a client go by the first digit of a code that it
# does not know, and 571 is seen.
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245])\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)")


class Malformed(Exception):
    """What came is no reply. ``key``: ``not-a-reply``, ``line-end``, ``codes-differ``, ``line-too-long``,
    ``too-many-lines`` or ``too-many-octets``; ``came``: the beginning of what is wrong."""

    def __init__(self, key: str, came: bytes = b"") -> None:
        super().__init__(key)
        self.key = key
        self.came = text(came[:300])


@dataclass(frozen=True, slots=True)
class Reply:
    """``lines``: the text of each line without its code, as it came: hostile, to be cleaned before it is shown.
    ``enhanced``: the status code that the first line begins with, '' where there is none or its class is not that
    of ``code`` (RFC 2034 section 4)."""

    code: int
    lines: tuple[str, ...]

    @property
    def enhanced(self) -> str:
        found = _ENHANCED.match(self.lines[0])
        return found[0] if found and int(found[1]) == self.code // 100 else ""

    @property
    def text(self) -> str:
        """The lines joined with a blank, without the status code that each may repeat."""
        status = self.enhanced
        return " ".join(line.removeprefix(status).strip() if status else line.strip() for line in self.lines)

    @property
    def verbatim(self) -> tuple[str, ...]:
        """Each line as it came, with its code."""
        *earlier, last = self.lines
        return (*(f"{self.code}-{line}" for line in earlier), f"{self.code} {last}".rstrip(" "))

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 300


class Replies:
    """Octets as they come, replies as they are complete. What is fed is bounded by who feeds: after each piece,
    `take` either finds a whole reply, asks for more, or raises Malformed."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._lines: list[str] = []
        self._code = 0
        self._octets = 0

    def feed(self, octets: bytes) -> None:
        self._buffer += octets

    @property
    def waiting(self) -> bytes:
        """Octets that belong to no complete reply yet."""
        return bytes(self._buffer)

    def take(self) -> Reply | None:
        """The next reply, None until it is whole. Raises Malformed."""
        while (line := self._line()) is not None:
            self._octets += len(line) + 2
            if self._octets > MAX_OCTETS:
                raise Malformed("too-many-octets", line)
            found = _LINE.fullmatch(line)
            if found is None:
                raise Malformed("not-a-reply", line)
            code = int(found[1])
            if self._lines and code != self._code:
                raise Malformed("codes-differ", line)
            self._code = code
            self._lines.append(text(found[3] or b""))
            if found[2] != b"-":
                reply = Reply(code, tuple(self._lines))
                self._lines, self._octets = [], 0
                return reply
            if len(self._lines) >= MAX_LINES:
                raise Malformed("too-many-lines", line)
        return None

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if len(self._buffer) > MAX_LINE:
                raise Malformed("line-too-long", bytes(self._buffer))
            return None
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        self._searched = 0
        if len(line) > MAX_LINE:
            raise Malformed("line-too-long", line)
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:  # RFC 5321 section 2.3.8
            raise Malformed("line-end", line)
        return line[:-2]


def text(octets: bytes) -> str:
    """UTF-8 (RFC 6531 section 3.7.4.1), else each octet as U+0000 to U+00FF."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")
