"""One conversation with one address of a mail host, and its account: every command with what came back."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from deliverkit.smtp.line import Line, Trouble
from deliverkit.smtp.reply import Reply

STAGE_SECONDS = 30.0
TOTAL_SECONDS = 120.0
"""RFC 5321 section 4.5.3.2 lets a sending server wait for minutes; a person does not."""

_FAREWELL_SECONDS = 5.0
_CLOSING = 421  # RFC 5321 section 3.8: may come to any command, and the connection ends
_NOT_KNOWN = (500, 502)  # RFC 5321 section 3.2: who does not know EHLO may know HELO


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to talk to and what to say. ``host``: the name to verify the certificate by. ``recipient`` None: no
    mail transaction, only EHLO and STARTTLS. ``sender``: '' is the null sender. ``utf8``: the addresses need
    SMTPUTF8 (RFC 6531). ``tls``: whether STARTTLS is used where it is offered. ``stage`` and ``total``: seconds."""

    host: str
    address: str
    port: int
    helo: str
    sender: str = ""
    recipient: str | None = None
    utf8: bool = False
    tls: bool = True
    stage: float = STAGE_SECONDS
    total: float = TOTAL_SECONDS


@dataclass(frozen=True, slots=True)
class Step:
    """``name``: ``connect``, ``banner``, ``ehlo``, ``helo``, ``starttls``, ``tls``, ``mail``, ``rcpt``, ``rset``
    or ``quit``. ``sent``: the command without its line end. Where there is no ``reply``, ``trouble`` is a key
    of `Trouble`, or ``no-smtputf8`` where the command could not be said; both are empty where the step went well
    and has no reply of its own (``connect``, ``tls``). ``encrypted``: whether the step went over TLS."""

    name: str
    sent: str = ""
    reply: Reply | None = None
    trouble: str = ""
    detail: str = ""
    encrypted: bool = False

    @property
    def ok(self) -> bool:
        return not self.trouble and (self.reply is None or self.reply.positive)


@dataclass(frozen=True, slots=True)
class Tls:
    """``why``: what OpenSSL holds against the certificate, '' where nothing. ``certificate``: the server's own, DER."""

    protocol: str
    cipher: str
    why: str
    certificate: bytes

    @property
    def verified(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Session:
    """``steps`` in the order they were taken. ``extensions``: the keyword lines of the last EHLO (RFC 5321 section
    4.1.1.1), without the greeting."""

    host: str
    address: str
    port: int
    steps: tuple[Step, ...]
    extensions: tuple[str, ...] = ()
    tls: Tls | None = None

    def step(self, name: str) -> Step | None:
        """The last step of that name."""
        return next((s for s in reversed(self.steps) if s.name == name), None)


async def converse(call: Call, tell: Callable[[Step], None] = lambda _: None) -> Session:
    """Talk up to RCPT, then RSET and QUIT; never raises for what the other side does. ``tell`` hears of every step.

    A certificate that does not verify is no reason to stop: senders encrypt all the same (RFC 7435). Python's
    TLS tells the reason only by breaking off, so then there is a second connection, which does not verify.
    """
    deadline = asyncio.get_running_loop().time() + call.total
    session = await _Talk(call, deadline, tell).run()
    unverified = session.step("tls")
    if unverified is not None and unverified.trouble == "tls-unverified":
        return await _Talk(call, deadline, tell, unverified.detail or "unknown").run()
    return session


class _Ended(Exception):
    """The conversation is over; its account says why."""


class _Talk:
    def __init__(self, call: Call, deadline: float, tell: Callable[[Step], None], why: str = "") -> None:
        self._call = call
        self._tell = tell
        self._why = why
        self._line = Line(call.stage, deadline)
        self._steps: list[Step] = []
        self._extensions: tuple[str, ...] = ()
        self._tls: Tls | None = None

    async def run(self) -> Session:
        try:
            await self._talk()
        except _Ended:
            pass
        finally:
            self._line.close()
        call = self._call
        return Session(call.host, call.address, call.port, tuple(self._steps), self._extensions, self._tls)

    async def _talk(self) -> None:
        await self._connect()
        if (await self._step("banner")).positive and await self._greet():
            await self._transaction()
        self._line.hurry(_FAREWELL_SECONDS)
        await self._step("quit", "QUIT")

    async def _greet(self) -> bool:
        if not await self._hello():
            return False
        if self._call.tls and "STARTTLS" in self._keywords:
            reply = await self._step("starttls", "STARTTLS")
            if reply.code == 220:
                await self._start_tls()
                return await self._hello()  # RFC 3207 section 4.2: all that was said before is forgotten
        return True

    async def _hello(self) -> bool:
        self._extensions = ()
        reply = await self._step("ehlo", f"EHLO {self._call.helo}")
        if reply.code in _NOT_KNOWN:
            return (await self._step("helo", f"HELO {self._call.helo}")).positive
        if reply.positive:
            self._extensions = reply.lines[1:]
        return reply.positive

    @property
    def _keywords(self) -> frozenset[str]:
        return frozenset(line.partition(" ")[0].upper() for line in self._extensions)

    async def _transaction(self) -> None:
        call = self._call
        if call.recipient is None:
            return
        parameter = " SMTPUTF8" if call.utf8 else ""
        command = f"MAIL FROM:<{call.sender}>{parameter}"
        if call.utf8 and "SMTPUTF8" not in self._keywords:
            # RFC 6531 section 3.1: without the extension such an address must not be sent.
            self._add(Step("mail", trouble="no-smtputf8"))
            return
        if (await self._step("mail", command)).positive:
            await self._step("rcpt", f"RCPT TO:<{call.recipient}>")
            self._line.hurry(_FAREWELL_SECONDS)
            await self._step("rset", "RSET")

    async def _connect(self) -> None:
        try:
            await self._line.connect(self._call.address, self._call.port)
        except Trouble as trouble:
            self._end("connect", "", trouble)
        self._add(Step("connect"))

    async def _start_tls(self) -> None:
        context = ssl.create_default_context()
        if self._why:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        try:
            await self._line.start_tls(context, self._call.host)
        except Trouble as trouble:
            self._end("tls", "", trouble)
        tls = self._line.tls
        if tls is not None:
            cipher = tls.cipher()
            certificate = tls.getpeercert(binary_form=True) or b""
            self._tls = Tls(tls.version() or "", cipher[0] if cipher else "", self._why, certificate)
        self._add(Step("tls", encrypted=True))

    async def _step(self, name: str, command: str = "") -> Reply:
        try:
            reply = await (self._line.ask(command) if command else self._line.reply())
        except Trouble as trouble:
            self._end(name, command, trouble)
        self._add(Step(name, command, reply, encrypted=self._line.tls is not None))
        if reply.code == _CLOSING:
            raise _Ended
        return reply

    def _end(self, name: str, command: str, trouble: Trouble) -> NoReturn:
        encrypted = self._line.tls is not None
        self._add(Step(name, command, None, trouble.key, trouble.detail, encrypted))
        raise _Ended

    def _add(self, step: Step) -> None:
        self._steps.append(step)
        self._tell(step)
