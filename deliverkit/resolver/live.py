"""The real DNS: UDP first, TCP where the answer does not fit, each server in turn until the time is up.

dnspython writes and reads the messages. Its own resolver is left out: it adds some 50 ms to the start (it
brings DNS over HTTPS along), takes a referral and an alias that was not followed for "no data", and sleeps
between rounds.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver.servers import parse_server, system_servers
from deliverkit.resolver.wire import from_rdata, impossible, name_text, to_name
from deliverkit.smtp.addresses import is_public

__all__ = ["Live", "parse_server"]

EDNS_PAYLOAD = 1232
"""Octets of UDP we accept (RFC 6891 section 6.2.3): the most that no network has to cut into fragments."""

MAX_ALIASES = 16
"""CNAMEs followed for one question; RFC 1034 section 3.6.2 asks only that loops be noticed."""

_TELLING = (Status.TIMEOUT, Status.REFUSED, Status.SERVFAIL)  # from the least to the most telling
_RESPONSE, _TRUNCATED = 0x80, 0x02  # QR and TC in the third octet (RFC 1035 section 4.1.1)
_HEADER_SIZE = 12


class Live:
    """Asks name servers over the network.

    ``nameservers``: ``HOST``, ``HOST:PORT`` or ``[V6]:PORT``; none means the system's own. ``timeout``: seconds
    to wait for one server; ``lifetime``: seconds for one question, all servers and repeats together.
    ``routes``: from the address of a server that a question names to where it really is, as for ``nameservers``
    (the lab's loopback). Without a route only public addresses are asked: the DNS of a stranger names them, who
    must not reach into the network of this machine.
    Raises ValueError where a name server is not an IP address with or without a port.
    """

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        timeout: float = 2.0,
        lifetime: float = 5.0,
        routes: Mapping[str, str] | None = None,
    ) -> None:
        self._routes = routes or {}
        self._servers = [_Server(*parse_server(text)) for text in nameservers or system_servers()]
        self._timeout = timeout
        self._lifetime = lifetime
        self._root: asyncio.Future[tuple[Answer, bool]] | None = None

    async def ask(self, question: Question) -> Answer:
        """Never raises: trouble is the Status, and ``detail`` names each server and what it did."""
        deadline = asyncio.get_running_loop().time() + self._lifetime
        answer, dangling = await self._ask_servers(question, deadline)
        while dangling and len(answer.aliases) <= MAX_ALIASES:
            # An authoritative server stops where a CNAME leaves its zones; what lies there is not NODATA.
            rest, dangling = await self._ask_servers(
                replace(question, name=answer.aliases[-1], at=""), deadline
            )
            answer = replace(
                rest,
                question=question,
                aliases=answer.aliases + rest.aliases,
                ttl=min((t for t in (answer.ttl, rest.ttl) if t is not None), default=None),
                authenticated=answer.authenticated and rest.authenticated,
            )
        if question.at:
            return _endless(answer) if dangling else answer
        bare = answer.status is Status.NXDOMAIN and answer.ttl is None and bool(answer.origin.source)
        if bare and await self._root_is_denied():
            # A resolver cut off from the Internet may deny every name; that says nothing about this one.
            return replace(
                answer, status=Status.REFUSED, detail="denies that even the root of the DNS exists"
            )
        return _endless(answer) if dangling else answer

    async def _root_is_denied(self) -> bool:
        """Whether these servers deny the root, which exists in every DNS. Asked once, and only after a denial
        without the SOA that RFC 2308 section 3 wants beside it."""
        if self._root is None:
            deadline = asyncio.get_running_loop().time() + self._lifetime
            self._root = asyncio.ensure_future(self._ask_servers(Question("", "SOA"), deadline))
        answer, _ = await asyncio.shield(self._root)
        return answer.status is Status.NXDOMAIN

    async def _ask_servers(self, question: Question, deadline: float) -> tuple[Answer, bool]:
        """The answer, and whether it ends in an alias that the server did not follow."""
        try:
            name = to_name(question.name)
        except ValueError as error:
            return impossible(question, str(error)), False
        rdtype = _rdtype(question.rtype)
        if rdtype is None:
            return Answer(question, Status.SERVFAIL, detail="there is no such type to ask for"), False
        # AD in a query asks whether the answer was validated, without the weight of DNSSEC records (RFC 6840
        # section 5.7).
        flags = dns.flags.AD if question.at else dns.flags.AD | dns.flags.RD
        if question.unchecked:
            flags |= dns.flags.CD
        query = dns.message.make_query(
            name,
            rdtype,
            use_edns=0,
            # The signatures only where they are to be looked at: they make answers long.
            want_dnssec=question.unchecked,
            payload=EDNS_PAYLOAD,
            flags=flags,
        )
        known = self._servers
        if question.at:
            if question.at not in self._routes and not is_public(question.at):
                detail = f"{question.at} is no public address, and was not asked"
                return Answer(question, Status.TIMEOUT, detail=detail), False
            known = [_Server(*parse_server(self._routes.get(question.at, question.at)))]
        if not known:
            return Answer(question, Status.TIMEOUT, detail="this machine has no name server set up"), False
        failures: list[_Failure] = []
        servers = list(known)
        while servers:
            for server in tuple(servers):
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return _most_telling(question, failures), False
                result = await _Attempt(server, question, query).within(min(self._timeout, left))
                if not isinstance(result, _Failure):
                    return result.answer, result.dangling
                failures.append(result)
                if not result.silent:
                    servers.remove(server)
                elif known[0] is server:
                    # Else every later question would wait for the same dead server first.
                    known.append(known.pop(0))
        return _most_telling(question, failures), False


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Failure:
    """One server's failure. ``silent``: asking it once more may help, for a packet may have been lost."""

    server: _Server
    status: Status
    detail: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Success:
    answer: Answer
    dangling: bool = False


def _rdtype(rtype: str) -> dns.rdatatype.RdataType | None:
    try:
        rdtype = dns.rdatatype.from_text(rtype)
    except (dns.exception.DNSException, ValueError):
        return None
    return None if dns.rdatatype.is_metatype(rdtype) else rdtype


@dataclass(slots=True)
class _Attempt:
    """One question to one server."""

    server: _Server
    question: Question
    query: dns.message.QueryMessage
    over_tcp: bool = False

    async def within(self, seconds: float) -> _Success | _Failure:
        try:
            async with asyncio.timeout(seconds):
                response = await self._exchange()
        except TimeoutError:
            return self._failure(Status.TIMEOUT, f"gave no answer within {seconds:.2g} s", silent=True)
        except EOFError:
            return self._failure(Status.SERVFAIL, "closed the connection before the answer was complete")
        except OSError as error:
            return self._failure(Status.TIMEOUT, f"cannot be reached: {error.strerror or error}")
        except (dns.exception.DNSException, ValueError) as error:
            return self._failure(Status.SERVFAIL, f"sent an answer that cannot be read: {error}")
        if not self.query.is_response(response):
            return self._failure(Status.SERVFAIL, "answered another question")
        return _read(self.server, self.question, self.query.question[0], response)

    async def _exchange(self) -> dns.message.Message:
        response = await self._send()
        if response.rcode() == dns.rcode.FORMERR:
            # What a server answers that was written before EDNS (RFC 6891 section 7).
            asked = self.query.question[0]
            self.query = dns.message.make_query(asked.name, asked.rdtype)
            response = await self._send()
        return response

    async def _send(self) -> dns.message.Message:
        wire = self.query.to_wire()
        packet = await _udp(self.server, wire)
        if packet[2] & _TRUNCATED:
            self.over_tcp = True
            packet = await _tcp(self.server, wire)
            if packet[2] & _TRUNCATED:
                # RFC 2181 section 9 leaves no use for what is there: a record may be among what is not.
                raise ValueError("it is cut short even over TCP")
        return dns.message.from_wire(packet, ignore_trailing=True)

    def _failure(self, status: Status, detail: str, silent: bool = False) -> _Failure:
        if self.over_tcp:
            detail += " (over TCP, for the answer is too long for UDP)"
        return _Failure(self.server, status, detail, silent)


async def _udp(server: _Server, wire: bytes) -> bytes:
    """A socket of its own, hence a random port of its own, for every question (RFC 5452 section 9.2)."""
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((server.host, server.port))  # so the kernel drops what others send
        await loop.sock_sendall(sock, wire)
        while True:
            packet = await loop.sock_recv(sock, 65535)
            if len(packet) >= _HEADER_SIZE and packet[:2] == wire[:2] and packet[2] & _RESPONSE:
                return packet


async def _tcp(server: _Server, wire: bytes) -> bytes:
    """RFC 1035 section 4.2.2: two octets of length before each message."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(len(wire).to_bytes(2, "big") + wire)
        size = int.from_bytes(await reader.readexactly(2), "big")
        return await reader.readexactly(size)
    finally:
        writer.close()


def _read(
    server: _Server, question: Question, asked: dns.rrset.RRset, response: dns.message.Message
) -> _Success | _Failure:
    rcode = response.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        status = Status.REFUSED if rcode == dns.rcode.REFUSED else Status.SERVFAIL
        return _Failure(server, status, f"answered {_explained(response)}")
    if question.at and not response.flags & dns.flags.AA:
        # RFC 1912 section 2.8 calls it lame: named as a server of the zone, and not one.
        return _Failure(server, Status.REFUSED, "does not answer for this zone itself")
    sets = {
        (rrset.name, rrset.rdtype): rrset for rrset in response.answer if rrset.rdclass == dns.rdataclass.IN
    }
    path: list[dns.rrset.RRset] = []
    name = asked.name
    while not (found := sets.get((name, asked.rdtype))) and (alias := sets.get((name, dns.rdatatype.CNAME))):
        if len(path) == MAX_ALIASES:
            return _Failure(server, Status.SERVFAIL, _ENDLESS)
        path.append(alias)
        name = alias[0].target
    authority = {rrset.rdtype: rrset for rrset in response.authority}
    soa = authority.get(dns.rdatatype.SOA)
    ttls = [rrset.ttl for rrset in path]
    dangling = False
    if found:
        if rcode == dns.rcode.NXDOMAIN:
            return _Failure(
                server, Status.SERVFAIL, "says that the name does not exist, and gives its records"
            )
        status = Status.OK
        ttls.append(found.ttl)
    elif rcode == dns.rcode.NXDOMAIN:
        status = Status.NXDOMAIN
    else:
        status = Status.NODATA
        dangling = bool(path) and not soa
        if dns.rdatatype.NS in authority and not (path or soa or response.flags & dns.flags.AA):
            # RFC 2308 section 2.2: a referral, not a negative answer.
            return _Failure(server, Status.REFUSED, "names other servers instead of answering")
    if soa and not found:
        ttls.append(min(soa.ttl, soa[0].minimum))  # RFC 2308 section 5
    answer = Answer(
        question,
        status,
        records=tuple(from_rdata(rdata) for rdata in found or ()),
        ttl=min(ttls, default=None),
        aliases=tuple(name_text(alias[0].target) for alias in path),
        authenticated=bool(response.flags & dns.flags.AD),
        origin=Origin(str(server)),
        signatures=tuple(_signatures(response, name, asked.rdtype)) if question.unchecked else (),
    )
    return _Success(answer, dangling)


def _signatures(
    response: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> Iterator[str]:
    for rrset in response.answer:
        if (rrset.name, rrset.rdtype, rrset.covers) == (name, dns.rdatatype.RRSIG, rdtype):
            yield from (rdata.to_text() for rdata in rrset)


_ENDLESS = f"its aliases (CNAME) form a circle, or a chain of more than {MAX_ALIASES}"


def _endless(answer: Answer) -> Answer:
    return Answer(answer.question, Status.SERVFAIL, origin=answer.origin, detail=_ENDLESS)


def _explained(response: dns.message.Message) -> str:
    """The response code, with the server's own explanation where it gives one (RFC 8914)."""
    reasons = (option.to_text() for option in response.extended_errors())
    return ", ".join((dns.rcode.to_text(response.rcode()), *reasons))


def _most_telling(question: Question, failures: Sequence[_Failure]) -> Answer:
    if not failures:
        return Answer(question, Status.TIMEOUT, detail="no time was left to ask")
    worst = max(failures, key=lambda failure: _TELLING.index(failure.status))
    said = dict.fromkeys(f"{failure.server} {failure.detail}" for failure in failures)
    return Answer(question, worst.status, origin=Origin(str(worst.server)), detail="; ".join(said))
