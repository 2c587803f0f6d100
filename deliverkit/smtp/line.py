"""One TCP connection to a mail host: commands out, replies in, STARTTLS in between (RFC 3207)."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import Awaitable
from typing import TypeVar

from deliverkit.smtp.reply import Malformed, Replies, Reply, text

VERBS = frozenset({"EHLO", "HELO", "STARTTLS", "MAIL", "RCPT", "RSET", "QUIT"})
"""All that is ever said. DATA and BDAT are not among them: nothing is sent to the mailbox."""

_PIECE = 16384
_T = TypeVar("_T")


class Trouble(Exception):
    """The connection is of no more use. ``key``: ``timeout``, ``refused``, ``unreachable``, ``cut``, ``injected``,
    ``unasked``, ``tls-unverified``, ``tls-failed`` or a key of `Malformed`. ``detail``: what came or what the system
    says, to be cleaned before it is shown."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.detail = detail


class Line:
    """``stage``: seconds for one command and its whole reply; ``deadline``: the loop's time at which all ends."""

    def __init__(self, stage: float, deadline: float) -> None:
        self._stage = stage
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._replies = Replies()
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    @property
    def tls(self) -> ssl.SSLObject | None:
        return self._tls

    def hurry(self, stage: float) -> None:
        """Wait no longer than ``stage`` seconds for each reply from now on."""
        self._stage = min(self._stage, stage)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def connect(self, address: str, port: int) -> None:
        """Raises Trouble."""
        family = socket.AF_INET if ipaddress.ip_address(address).version == 4 else socket.AF_INET6
        try:
            self._socket = socket.socket(family, socket.SOCK_STREAM)
            self._socket.setblocking(False)
            await self._timed(asyncio.get_running_loop().sock_connect(self._socket, (address, port)))
        except ConnectionRefusedError as error:
            raise Trouble("refused", _said(error)) from None
        except OSError as error:
            raise Trouble("unreachable", _said(error)) from None

    async def reply(self) -> Reply:
        """The next whole reply. Raises Trouble."""
        return await self._timed(self._reply())

    async def ask(self, command: str) -> Reply:
        """Say ``command``, one of VERBS with its arguments, and take the reply. Raises Trouble.

        A reply that came before it was asked for is never taken for the answer: it could be a forgery from before
        TLS, and all later ones would be told one command late. Only 421 may come unasked (RFC 5321 section 3.8).
        """
        if command.partition(" ")[0] not in VERBS or not all(c >= " " and c != "\x7f" for c in command):
            raise ValueError(f"{command!a} is no command that this client says")
        self._glance()
        if self._replies.waiting:
            early = await self.reply()
            if early.code == 421:
                return early
            raise Trouble("unasked", early.verbatim[0])
        return await self._timed(self._exchange(command.encode("utf-8") + b"\r\n"))

    async def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """After the 220 to STARTTLS. What came in clear text behind that reply is refused: it was not the server's
        word over TLS (RFC 3207 section 4.2 has the client discard all it knew). Raises Trouble."""
        if self._replies.waiting:
            raise Trouble("injected", text(self._replies.waiting[:300]))
        try:
            tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
            await self._timed(self._handshake(tls))
        except ssl.SSLCertVerificationError as error:
            raise Trouble("tls-unverified", error.verify_message) from None
        except ssl.SSLError as error:
            raise Trouble("tls-failed", error.reason or _said(error)) from None
        except ValueError as error:  # a name that TLS cannot carry (UnicodeError is one)
            raise Trouble("tls-failed", str(error)) from None
        self._tls = tls

    async def _handshake(self, tls: ssl.SSLObject) -> None:
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                self._incoming.write(await self._receive())
            else:
                return await self._flush()

    async def _exchange(self, octets: bytes) -> Reply:
        if self._tls is None:
            await self._send(octets)
        else:
            self._tls.write(octets)
            await self._flush()
        return await self._reply()

    async def _reply(self) -> Reply:
        while True:
            try:
                reply = self._replies.take()
            except Malformed as wrong:
                raise Trouble(wrong.key, wrong.came) from None
            if reply is not None:
                return reply
            self._replies.feed(self._clear(await self._receive()))

    def _glance(self) -> None:
        """What has come in the meantime, without waiting."""
        try:
            piece = self._open.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise Trouble("cut", _said(error)) from None
        if not piece:
            raise Trouble("cut")
        self._replies.feed(self._clear(piece))

    def _clear(self, piece: bytes) -> bytes:
        if self._tls is None:
            return piece
        self._incoming.write(piece)
        plain = bytearray()
        try:
            while read := self._tls.read(_PIECE):
                plain += read
        except ssl.SSLWantReadError:
            return bytes(plain)
        except ssl.SSLError as error:
            if not plain:
                raise Trouble("cut", error.reason or _said(error)) from None
        else:
            if not plain:
                raise Trouble("cut")
        return bytes(plain)

    async def _flush(self) -> None:
        if octets := self._outgoing.read():
            await self._send(octets)

    async def _send(self, octets: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._open, octets)
        except OSError as error:
            raise Trouble("cut", _said(error)) from None

    async def _receive(self) -> bytes:
        try:
            piece = await asyncio.get_running_loop().sock_recv(self._open, _PIECE)
        except OSError as error:
            raise Trouble("cut", _said(error)) from None
        if not piece:
            raise Trouble("cut", text(self._replies.waiting[:300]))
        return piece

    @property
    def _open(self) -> socket.socket:
        if self._socket is None:
            raise Trouble("cut")
        return self._socket

    async def _timed(self, work: Awaitable[_T]) -> _T:
        """Bounded by the stage, and by the deadline of all stages together."""
        until = min(asyncio.get_running_loop().time() + self._stage, self._deadline)
        try:
            async with asyncio.timeout_at(until):
                return await work
        except TimeoutError:
            raise Trouble("timeout", text(self._replies.waiting[:300])) from None


def _said(error: OSError) -> str:
    # asyncio puts sentences of its own in place of the system's.
    return os.strerror(error.errno) if error.errno else error.strerror or type(error).__name__
