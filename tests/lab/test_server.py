"""The lab's name server, asked by dnspython over real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset
import pytest

from deliverkit.lab.server import NameServer
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.live import Live
from deliverkit.resolver.zonefile import Zone

WORLD = Zone.from_text(
    f"""
$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 1 7200 3600 1209600 60
@ MX 20 b
@ MX 10 a
a 120 A 192.0.2.1
one 60 CNAME two
two 90 CNAME a
astray CNAME nobody
large TXT "{"x" * 250}" "{"y" * 250}" "{"z" * 250}"
huge TXT {" ".join(f'"{n:03d}{"x" * 247}"' for n in range(240))}
"""
    + "".join(f'many TXT "{n:03d}{"x" * 240}"\n' for n in range(20))
)

Exchange = Callable[[dns.message.Message, NameServer], Awaitable[dns.message.Message]]


class Fixed:
    """A world with one answer for everything."""

    def __init__(self, status: Status, *records: str, authenticated: bool = False) -> None:
        self.answer = Answer(Question("", "A"), status, records, authenticated=authenticated)

    async def ask(self, question: Question) -> Answer:
        return replace(self.answer, question=question)


async def udp(query: dns.message.Message, server: NameServer, timeout: float = 5) -> dns.message.Message:
    host, port = server.address
    return await dns.asyncquery.udp(query, host, timeout, port)


async def tcp(query: dns.message.Message, server: NameServer, timeout: float = 5) -> dns.message.Message:
    host, port = server.address
    return await dns.asyncquery.tcp(query, host, timeout, port)


BOTH = pytest.mark.parametrize("exchange", [udp, tcp])


def exchanged(
    query: dns.message.Message, exchange: Exchange = udp, world: Resolver = WORLD
) -> dns.message.Message:
    async def run() -> dns.message.Message:
        async with NameServer(world) as server:
            return await exchange(query, server)

    return asyncio.run(run())


def _lines(section: list[dns.rrset.RRset]) -> list[str]:
    return [line for rrset in section for line in rrset.to_text().split("\n")]


SOA = "example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 60"


@BOTH
@pytest.mark.parametrize(
    ("asked", "rcode", "answer", "authority"),
    [
        ("a.example.com A", dns.rcode.NOERROR, ["a.example.com. 120 IN A 192.0.2.1"], []),
        (
            "example.com MX",
            dns.rcode.NOERROR,
            ["example.com. 300 IN MX 20 b.example.com.", "example.com. 300 IN MX 10 a.example.com."],
            [],
        ),
        (
            "one.example.com A",
            dns.rcode.NOERROR,
            [
                "one.example.com. 60 IN CNAME two.example.com.",
                "two.example.com. 60 IN CNAME a.example.com.",
                "a.example.com. 60 IN A 192.0.2.1",
            ],
            [],
        ),
        (
            "one.example.com CNAME",
            dns.rcode.NOERROR,
            ["one.example.com. 60 IN CNAME two.example.com."],
            [],
        ),
        ("a.example.com AAAA", dns.rcode.NOERROR, [], [SOA]),
        ("nobody.example.com A", dns.rcode.NXDOMAIN, [], [SOA]),
        (
            "astray.example.com A",
            dns.rcode.NXDOMAIN,
            ["astray.example.com. 90 IN CNAME nobody.example.com."],
            [SOA],
        ),
        ("example.net A", dns.rcode.NXDOMAIN, [], []),
    ],
)
def test_answers(exchange: Exchange, asked: str, rcode: int, answer: list[str], authority: list[str]) -> None:
    name, rtype = asked.split()
    response = exchanged(dns.message.make_query(name, rtype), exchange)
    assert response.rcode() == rcode
    assert _lines(response.answer) == answer
    assert _lines(response.authority) == authority


def test_it_is_a_recursive_resolver() -> None:
    response = exchanged(dns.message.make_query("a.example.com", "A"))
    assert dns.flags.to_text(response.flags) == "QR RD RA"


def test_names_are_compared_without_case_and_given_back_as_asked() -> None:
    response = exchanged(dns.message.make_query("A.eXample.COM", "A"))
    assert response.question[0].name.to_text() == "A.eXample.COM."
    assert [str(rdata) for rdata in response.answer[0]] == ["192.0.2.1"]


def test_authenticated_data_is_marked() -> None:
    world = Fixed(Status.OK, "192.0.2.1", authenticated=True)
    assert exchanged(dns.message.make_query("example.com", "A"), world=world).flags & dns.flags.AD


@pytest.mark.parametrize(
    ("payload", "name", "count", "whole"),
    [
        (None, "large", 1, False),
        (512, "large", 1, False),
        (1232, "large", 1, True),
        (100, "large", 1, False),  # less than 512 means 512 (RFC 6891 section 6.2.3)
        (1232, "many", 20, False),
        (65535, "many", 20, False),  # more than the server sends in one datagram
        (65535, "huge", 1, False),
    ],
)
def test_what_does_not_fit_into_udp_is_truncated(
    payload: int | None, name: str, count: int, whole: bool
) -> None:
    edns = {"use_edns": False} if payload is None else {"use_edns": 0, "payload": payload}
    query = dns.message.make_query(f"{name}.example.com", "TXT", **edns)

    over_udp = exchanged(query, udp)
    over_tcp = exchanged(query, tcp)

    assert bool(over_udp.flags & dns.flags.TC) is not whole
    assert bool(over_udp.answer) is whole
    assert not over_tcp.flags & dns.flags.TC
    assert len(over_tcp.answer[0]) == count
    assert over_tcp.edns == over_udp.edns == (-1 if payload is None else 0)


@BOTH
@pytest.mark.parametrize(
    ("status", "rcode"),
    [
        (Status.SERVFAIL, dns.rcode.SERVFAIL),
        (Status.REFUSED, dns.rcode.REFUSED),
        (Status.UNRECORDED, dns.rcode.SERVFAIL),
    ],
)
def test_a_failing_world_shows_in_the_response_code(exchange: Exchange, status: Status, rcode: int) -> None:
    response = exchanged(dns.message.make_query("example.com", "A"), exchange, Fixed(status))
    assert (response.rcode(), response.answer, response.authority) == (rcode, [], [])


@BOTH
def test_a_timeout_of_the_world_is_silence(exchange: Callable[..., Awaitable[dns.message.Message]]) -> None:
    async def run() -> None:
        async with NameServer(Fixed(Status.TIMEOUT)) as server:
            with pytest.raises(dns.exception.Timeout):
                await exchange(dns.message.make_query("example.com", "A"), server, 0.2)

    asyncio.run(run())


def test_a_value_that_dns_cannot_carry_is_servfail() -> None:
    response = exchanged(dns.message.make_query("example.com", "A"), world=Fixed(Status.OK, "not an address"))
    assert (response.rcode(), response.answer) == (dns.rcode.SERVFAIL, [])


async def _raw_udp(packet: bytes, server: NameServer) -> bytes | None:
    """The reply; None where a good query that is sent behind the packet is answered first."""
    good = dns.message.make_query("a.example.com", "A", id=1).to_wire()
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[bytes] = asyncio.Queue()

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            came.put_nowait(data)

    transport, _ = await loop.create_datagram_endpoint(Client, remote_addr=server.address)
    try:
        transport.sendto(packet)
        transport.sendto(good)
        first = await asyncio.wait_for(came.get(), 5)
        return None if first[:2] == good[:2] else first
    finally:
        transport.close()


async def _raw_tcp(packet: bytes, server: NameServer) -> bytes | None:
    reader, writer = await asyncio.open_connection(*server.address)
    try:
        writer.write(len(packet).to_bytes(2, "big") + packet)
        size = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), 5), "big")
        return await reader.readexactly(size)
    finally:
        writer.close()


def _odd(rtype: str = "A", *, rdclass: str = "IN", edns: int = 0, questions: int = 1) -> dns.message.Message:
    query = dns.message.make_query("a.example.com", rtype, rdclass, use_edns=edns, id=7)
    query.question *= questions
    return query


def _notify() -> dns.message.Message:
    query = _odd()
    query.set_opcode(dns.opcode.NOTIFY)
    return query


@pytest.mark.parametrize("raw", [_raw_udp, _raw_tcp])
@pytest.mark.parametrize(
    ("query", "rcode"),
    [
        (_odd("ANY"), dns.rcode.NOTIMP),
        (_odd("AXFR"), dns.rcode.NOTIMP),
        (_odd(rdclass="CH"), dns.rcode.REFUSED),
        (_odd(edns=1), dns.rcode.BADVERS),
        (_odd(questions=0), dns.rcode.FORMERR),
        (_odd(questions=2), dns.rcode.FORMERR),
        (_notify(), dns.rcode.NOTIMP),
    ],
    ids=["ANY", "AXFR", "CH", "EDNS 1", "no question", "two questions", "NOTIFY"],
)
def test_what_is_not_an_ordinary_question(
    raw: Callable[[bytes, NameServer], Awaitable[bytes | None]], query: dns.message.Message, rcode: int
) -> None:
    async def run() -> dns.message.Message:
        async with NameServer(WORLD) as server:
            reply = await raw(query.to_wire(), server)
            assert reply is not None
            return dns.message.from_wire(reply)

    response = asyncio.run(run())
    assert (response.rcode(), response.id, response.answer) == (rcode, query.id, [])


QUERY = dns.message.make_query("a.example.com", "A", id=7).to_wire()
LABEL_LOOP = QUERY[:12] + b"\xc0\x0c" + QUERY[-4:]


@pytest.mark.parametrize(
    "packet",
    [
        QUERY[:20],
        QUERY + b"more",
        QUERY[:12] + b"\x7f" + QUERY[13:],
        LABEL_LOOP,
        QUERY[:12] + b"\xff" * 40,
        QUERY[:4] + b"\xff" * 8,
    ],
    ids=["cut off", "trailing octets", "bad label", "label loop", "noise", "counts without records"],
)
def test_a_malformed_query_is_a_format_error(packet: bytes) -> None:
    async def run() -> list[bytes | None]:
        async with NameServer(WORLD) as server:
            return [await _raw_udp(packet, server), await _raw_tcp(packet, server)]

    header = QUERY[:2] + b"\x81\x81" + bytes(8)
    assert asyncio.run(run()) == [header, header]


@pytest.mark.parametrize(
    "packet", [b"", b"x", QUERY[:11], QUERY[:2] + b"\x81" + QUERY[3:]], ids=["0", "1", "11", "response"]
)
def test_what_is_no_query_at_all_is_ignored(packet: bytes) -> None:
    """Above all a response: two servers that answered each other's would never stop."""

    async def run() -> bytes | None:
        async with NameServer(WORLD) as server:
            return await _raw_udp(packet, server)

    assert asyncio.run(run()) is None


