"""Host names and addresses as text: RFC 952, RFC 1123 section 2.1, RFC 5321 sections 4.1.2 and 4.1.3."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from deliverkit.smtp.addresses import DOCUMENTATION, is_public

# Patterns are compiled at their first use (re keeps them): a page about host names parses nothing.
_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)\Z"

# Names that never resolve in public: RFC 6761, RFC 6762 with its appendix G, RFC 7686, RFC 8375, RFC 9476
# and ICANN's reservation of .internal (July 2024). `test`, `example` and `invalid` are left out:
# documentation and labs live there.
LOCAL_SUFFIXES = frozenset(
    {
        "localhost",
        "local",
        "localdomain",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "alt",
        "onion",
    }
)
_LOCAL_DOMAIN = "home.arpa"

_DYNAMIC_WORDS = frozenset(
    "adsl broadband cable client clients cpe cust customer customers dhcp dial dialin dialup dsl dyn dynamic "
    "dynip ftth hsd pool pools ppp pppoe res residential unassigned unused user users vdsl".split()
)
_MAIL_WORDS = r"\b(mail|mta|smtp|mx|mxout|out|outbound|relay|sender|send|esp|news|bounce)\d*\b"


def fault(name: str) -> str:
    """The text key of what is wrong with a public host name, '' when nothing is.

    Keys: ``empty``, ``address``, ``bad-characters``, ``label-too-long``, ``name-too-long``, ``empty-label``,
    ``single-label``, ``numeric-tld``, ``local``. The order is that of what a reader has to mend first.
    """
    if not name:
        return "empty"
    if is_address(name):
        return "address"
    labels = name.removesuffix(".").split(".")
    if "" in labels:
        return "empty-label"
    if len(name.removesuffix(".")) > 253:
        return "name-too-long"
    if any(len(label) > 63 for label in labels):
        return "label-too-long"
    if not all(re.match(_LABEL, label) for label in labels):
        return "bad-characters"
    if is_local(name):
        return "local"
    if len(labels) == 1:
        return "single-label"
    if labels[-1].isdigit():
        return "numeric-tld"
    return ""


def own_name(candidate: str) -> str:
    """The name as it can be said in EHLO, '' where it means nothing on the Internet (RFC 5321 section 4.1.4)."""
    name = candidate.removesuffix(".")
    return "" if fault(name) else name


def is_local(name: str) -> bool:
    """Whether the name can only mean something inside one network."""
    low = name.lower().removesuffix(".")
    return low.rpartition(".")[2] in LOCAL_SUFFIXES or f".{low}".endswith(f".{_LOCAL_DOMAIN}")


def is_address(text: str) -> bool:
    """Whether the text is a bare IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def address_literal(text: str) -> str | None:
    """The address inside ``[192.0.2.1]`` or ``[IPv6:2001:db8::1]`` (RFC 5321 section 4.1.3), else None."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    inner = text[1:-1]
    if "%" in inner:  # a zone id (RFC 4007 section 11) means something on one machine only
        return None
    if inner.lower().startswith("ipv6:"):
        inner = inner[5:]
        return str(ipaddress.IPv6Address(inner)) if is_address(inner) and ":" in inner else None
    return inner if is_address(inner) and ":" not in inner else None


def address_type(ip: str) -> str:
    """The record type that can hold this address: A or AAAA."""
    return "A" if ipaddress.ip_address(ip).version == 4 else "AAAA"


def reverse_name(ip: str) -> str:
    """The name under in-addr.arpa or ip6.arpa (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    return ipaddress.ip_address(ip).reverse_pointer


def is_unreachable(ip: str) -> bool:
    """Whether nobody on the public Internet can reach the address (RFC 6890 and the registries it names).

    Documentation networks (RFC 5737, RFC 3849, RFC 9637) count as reachable: examples and labs use them.
    """
    a = ipaddress.ip_address(ip)
    if any(a in net for net in DOCUMENTATION if net.version == a.version):
        return False
    return not is_public(ip)


def generic(name: str, ip: str) -> tuple[str, str]:
    """Why a PTR name looks machine-made: (text key, the part that shows it), or ('', '').

    ``address-in-name``: the whole address stands in the host part, in one of the shapes that networks use.
    ``dynamic-word``: a word that access networks use for customers' lines, beside a number. A name that
    speaks of mail is never generic. The registered domain (taken as the last two labels) is not looked at,
    since companies are called all sorts of things.
    """
    host = ".".join(name.lower().split(".")[:-2])
    if re.search(_MAIL_WORDS, host):
        return "", ""
    for shape in _shapes(ip):
        if m := re.search(shape, host):
            return "address-in-name", m.group()
    if any(ch.isdigit() for ch in host):
        for word in re.split(r"[\d._-]+", host):
            if word in _DYNAMIC_WORDS:
                return "dynamic-word", word
    return "", ""


def _shapes(ip: str) -> Iterator[str]:
    """Patterns of the address in a name: octets or nibbles either way round, padded or not; one number."""
    a = ipaddress.ip_address(ip)
    if isinstance(a, ipaddress.IPv4Address):
        octets = str(a).split(".")
        for order in (octets, octets[::-1]):
            yield _whole(r"[.\-_x]".join(f"0*{o}" for o in order), r"\d")
            yield _whole("".join(o.zfill(3) for o in order), r"\d")
        yield _whole(str(int(a)), r"\d")
        yield _whole(a.packed.hex(), "[0-9a-f]")
    else:
        nibbles = a.exploded.replace(":", "")
        for digits in (nibbles, nibbles[::-1]):
            yield r"[.\-_]?".join(digits)
        yield _whole(r"[.\-_]".join(f"0*{int(group, 16):x}" for group in a.exploded.split(":")), "[0-9a-f]")
        yield _whole(re.escape(a.compressed.replace(":", "-")), "[0-9a-f]")


def _whole(pattern: str, digit: str) -> str:
    """The pattern where no further digit precedes or follows."""
    return rf"(?<!{digit}){pattern}(?!{digit})"


def a_labels(name: str) -> str | None:
    """The name with A-labels in place of its U-labels (RFC 5890 section 2.3), None where there are none. A name too
    long in U-labels is longer still in A-labels; it stays as it is, to be told as such."""
    if len(name) > 254:
        return name
    import idna  # noqa: PLC0415 - its tables are large and few names need them

    try:
        labels = idna.uts46_remap(name, std3_rules=False, transitional=False).removesuffix(".").split(".")
        return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels)
    except UnicodeError:  # idna.IDNAError is one
        return None
