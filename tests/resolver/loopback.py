"""A tiny name server on a free port of 127.0.0.1, whose answers (and misbehaviour) a test scripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Packet = dns.message.Message | bytes

Script = Callable[[dns.message.Message, str], Packet | Sequence[Packet] | None]
"""From the query and the transport (``udp`` or ``tcp``) to what goes back: packets, or None for silence."""


@dataclass
class Server:
    address: str
    heard: list[tuple[str, dns.message.Message]] = field(default_factory=list)

    @property
    def transports(self) -> list[str]:
        return [transport for transport, _ in self.heard]


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Server]:
    """UDP and TCP on one port; after its packets a TCP connection is closed."""
    loop = asyncio.get_running_loop()
    server = Server("")

    def replies_to(wire: bytes, transport: str) -> list[bytes] | None:
        query = dns.message.from_wire(wire)
        server.heard.append((transport, query))
        said = script(query, transport)
        if said is None:
            return None
        packets = [said] if isinstance(said, dns.message.Message | bytes) else said
        return [p.to_wire(max_size=65535) if isinstance(p, dns.message.Message) else p for p in packets]

    class Udp(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.DatagramTransport, transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for reply in replies_to(data, "udp") or ():
                self.transport.sendto(reply, addr)

    async def tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            size = int.from_bytes(await reader.readexactly(2), "big")
            replies = replies_to(await reader.readexactly(size), "tcp")
            if replies is None:
                await reader.read()  # until the client gives up
            for reply in replies or ():
                writer.write(len(reply).to_bytes(2, "big") + reply)
            await writer.drain()
        finally:
            writer.close()

    for left in reversed(range(20)):  # a port that is free for TCP may be taken for UDP
        listener = await asyncio.start_server(tcp, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        try:
            transport, _ = await loop.create_datagram_endpoint(Udp, local_addr=("127.0.0.1", port))
            break
        except OSError:
            listener.close()
            if not left:
                raise
    server.address = f"127.0.0.1:{port}"
    try:
        yield server
    finally:
        transport.close()
        listener.close()
        await listener.wait_closed()


def answer(query: dns.message.Message, *records: str, rcode: str = "NOERROR") -> dns.message.Message:
    """A response whose answer section holds ``records``, each as ``NAME TTL TYPE VALUE``."""
    response = dns.message.make_response(query, recursion_available=True)
    response.set_rcode(dns.rcode.from_text(rcode))
    response.answer.extend(rrset(*record.split(" ", 3)) for record in records)
    return response


def rrset(name: str, ttl: str, rtype: str, value: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, int(ttl), "IN", rtype, value)


def truncated(query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.flags |= dns.flags.TC
    return response
