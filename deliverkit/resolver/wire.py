"""Between dnspython's rdata, the model's Rdata, and the presentation text of zone files."""

from __future__ import annotations

import ipaddress

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.SOA
import dns.rdtypes.ANY.TXT
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rdtypes.nsbase

from deliverkit.model.answer import Answer, Mx, Question, Rdata, Soa, Status, Txt
from deliverkit.resolver.names import escaped

_HOST_NAME_TYPES = frozenset({"PTR", "CNAME", "NS"})


def to_name(text: str) -> dns.name.Name:
    """The absolute name that ``text`` spells, with or without its final dot; '' is the root.

    Raises ValueError with a plain sentence where no such name can exist (RFC 1035 section 3.1).
    """
    try:
        return dns.name.from_text(text)
    except dns.name.EmptyLabel:
        raise ValueError("two dots stand side by side, and a label cannot be empty") from None
    except dns.name.LabelTooLong:
        raise ValueError("a label is longer than 63 octets") from None
    except dns.name.NameTooLong:
        raise ValueError("the name is longer than 255 octets") from None
    except (dns.exception.DNSException, UnicodeError):
        raise ValueError("the name cannot be written in DNS") from None


def name_text(name: dns.name.Name) -> str:
    """Presentation form as the model wants it: lower case, no final dot, the root as ''."""
    if len(name.labels) == 1:
        return ""
    text = name.to_text(omit_final_dot=True).lower()
    # A dot at the end belongs to the last label, and must not be taken for the final one.
    return f"{text[:-2]}\\046" if text.endswith(".") else text


def impossible(question: Question, why: str) -> Answer:
    """The answer to a question whose name no server can be asked for: surely nobody has published it."""
    return Answer(question, Status.NXDOMAIN, detail=f"no such name can exist in DNS: {why}")


def from_rdata(rdata: dns.rdata.Rdata) -> Rdata:
    """The value of one record, as the model keeps it."""
    match rdata:
        case dns.rdtypes.IN.A.A():
            return str(rdata.address)
        case dns.rdtypes.IN.AAAA.AAAA():
            return str(ipaddress.IPv6Address(rdata.address))
        case dns.rdtypes.ANY.TXT.TXT():
            return Txt(tuple(rdata.strings))
        case dns.rdtypes.ANY.MX.MX():
            return Mx(rdata.preference, name_text(rdata.exchange))
        case dns.rdtypes.ANY.SOA.SOA():
            timers = (rdata.serial, rdata.refresh, rdata.retry, rdata.expire, rdata.minimum)
            return Soa(name_text(rdata.mname), name_text(rdata.rname), *timers)
        case dns.rdtypes.nsbase.NSBase() if dns.rdatatype.to_text(rdata.rdtype) in _HOST_NAME_TYPES:
            return name_text(rdata.target)
        case _:
            return _presentation(rdata)


def to_rdata(rtype: str, value: Rdata) -> dns.rdata.Rdata:
    """Raises ValueError where ``value`` is not a value of ``rtype``."""
    return _parse(rtype, to_text(rtype, value))


def to_text(rtype: str, value: Rdata) -> str:
    """The value as it stands in a zone file: names with their final dot, strings quoted and escaped."""
    match value:
        case Txt(strings):
            return " ".join(f'"{escaped(s)}"' for s in strings)
        case Mx(preference, exchange):
            return f"{preference} {exchange}."
        case Soa():
            timers = f"{value.serial} {value.refresh} {value.retry} {value.expire} {value.minimum}"
            return f"{value.mname}. {value.rname}. {timers}"
        case _:
            return f"{value}." if rtype.upper() in _HOST_NAME_TYPES else value


def from_text(rtype: str, text: str) -> Rdata:
    """Read a value as it stands in a zone file; names must be complete, with or without their final dot.

    A type that dnspython does not know is written ``TYPE65280`` and ``\\# 2 abcd`` (RFC 3597).
    Raises ValueError with a plain sentence where ``text`` is not a value of ``rtype``.
    """
    return from_rdata(_parse(rtype, text))


def _parse(rtype: str, text: str) -> dns.rdata.Rdata:
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, rtype, text, origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"{text[:80]!a} is not a value of type {rtype[:20]!a}: {error}") from None


def _presentation(rdata: dns.rdata.Rdata) -> str:
    text = rdata.to_text()
    try:
        _parse(dns.rdatatype.to_text(rdata.rdtype), text)
    except ValueError:  # an empty key, for one, can travel on the wire but has no text of its own
        return rdata.to_generic().to_text()
    return text
