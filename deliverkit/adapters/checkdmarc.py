"""checkdmarc, on text alone: a second opinion on a DMARC record that is at fault.

Its import takes longer than a whole audit, so this module is loaded only when there is such a record.
"""

from __future__ import annotations

import re

from checkdmarc.dmarc import DMARCError as _DMARCError
from checkdmarc.dmarc import InvalidDMARCTag, parse_dmarc_record

_EXPECTED = re.compile(r"Expected (.+?) at")

# Its remark on a missing rua would only echo that we took rua out; that p=none enforces nothing is no fault.
_BESIDE_THE_POINT = ("rua", "makes DMARC unenforced")


def dmarc_opinion(text: str, domain: str) -> str:
    """What checkdmarc says is wrong with the record, '' when it has no objection.

    Report addresses are taken out first: checking them would make checkdmarc ask the DNS.
    """
    plain = ";".join(p for p in text.split(";") if p.strip().lower()[:3] not in {"rua", "ruf"})
    try:
        parsed = parse_dmarc_record(plain, domain)
    except (_DMARCError, InvalidDMARCTag) as error:
        return _EXPECTED.sub(_in_order, str(error))
    return " ".join(w for w in parsed["warnings"] if not any(part in w for part in _BESIDE_THE_POINT))


def _in_order(found: re.Match[str]) -> str:
    # The parser lists what it expected from a set, in another order at each run.
    return f"Expected {' or '.join(sorted(found[1].split(' or ')))} at"
