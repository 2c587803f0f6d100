"""Tag lists: RFC 6376 section 3.2, as DKIM keys and DMARC records use them."""

from __future__ import annotations

_BLANK = " \t\r\n"


def split(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of tag and value, blanks around both taken away; a part without '=' has the value '' and keeps its
    text as tag; empty parts (``;;``, a final ``;``) are dropped."""
    pairs = []
    for part in text.split(";"):
        tag, _, value = part.partition("=")
        if part.strip(_BLANK):
            pairs.append((tag.strip(_BLANK), value.strip(_BLANK)))
    return tuple(pairs)
