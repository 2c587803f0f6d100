"""A name server on loopback, UDP and TCP, in front of any resolver; dnspython writes and reads the messages.

To its clients it is a recursive resolver for the whole Internet, so it follows aliases and never refers to
others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Self

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from deliverkit.lab.faults import Fault, Faulty, Kind
from deliverkit.model.answer import Answer, Question, Rdata, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import ancestors
from deliverkit.resolver.wire import name_text, to_name, to_rdata

HOST = "127.0.0.1"

_HEADER_SIZE = 12  # RFC 1035 section 4.1.1
_RESPONSE = 0x80  # QR, in the third octet
_OPCODE_AND_RD = 0x79
_PLAIN_UDP = 512  # RFC 1035 section 2.3.4
_LARGEST_UDP = 4096
_LARGEST_TCP = 65535
_DEFAULT_TTL = 3600

_RCODES = {
    Status.OK: dns.rcode.NOERROR,
    Status.NODATA: dns.rcode.NOERROR,
    Status.NXDOMAIN: dns.rcode.NXDOMAIN,
    Status.SERVFAIL: dns.rcode.SERVFAIL,
    Status.REFUSED: dns.rcode.REFUSED,
    Status.UNRECORDED: dns.rcode.SERVFAIL,
}
"""TIMEOUT has none: the server keeps silent."""

_BINDINGS = 20  # tries to find one port that is free for both UDP and TCP


class NameServer:
    """Serves ``world`` while its ``async with`` block runs, to whoever asks on 127.0.0.1.

    ``faults``: what goes wrong on purpose. ``delay``: seconds before every answer. ``port``: 0 takes a free
    one. Entering raises OSError where the port is taken.
    """

    def __init__(
        self, world: Resolver, faults: Sequence[Fault] = (), delay: float = 0.0, *, port: int = 0
    ) -> None:
        everywhere = (Fault(Kind.DELAY, "", delay),) if delay else ()
        self._world = world
        self._faulty = Faulty((*faults, *everywhere), world)
        self._truncated = tuple(fault for fault in faults if fault.kind is Kind.TRUNCATE)
        self._port = port
        self._soas: dict[str, list[dns.rrset.RRset]] = {}
        self._running: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, the same for UDP and TCP; the port is 0 until the server has started."""
        return HOST, self._port

    async def __aenter__(self) -> Self:
        fixed = self._port
        for left in reversed(range(_BINDINGS)):
            self._tcp = await asyncio.start_server(self._connection, HOST, fixed)
            port = self._tcp.sockets[0].getsockname()[1]
            try:
                self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: _Datagrams(self), local_addr=(HOST, port)
                )
            except OSError:
                self._tcp.close()
                if fixed or not left:
                    raise
            else:
                self._port = port
                break
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._udp.close()
        self._tcp.close()
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._tcp.wait_closed()

    def datagram(self, packet: bytes, client: tuple[str, int]) -> None:
        """A query came over UDP: answer it in a task of its own, so that nobody waits for a slow answer."""
        self._start(self._answer_datagram(packet, client))

    async def _answer_datagram(self, packet: bytes, client: tuple[str, int]) -> None:
        reply = await self._reply(packet, udp=True)
        if reply is not None:
            self._udp.sendto(reply, client)

    def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._start(self._answer_connection(reader, writer))

    async def _answer_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 7766: as many queries as the client likes, each after two octets of length."""
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                reply = await self._reply(await reader.readexactly(size), udp=False)
                if reply is not None:
                    writer.write(len(reply).to_bytes(2, "big") + reply)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has hung up, as it may at any time
        finally:
            writer.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _reply(self, packet: bytes, *, udp: bool) -> bytes | None:
        """The reply to a packet; None is silence."""
        if len(packet) < _HEADER_SIZE or packet[2] & _RESPONSE:
            return None
        try:
            query = dns.message.from_wire(packet)
        except Exception:  # noqa: BLE001 - anybody can send anything, and every way to be malformed ends here
            return _format_error(packet)
        response = await self._respond(query, udp=udp)
        if response is None:
            return None
        largest = min(max(query.payload, _PLAIN_UDP), _LARGEST_UDP) if udp else _LARGEST_TCP
        # In the order of the zone, where real servers rotate: a lab should show the same thing twice.
        return response.to_wire(max_size=largest, prefer_truncation=True, want_shuffle=False)

    async def _respond(self, query: dns.message.Message, *, udp: bool) -> dns.message.Message | None:
        response = dns.message.make_response(query, recursion_available=True, our_payload=_LARGEST_UDP)
        refusal = _refusal(query)
        if refusal is not None:
            response.set_rcode(refusal)
            return response
        asked = query.question[0]
        unchecked = bool(query.flags & dns.flags.CD)
        question = Question(name_text(asked.name), dns.rdatatype.to_text(asked.rdtype), unchecked=unchecked)
        if not query.flags & dns.flags.RD:
            response.flags |= dns.flags.AA  # to who asks no resolver, it is the name server of every zone
        answer = await self._faulty.ask(question)
        if answer.status is Status.TIMEOUT:
            return None
        if udp and any(fault.covers((question.name, *answer.aliases)) for fault in self._truncated):
            response.flags |= dns.flags.TC
            return response
        response.set_rcode(_RCODES[answer.status])
        if answer.authenticated:
            response.flags |= dns.flags.AD
        try:
            response.answer.extend(_chain(asked, answer))
            if answer.settled and not answer.records:
                response.authority.extend(await self._soa(answer))
        except ValueError:
            response.set_rcode(dns.rcode.SERVFAIL)  # the world holds a value that DNS cannot carry
            response.answer.clear()
        return response

    async def _soa(self, answer: Answer) -> list[dns.rrset.RRset]:
        """What makes a negative answer cacheable (RFC 2308 section 3): the SOA of the zone it comes from."""
        name = answer.aliases[-1] if answer.aliases else answer.question.name
        for zone in (name, *ancestors(name)):
            if zone not in self._soas:
                soa = await self._world.ask(Question(zone, "SOA"))
                here = soa.records and not soa.aliases
                self._soas[zone] = [_rrset(zone, "SOA", soa.records, soa.ttl)] if here else []
            if self._soas[zone]:
                return self._soas[zone]
        return []


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._server.datagram(data, addr)


def _format_error(packet: bytes) -> bytes:
    """FORMERR, made of the one part of the packet that can be trusted to be there: its header."""
    flags = bytes((_RESPONSE | packet[2] & _OPCODE_AND_RD, 0x80 | dns.rcode.FORMERR))
    return packet[:2] + flags + bytes(_HEADER_SIZE - 4)


def _refusal(query: dns.message.Message) -> dns.rcode.Rcode | None:
    """The response code for what is not an ordinary question, None for what is."""
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if query.edns > 0:
        return dns.rcode.BADVERS  # RFC 6891 section 6.1.3
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    if query.question[0].rdclass != dns.rdataclass.IN:
        return dns.rcode.REFUSED
    if dns.rdatatype.is_metatype(query.question[0].rdtype):
        return dns.rcode.NOTIMP
    return None


def _chain(asked: dns.rrset.RRset, answer: Answer) -> list[dns.rrset.RRset]:
    """The aliases, one CNAME each, and the records they lead to. Raises ValueError for an impossible value."""
    rrsets = []
    owner = asked.name.to_text()
    for alias in answer.aliases:
        rrsets.append(_rrset(owner, "CNAME", (alias,), answer.ttl))
        owner = alias
    if answer.records:
        rrsets.append(_rrset(owner, answer.question.rtype, answer.records, answer.ttl))
        if answer.signatures:
            rrsets.append(_rrset(owner, "RRSIG", answer.signatures, answer.ttl))
    return rrsets


def _rrset(name: str, rtype: str, values: Sequence[Rdata], ttl: int | None) -> dns.rrset.RRset:
    rdatas = [to_rdata(rtype, value) for value in values]
    return dns.rrset.from_rdata_list(to_name(name), _DEFAULT_TTL if ttl is None else ttl, rdatas)
