"""Names and strings in the presentation form of RFC 1035 section 5.1, where a backslash escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIRST_LABEL = re.compile(r"(?:\\.|[^.])*", re.DOTALL)


def parent(name: str) -> str:
    """The name without its first label; '' (the root) above a single label and above itself."""
    label = _FIRST_LABEL.match(name)
    return "" if label is None else name[label.end() + 1 :]


def ancestors(name: str) -> Iterator[str]:
    """The names above ``name``, nearest first, ending with the root ''."""
    while name:
        name = parent(name)
        yield name


def is_within(name: str, zone: str) -> bool:
    """Whether ``name`` is ``zone`` or below it."""
    return name == zone or not zone or name.endswith("." + zone)


def escaped(octets: bytes) -> str:
    """The inside of a quoted string: printable ASCII, everything else as ``\\DDD``."""
    return "".join(_ESCAPES[octet] for octet in octets)


_ESCAPES = tuple(
    f"\\{chr(octet)}" if octet in b'"\\' else chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03d}"
    for octet in range(256)
)
