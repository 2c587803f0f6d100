"""checkdmarc, on text alone: a second opinion on a DMARC record that is at fault, and the judgement on what MTA-STS,
TLS reporting and BIMI publish. It is fed with what was observed, and never looks for itself.

Its import takes longer than a whole audit, so this module is loaded only when there is something for it to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from checkdmarc.bimi import (
    check_svg_requirements,
    get_certificate_metadata,
    get_svg_metadata,
    parse_bimi_record,
)
from checkdmarc.dmarc import DMARCError as _DMARCError
from checkdmarc.dmarc import InvalidDMARCTag, parse_dmarc_record
from checkdmarc.mta_sts import parse_mta_sts_policy, parse_mta_sts_record
from checkdmarc.smtp_tls_reporting import parse_smtp_tls_reporting_record

from deliverkit.records import bimi

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


_LONGEST_RECORD = 8192
_LONGEST_CERTIFICATES = 128 * 1024
"""Characters. An honest text is far below; a certificate may hold a compressed image, which is unfolded."""


@dataclass(frozen=True, slots=True)
class MtaStsPolicy:
    """``mode``: enforce, testing or none. ``max_age``: seconds. ``mx``: as written. ``opinion``: what is wrong with
    the text, which then has none of the others; '' for a valid one."""

    mode: str = ""
    max_age: int = 0
    mx: tuple[str, ...] = ()
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class MarkCertificate:
    """``fault``: a text key, '' when receivers can use the certificate: ``unreadable``, ``expired``,
    ``other-domain``, ``invalid``. ``opinion``: what is wrong. ``until``: the end of its validity. ``domains``: whom
    it is for."""

    fault: str
    opinion: str = ""
    until: str = ""
    domains: tuple[str, ...] = ()


def mta_sts_record_opinion(text: str) -> str:
    """What makes the record of RFC 8461 section 3.1 invalid, '' when nothing does."""
    return _opinion(parse_mta_sts_record, text)


def tls_rpt_record_opinion(text: str) -> str:
    """What makes the record of RFC 8460 section 3 invalid, '' when nothing does."""
    return _opinion(parse_smtp_tls_reporting_record, text)


def bimi_record_opinion(text: str) -> str:
    """What makes a BIMI record invalid, '' when nothing does. Its URIs are taken out first, for checkdmarc would fetch
    them; whether they are sound, ``records.bimi.is_uri`` tells."""
    return _opinion(parse_bimi_record, bimi.without_uris(text))


def mta_sts_policy(text: str) -> MtaStsPolicy:
    """The policy of RFC 8461 section 3.2."""
    try:
        parsed = parse_mta_sts_policy(text)["policy"]
    except Exception as error:  # noqa: BLE001 - a stranger wrote the text, and no exception of the library may leave
        return MtaStsPolicy(opinion=_said(error))
    return MtaStsPolicy(parsed["mode"], parsed["max_age"], tuple(parsed["mx"]))


def image_opinion(text: str) -> str:
    """What keeps an SVG image, one character for each octet, from the profile that BIMI wants; '' when nothing does.
    To be asked only of what ``records.bimi.image_fault`` has passed."""
    try:
        return "; ".join(check_svg_requirements(get_svg_metadata(text.encode("latin-1"))))
    except Exception as error:  # noqa: BLE001 - see mta_sts_policy
        return _said(error)


def mark_certificate(text: str, domain: str) -> MarkCertificate:
    """The certificates of an evidence document (PEM), the mark certificate first, for a record at ``domain``."""
    if len(text) > _LONGEST_CERTIFICATES:
        return MarkCertificate("unreadable")
    try:
        found = get_certificate_metadata(text.encode("latin-1"), domain=domain)
    except Exception as error:  # noqa: BLE001 - see mta_sts_policy
        return MarkCertificate("unreadable", _said(error))
    opinion = " ".join(found.get("validation_errors", ()))
    domains = tuple(found.get("domains") or ())
    if found.get("expired"):
        fault = "expired"
    elif domains and "does not match the certificate" in opinion:
        fault = "other-domain"
    else:
        fault = "" if found.get("valid") and not opinion else "invalid"
    return MarkCertificate(fault, opinion, found.get("not_valid_after", ""), domains)


def _opinion(parse: Callable[[str], object], text: str) -> str:
    if len(text) > _LONGEST_RECORD:
        return f"The record is longer than {_LONGEST_RECORD} characters."
    try:
        parse(text)
    except Exception as error:  # noqa: BLE001 - see mta_sts_policy
        return _said(error)
    return ""


def _said(error: Exception) -> str:
    return _EXPECTED.sub(_in_order, str(error)) or type(error).__name__
