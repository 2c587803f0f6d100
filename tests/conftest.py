"""No test reaches the network: a connection or datagram to anything but loopback fails the test that made it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no counter-example: benchmarks measure time, tests do not.
settings.register_profile("deliverkit", deadline=None, print_blob=True)
settings.load_profile("deliverkit")


class NetworkTouched(AssertionError):
    """A test tried to reach beyond this machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    touched: list[object] = []

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address):
                touched.append(address)
                raise NetworkTouched(f"{name} to {address}")
            return real(self, *args)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    yield
    # The raise above may have been swallowed by a library that takes it for a network error.
    assert not touched, f"the network was touched: {touched}"


def _is_loopback(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return host == "localhost"
