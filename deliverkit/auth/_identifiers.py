"""What DMARC takes from the methods below it, and the step down of a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliverkit.auth.author import a_labels
from deliverkit.auth.results import DkimResult, Result, SpfResult
from deliverkit.records.dmarc import DmarcRecord

LOWER = {"reject": "quarantine", "quarantine": "none"}
"""One level below a policy: for ``t=y`` (RFC 9989 section 4.7), and for what ``pct`` leaves out (RFC 7489
section 6.6.4)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One domain that a method has spoken about; ``name`` is for sentences."""

    method: str
    domain: str
    result: Result
    unsigned_body: int = 0

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.domain}"

    def mode(self, record: DmarcRecord) -> str:
        return record.aspf if self.method == "spf" else record.adkim


def identifiers(spf: SpfResult | None, dkim: Sequence[DkimResult]) -> tuple[Identifier, ...]:
    """SPF first, then the signatures in their order; without those whose domain cannot be read.

    The HELO identity stands for an empty MAIL FROM (RFC 9989 section 3.2.4, RFC 7208 section 2.4).
    """
    found = [Identifier("spf", _name(spf.domain), spf.result)] if spf is not None and spf.domain else []
    found += [
        Identifier("dkim", _name(signature.domain), signature.result, signature.unsigned_body)
        for signature in dkim
        if signature.domain
    ]
    return tuple(found)


def _name(domain: str) -> str:
    return a_labels(domain)[0] or domain.lower()