def test_noise_does_not_kill_it() -> None:
    dice = random.Random(1035)

    async def run() -> dns.message.Message:
        async with NameServer(WORLD) as server:
            host, port = server.address
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=(host, port)
            )
            for _ in range(300):
                packet = bytearray(QUERY)
                for _ in range(4):
                    packet[dice.randrange(len(packet))] = dice.randrange(256)
                transport.sendto(bytes(packet))
                _, writer = await asyncio.open_connection(host, port)
                writer.write(dice.randbytes(dice.randrange(40)))
                writer.close()
            transport.close()
            return await tcp(dns.message.make_query("a.example.com", "A"), server)

    assert asyncio.run(run()).rcode() == dns.rcode.NOERROR


def test_a_hundred_questions_are_answered_at_once() -> None:
    class Meeting:
        """Answers nobody before a hundred have asked."""

        def __init__(self) -> None:
            self.present = asyncio.Barrier(100)

        async def ask(self, question: Question) -> Answer:
            await self.present.wait()
            return Answer(question, Status.OK, ("192.0.2.1",))

    async def run() -> list[Answer]:
        async with NameServer(Meeting()) as server:
            live = Live([f"127.0.0.1:{server.address[1]}"], timeout=20, lifetime=20)
            return await asyncio.gather(*(live.ask(Question(f"n{n}.example.com", "A")) for n in range(100)))

    assert [answer.names for answer in asyncio.run(run())] == [("192.0.2.1",)] * 100


