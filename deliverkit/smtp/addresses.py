"""Which addresses a mail host that somebody else names may lead to."""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 section 2.1


def is_public(address: str) -> bool:
    """Whether the address is one of the public Internet, and so is the IPv4 address that it may carry inside.

    The DNS of a stranger names the mail host, so it must not lead into the network of whoever asks (RFC 6890).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(a.is_global and not a.is_multicast for a in (ip, *_inside(ip)) if not _carries(a))


def _carries(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """IPv4-mapped addresses never appear on the wire, and Python versions disagree about them."""
    return isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None


def _inside(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> tuple[ipaddress.IPv4Address, ...]:
    if isinstance(ip, ipaddress.IPv4Address):
        return ()
    nat64 = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
    return tuple(a for a in (ip.ipv4_mapped, ip.sixtofour, nat64, *(ip.teredo or ())) if a is not None)
