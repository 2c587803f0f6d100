"""Which addresses belong to the public Internet; what strangers name in their DNS may lead to no other."""

from __future__ import annotations

import ipaddress

DOCUMENTATION = tuple(
    ipaddress.ip_network(n)
    for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""RFC 5737, RFC 3849, RFC 9637."""

# All of IPv6 that has been given out so far; mapped, compatible and site-local addresses lie outside, as does what
# Python versions disagree about (RFC 4291 section 2.4, and IANA's registry of IPv6 address space).
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network(
    "64:ff9b::/96"
)  # RFC 6052 section 2.1; 64:ff9b:1::/48 is for local use (RFC 8215)


def is_public(address: str) -> bool:
    """Whether the address is one of the public Internet, and so is the IPv4 address that it may carry inside, to which
    a gateway on the way takes it (RFC 6890; RFC 6052 section 2.1, RFC 3056). False for what is no address.

    The DNS of a stranger names mail hosts, name servers and web servers: it must not lead into the network of
    whoever asks.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(ip in net for net in DOCUMENTATION if net.version == ip.version):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved)
    if ip.scope_id:
        return False
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if ip.sixtofour:
        return is_public(str(ip.sixtofour))
    return ip in _GIVEN_OUT and ip.is_global
