"""Slips of the pen that hide an SPF record from receivers, or a term inside it, and what was meant by them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from contextlib import suppress

from deliverkit.records import spf
from deliverkit.records.spf_edit import repair

# The version section and what people make of it: a blank or quote before it, another sign or none for "=", a
# version that does not exist. "spf2.0/pra" without "v=" is Sender ID (RFC 4406) and no slip.
_VERSION = re.compile(
    r"""[\s"'`\\(]*(?:(?P<v>v)\s?[=:-]?\s?)?(?:spf|sfp)(?:[\s=_-]?(?:(?P<one>1)|(?P<two>2(?:\.0)?(?:/[a-z,]*)?)))?(?![0-9])""",
    re.IGNORECASE,
)
_LONGEST_VERSION = 40  # characters
_SEPARATORS = re.compile(r"[\s;,\"'`\\]+")
# Private, shared, loopback and link-local networks (RFC 6890 section 2.2, RFC 4193), and those of no host at all.
_NOT_SENDING4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3"
)
_NOT_SENDING6 = "::1/128 fc00::/7 fe80::/10 ff00::/8"
_LONGEST_TERM = 300  # characters; a host name has at most 253 (RFC 1035 section 2.3.4)


def meant_as_spf(text: str) -> str:
    """The record that was meant by a text that receivers do not take for SPF (RFC 7208 section 4.5), free of
    syntax errors; '' where nothing shows that SPF was meant."""
    plain = _typed(text)
    m = _VERSION.match(plain[:_LONGEST_VERSION])
    if spf.is_spf(text) or m is None or not (m["one"] or m["v"]):
        return ""
    terms = _SEPARATORS.sub(" ", plain[m.end() :]).strip(" :.").encode("ascii", "replace").decode()
    if not terms:
        return "v=spf1" if m["v"] and m["one"] else ""
    record = spf.parse(f"v=spf1 {terms}")
    return repair(record.text) if _is_known(record.terms[0]) else ""


def _typed(text: str) -> str:
    """The text with the dashes, quotes and blanks of a plain keyboard."""
    with suppress(UnicodeError):  # an older encoding: its octets are the characters already
        text = text.encode("latin-1").decode("utf-8")
    text = re.sub("[\u2010-\u2015\u2212\x96\x97]", "-", text)
    text = re.sub("[\u2018-\u201f\u00ab\u00bb\x91-\x94]", '"', text)
    return re.sub("[\u200b\ufeff]", "", text)


def _is_known(term: spf.Term) -> bool:
    return not term.fault and (bool(term.qualifier) or term.kind in {"redirect", "exp"})


def rejoin(strings: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The record with a blank wherever a joint of its strings glues two terms into one, and these glued terms.

    RFC 7208 section 3.3 joins the strings of a TXT record without a blank. DNS software cuts long texts anywhere,
    which is sound: two terms are seen only where both halves are terms by themselves and the whole is none, or
    has a sign inside that no host name has.
    """
    parts: list[str] = []
    glued: list[str] = []
    left = ""
    for string in strings:
        right, blank, _ = string.partition(" ")
        if left and right and _are_two(left, right):
            glued.append(left + right)
            parts.append(" ")
            left = ""
        parts.append(string)
        tail = string.rpartition(" ")[2]
        left = tail if blank else (left + tail)[-_LONGEST_TERM:]
    return "".join(parts), tuple(glued)


def _are_two(left: str, right: str) -> bool:
    if len(left) >= _LONGEST_TERM or len(right) >= _LONGEST_TERM:
        return False
    first, second, whole = (spf.parse(f"v=spf1 {text}").terms[0] for text in (left, right, left + right))
    if first.fault or not _is_known(second) or left.lower() == "v=spf1":
        return False
    return bool(whole.fault) or right[0] in "+-~?" or any(sign in right for sign in ":=")


def cannot_send(network: str) -> bool:
    """Whether no host in the network (``10.0.0.0/8``; host bits may be set) can be seen sending by a receiver on the
    Internet. Documentation networks can: examples and labs use them."""
    inner = ipaddress.ip_network(network, strict=False)
    if isinstance(inner, ipaddress.IPv4Network):
        return any(inner.subnet_of(ipaddress.IPv4Network(n)) for n in _NOT_SENDING4.split())
    return any(inner.subnet_of(ipaddress.IPv6Network(n)) for n in _NOT_SENDING6.split())
