"""Name servers as people write them, and those that this machine is set up with."""

from __future__ import annotations

import ipaddress
import re
import sys
from pathlib import Path


def parse_server(text: str) -> tuple[str, int]:
    """``192.0.2.53``, ``192.0.2.53:5353``, ``2001:db8::53`` or ``[2001:db8::53]:5353`` as host and port.

    Raises ValueError with a plain sentence that names what is wrong.
    """
    given = text.strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", given, re.DOTALL)
    if bracketed:
        host, port = bracketed.group(1), bracketed.group(2)
    elif given.count(":") == 1:
        host, _, port = given.partition(":")
    else:
        host, port = given, None
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(
            f"the name server {text!a} is not an IP address; "
            "write it like 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353"
        ) from None
    if port is None:
        return str(address), 53
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise ValueError(f"the port of the name server {text!a} is not a number from 1 to 65535")
    return str(address), int(port)


def system_servers(resolv_conf: Path = Path("/etc/resolv.conf")) -> tuple[str, ...]:
    """The name servers of this machine (resolv.conf(5), or the registry of Windows); none where it names none."""
    if sys.platform == "win32":
        import dns.exception  # noqa: PLC0415 - heavy, and only Windows needs it
        import dns.resolver  # noqa: PLC0415

        try:
            return tuple(str(server) for server in dns.resolver.Resolver().nameservers)
        except dns.exception.DNSException:
            return ()
    try:
        lines = resolv_conf.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    servers = (words[1] for words in map(str.split, lines) if len(words) > 1 and words[0] == "nameserver")
    return tuple(server for server in servers if _is_address(server))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
