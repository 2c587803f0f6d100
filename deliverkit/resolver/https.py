"""The content of an HTTPS URL, as an answer: where MTA-STS policies and BIMI images stand."""

from __future__ import annotations

import asyncio
import http.client
import io
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.servers import parse_server
from deliverkit.smtp.addresses import is_public

LARGEST = 512 * 1024
"""Octets read of one response, header and all. A policy should keep below 64 KB (RFC 8461 section 3.2 leaves it to
the sender), an image below 32 KB (the BIMI drafts); a bundle of certificates is the longest."""

_PORT = 443
_MOST_ADDRESSES = 4  # tried one after another within the same time


class Https:
    """Answers ``GET``: one request to port 443, the certificate verified, no redirect followed (RFC 8461 section 3.3).

    OK has three records: the status code, the content type, and the body with each octet as one character
    (Latin-1), which is '' for every status code but 200. NXDOMAIN: the host has no address that could be reached
    from outside. NODATA: its certificate does not hold; ``detail`` says why. All else is not settled.

    ``below`` is asked for addresses. ``routes``: from an address to where it really is, as for ``Live``; only through
    a route is an address asked that is not public. ``context``: whom to trust, None for the system's own.
    ``timeout``: seconds for the whole exchange.
    """

    def __init__(
        self,
        below: Resolver,
        *,
        routes: Mapping[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        timeout: float = 5.0,
    ) -> None:
        self._below = below
        self._routes = routes or {}
        self._context = context
        self._timeout = timeout

    async def ask(self, question: Question) -> Answer:
        """Never raises: trouble is the Status, and ``detail`` says what it was."""
        try:
            url = _checked(question.name)
        except ValueError as error:
            return Answer(question, Status.REFUSED, detail=str(error))
        host = url.hostname or ""
        a, aaaa = await asyncio.gather(*(self._below.ask(Question(host, rtype)) for rtype in ("A", "AAAA")))
        addresses = [ip for ip in (*a.names, *aaaa.names) if ip in self._routes or is_public(ip)]
        if not addresses:
            return _nowhere(question, a, aaaa)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._first(question, url, addresses[:_MOST_ADDRESSES])
        except TimeoutError:
            detail = f"{host} gave no complete answer within {self._timeout:.2g} s"
            return Answer(question, Status.TIMEOUT, origin=Origin(addresses[0]), detail=detail)

    async def _first(self, question: Question, url: SplitResult, addresses: list[str]) -> Answer:
        """The answer of the first address that takes the connection."""
        answer = Answer(question, Status.TIMEOUT)
        for address in addresses:
            answer = await self._exchange(question, url, address)
            if answer.status is not Status.TIMEOUT:
                break
        return answer

    async def _exchange(self, question: Question, url: SplitResult, address: str) -> Answer:
        host, port = parse_server(self._routes[address]) if address in self._routes else (address, _PORT)
        origin = Origin(address)
        if self._context is None:
            self._context = ssl.create_default_context()
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8461 section 3.3, RFC 8996
        try:
            reader, writer = await asyncio.open_connection(
                host, port, ssl=self._context, server_hostname=url.hostname
            )
        except ssl.SSLCertVerificationError as error:
            return Answer(question, Status.NODATA, origin=origin, detail=f"{error.verify_message}")
        except ssl.SSLError as error:
            detail = f"{address} takes no TLS connection: {error.reason or error}"
            return Answer(question, Status.SERVFAIL, origin=origin, detail=detail)
        except OSError as error:
            detail = f"{address} cannot be reached: {error.strerror or error}"
            return Answer(question, Status.TIMEOUT, origin=origin, detail=detail)
        try:
            writer.write(_request(url))
            octets = await _all(reader)
        except (OSError, ValueError) as error:
            return Answer(question, Status.SERVFAIL, origin=origin, detail=f"{address}: {error}")
        finally:
            writer.transport.abort()
        if octets is None:
            detail = f"the answer is longer than the {LARGEST} octets that are read"
            return Answer(question, Status.REFUSED, origin=origin, detail=detail)
        try:
            return Answer(question, Status.OK, _parsed(octets), origin=origin)
        except (http.client.HTTPException, ValueError, OSError) as error:
            detail = f"{address} sent an answer that cannot be read: {error!r}"
            return Answer(question, Status.SERVFAIL, origin=origin, detail=detail)


def _checked(text: str) -> SplitResult:
    """Raises ValueError where the URL is not one to be asked for."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("the URL holds characters that no URL has")
    url = urlsplit(text)
    if url.scheme != "https" or not url.hostname or url.username is not None or url.port not in (None, _PORT):
        raise ValueError(f"only https://HOST/ is asked, on port {_PORT}")
    return url


def _nowhere(question: Question, *answers: Answer) -> Answer:
    unsettled = next((answer for answer in answers if not answer.settled), None)
    if unsettled is not None:
        detail = f"{unsettled.question}: {unsettled.detail or unsettled.status}"
        return Answer(question, unsettled.status, origin=unsettled.origin, detail=detail)
    found = ", ".join(ip for answer in answers for ip in answer.names)
    detail = f"its addresses are not public: {found}" if found else "the host has no address"
    return Answer(question, Status.NXDOMAIN, detail=detail)


def _request(url: SplitResult) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = (f"GET {target} HTTP/1.1", f"Host: {url.hostname}", "User-Agent: deliverkit", "Connection: close")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


async def _all(reader: asyncio.StreamReader) -> bytes | None:
    """Everything up to the end of the connection; None where that is too much."""
    parts: list[bytes] = []
    size = 0
    while chunk := await reader.read(65536):
        parts.append(chunk)
        size += len(chunk)
        if size > LARGEST:
            return None
    return b"".join(parts)


class _Received:
    """What came in, in the place of the socket that http.client reads from."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._octets)


def _parsed(octets: bytes) -> tuple[str, str, str]:
    response = http.client.HTTPResponse(_Received(octets))  # type: ignore[arg-type]
    response.begin()
    body = response.read() if response.status == http.client.OK else b""
    content_type = (response.getheader("Content-Type") or "").strip()
    return str(response.status), content_type, body.decode("latin-1")
