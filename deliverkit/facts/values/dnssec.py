"""Answers that a resolver withholds because their signatures (DNSSEC) do not hold."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact
from deliverkit.model.answer import Rdata


@dataclass(frozen=True, slots=True)
class Withheld:
    """A question that fails unless it is asked without validation, and what is answered then. ``purpose``: ``mx``,
    ``spf``, ``dmarc``, ``dkim`` or ``helo``."""

    name: str
    rtype: str
    purpose: str
    records: tuple[Rdata, ...]
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Fact):
    """A zone with answers that are withheld, or a single question (``scope``) where nothing is shown to be withheld.

    ``fault``: a text key, '' where none is shown: ``expired``, ``not-yet-valid``, ``signature-missing``,
    ``signature-wrong``, ``key-missing``, ``dnskey-missing``, ``ds-mismatch``, ``told`` (the resolver alone says so).
    ``date``: of the signature's end or begin, ``2026-11-23``, or ''. ``tags``: of the keys at fault.
    ``told``: the codes of RFC 8914 that the resolver gave.
    """

    zone: str
    withheld: tuple[Withheld, ...] = ()
    fault: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
