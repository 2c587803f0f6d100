"""TLSA records (RFC 6698 section 2), as far as mail uses them (RFC 7672 section 3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HASHES = {1: 64, 2: 128}  # matching type -> hexadecimal digits (RFC 6698 section 2.1.3)
_NUMBERS = re.compile(r"(\d{1,3}) (\d{1,3}) (\d{1,3}) ?([0-9A-Fa-f ]*)")
_CA, _END_ENTITY = 2, 3


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One record. ``data``: hexadecimal digits in lower case. ``fault``: the text key of why no sender can use it for
    mail, '' when one can: ``usage`` (0 and 1, RFC 7672 section 3.1.3), ``selector``, ``matching``,
    ``unreadable``."""

    text: str
    usage: int
    selector: int
    matching: int
    data: str
    fault: str

    @property
    def of_chain(self) -> bool:
        """Whether it names an authority above the certificate (DANE-TA) instead of the certificate itself."""
        return self.usage == _CA


def parse(text: str) -> Tlsa:
    """The presentation form: ``3 1 1 0123...``. Never fails."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return Tlsa(text, -1, -1, -1, "", "unreadable")
    usage, selector, matching = map(int, found.groups()[:3])
    data = found[4].replace(" ", "").lower()
    return Tlsa(text, usage, selector, matching, data, _fault(usage, selector, matching, data))


def _fault(usage: int, selector: int, matching: int, data: str) -> str:
    if usage not in (_CA, _END_ENTITY):
        return "usage"
    if selector not in (0, 1):
        return "selector"
    if matching not in (0, *_HASHES):
        return "matching"
    return "unreadable" if not data or len(data) != _HASHES.get(matching, len(data)) else ""
