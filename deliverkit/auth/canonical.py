"""Canonicalization: RFC 6376 section 3.4; simple leaves header fields as they are (section 3.4.1).

Input has CRLF line ends throughout, as `message.split` gives it.
"""

from __future__ import annotations

_CRLF = b"\r\n"


def relaxed_field(raw: bytes) -> bytes:
    """Section 3.4.2, without the final CRLF."""
    name, _, value = raw.partition(b":")
    return name.rstrip(b" \t").lower() + b":" + _one_blank(value.replace(_CRLF, b"")).strip(b" \t")


def simple_body(body: bytes) -> bytes:
    """Section 3.4.3: an empty body is one CRLF."""
    return _without_empty_lines(body) + _CRLF


def relaxed_body(body: bytes) -> bytes:
    """Section 3.4.4: an empty body stays empty."""
    # A last line without CRLF is a line as well, so its final blank goes too.
    lines = _one_blank(body).replace(b" \r\n", _CRLF).removesuffix(b" ")
    kept = _without_empty_lines(lines)
    return kept + _CRLF if kept else b""


def _one_blank(text: bytes) -> bytes:
    """Every run of blanks as one space. Runs shrink by half at each turn, so there are few turns; a regular
    expression would be an order of magnitude slower on large bodies."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _without_empty_lines(body: bytes) -> bytes:
    """The body without the CRLFs at its end; a bare CR is no line end and stays."""
    kept = body.rstrip(_CRLF)
    tail = body[len(kept) :]
    if tail.endswith(b"\r"):
        return body
    bare = tail.rfind(b"\r\r")
    return kept if bare < 0 else kept + tail[: bare + 1]