def test_several_questions_over_one_connection() -> None:
    async def run() -> list[str]:
        async with NameServer(WORLD) as server:
            reader, writer = await asyncio.open_connection(*server.address)
            names = ["a.example.com", "nobody.example.com", "one.example.com"]
            for name in names:
                wire = dns.message.make_query(name, "A").to_wire()
                writer.write(len(wire).to_bytes(2, "big") + wire)
            rcodes = []
            for _ in names:
                size = int.from_bytes(await reader.readexactly(2), "big")
                response = dns.message.from_wire(await reader.readexactly(size))
                rcodes.append(dns.rcode.to_text(response.rcode()))
            writer.close()
            return rcodes

    assert asyncio.run(run()) == ["NOERROR", "NXDOMAIN", "NOERROR"]


def test_leaving_does_not_wait_for_open_questions() -> None:
    class Asleep:
        def __init__(self) -> None:
            self.woken = 0

        async def ask(self, question: Question) -> Answer:
            try:
                await asyncio.Event().wait()
            finally:
                self.woken += 1
            raise AssertionError

    async def run() -> int:
        world = Asleep()
        async with NameServer(world) as server:
            _, writer = await asyncio.open_connection(*server.address)
            writer.write(len(QUERY).to_bytes(2, "big") + QUERY)
            with pytest.raises(dns.exception.Timeout):
                await udp(dns.message.make_query("a.example.com", "A"), server, 0.2)
        writer.close()
        return world.woken

    assert asyncio.run(asyncio.wait_for(run(), 10)) == 2


def test_a_port_can_be_chosen_and_is_free_again_afterwards() -> None:
    async def run() -> None:
        async with NameServer(WORLD) as first:
            port = first.address[1]
            assert first.address == ("127.0.0.1", port)
            with pytest.raises(OSError, match="in use"):
                async with NameServer(WORLD, port=port):
                    pass
        async with NameServer(WORLD, port=port) as again:
            assert again.address == ("127.0.0.1", port)

    asyncio.run(run())


def test_the_live_resolver_sees_the_world_as_it_is() -> None:
    questions = [
        Question("example.com", "MX"),
        Question("one.example.com", "A"),
        Question("a.example.com", "TXT"),
        Question("nobody.example.com", "A"),
        Question("many.example.com", "TXT"),
        Question("huge.example.com", "TXT"),
    ]

    async def run() -> None:
        async with NameServer(WORLD) as server:
            live = Live([f"127.0.0.1:{server.address[1]}"])
            for question in questions:
                there, here = await live.ask(question), await WORLD.ask(question)
                assert (there.status, there.aliases) == (here.status, here.aliases)
                assert there.records == here.records

    asyncio.run(run())
