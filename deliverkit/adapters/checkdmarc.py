"""checkdmarc, on text alone: a second opinion on a DMARC record that is at fault.

Its import takes longer than a whole audit, so this module is loaded only when there is such a record.
"""

from __future__ import annotations

from checkdmarc.dmarc import DMARCError as _DMARCError
from checkdmarc.dmarc import InvalidDMARCTag, parse_dmarc_record


def dmarc_opinion(text: str, domain: str) -> str:
    """What checkdmarc says is wrong with the record, '' when it has no objection.

    Report addresses are taken out first: checking them would make checkdmarc ask the DNS.
    """
    plain = ";".join(p for p in text.split(";") if p.strip().lower()[:3] not in {"rua", "ruf"})
    try:
        parsed = parse_dmarc_record(plain, domain)
    except (_DMARCError, InvalidDMARCTag) as error:
        return str(error)
    return " ".join(parsed["warnings"])
