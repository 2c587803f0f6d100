"""The door for ``HOST STARTTLS``: how a mail host greets and encrypts (RFC 3207), as an answer that can be kept."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.servers import parse_server
from deliverkit.smtp import certificate
from deliverkit.smtp.addresses import is_public
from deliverkit.smtp.session import Call, Session, Step, Tls, converse

_PORT = 25
_MAX_ADDRESSES = 4
_STATUS = {"timeout": Status.TIMEOUT, "unreachable": Status.TIMEOUT, "refused": Status.REFUSED}


class StartTls:
    """Connects to the mail host that a question names and says EHLO, STARTTLS, EHLO and QUIT, nothing else.

    The answer is OK where the host took EHLO. Its records are words ``key=value`` in this order: ``banner`` (the text
    of the 220 reply), ``starttls`` (``offered``, ``not-offered``, or ``refused`` where the offer was not kept), and
    where TLS was made ``protocol``, ``verified`` (``yes`` or ``no``), ``why`` (only with ``no``), ``names`` (of the
    certificate, with commas), ``expires`` (YYYY-MM-DD), ``spki-sha256``, ``cert-sha256``, ``spki-sha512`` and
    ``cert-sha512`` (hex, RFC 6698) and ``cert`` (DER in base64). An offer that came to no TLS has none of these, and
    ``detail`` says why. All of it is the host's word and hostile. Where the host could not be talked to, the answer
    is not settled.

    ``below`` is asked for the host's addresses. ``helo``: the name to say. ``routes``: from an address to where it
    really is, ``HOST:PORT`` (lab and tests); other addresses are connected to on port 25, and only if they are public.
    ``stage`` and ``total``: seconds for one stage and for one question.
    """

    def __init__(
        self,
        below: Resolver,
        helo: str,
        *,
        routes: Mapping[str, str] | None = None,
        stage: float = 10.0,
        total: float = 20.0,
    ) -> None:
        self._below = below
        self._helo = helo
        self._routes = routes or {}
        self._stage = stage
        self._total = total

    async def ask(self, question: Question) -> Answer:
        """Never raises for what the host or the network does."""
        deadline = asyncio.get_running_loop().time() + self._total
        asked = await asyncio.gather(
            *(self._below.ask(Question(question.name, rtype)) for rtype in ("AAAA", "A"))
        )
        addresses = tuple(a for answer in asked for a in answer.names if answer.status is Status.OK)
        if not addresses:
            unsettled = next((answer for answer in asked if not answer.settled), None)
            if unsettled is not None:
                return Answer(question, unsettled.status, detail=f"no answer to {unsettled.question}")
            return Answer(question, Status.SERVFAIL, detail="the host has no address")
        answer = Answer(question, Status.REFUSED, detail="no address of the host is a public one")
        for address in addresses[:_MAX_ADDRESSES]:
            if address not in self._routes and not is_public(address):
                continue
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            answer = await self._talk(question, address, left)
            if answer.settled:
                break
        return answer

    async def _talk(self, question: Question, address: str, left: float) -> Answer:
        where, port = address, _PORT
        if address in self._routes:
            where, port = parse_server(self._routes[address])
        call = Call(question.name, where, port, self._helo, stage=self._stage, total=left)
        session = await converse(call)
        told = _answer(question, session)
        return replace(
            told, origin=Origin(f"[{address}]:{_PORT}" if ":" in address else f"{address}:{_PORT}")
        )


def _answer(question: Question, session: Session) -> Answer:
    banner = session.step("banner")
    greeted = any(s.ok for s in session.steps if s.name in ("ehlo", "helo"))
    if banner is None or banner.reply is None or not greeted:
        return _not_settled(question, session)
    words = [f"banner={banner.reply.text}"]
    start, tls = session.step("starttls"), session.step("tls")
    failed = next((s for s in (start, tls) if s is not None and not s.ok), None)
    if failed is not None and failed.trouble in ("timeout", "cut"):
        return _not_settled(question, session)
    if start is None:
        words.append("starttls=not-offered")
    elif not start.ok:
        words.append("starttls=refused")
    else:
        words.append("starttls=offered")
    if session.tls is not None:
        words.extend(_of_tls(session.tls))
    return Answer(question, Status.OK, tuple(words), detail=_what(failed) if failed else "")


def _not_settled(question: Question, session: Session) -> Answer:
    """By what ended the conversation; a host that refuses us before EHLO tells nothing of how it encrypts."""
    last = next((s for s in session.steps if not s.ok and s.name not in ("helo", "quit")), session.steps[-1])
    status = Status.REFUSED if last.reply is not None else _STATUS.get(last.trouble, Status.SERVFAIL)
    return Answer(question, status, detail=_what(last))


def _what(step: Step) -> str:
    said = step.reply.verbatim[0] if step.reply else " ".join(filter(None, (step.trouble, step.detail)))
    return f"{step.name}: {said}"


def _of_tls(tls: Tls) -> Iterator[str]:
    yield f"protocol={tls.protocol}"
    yield f"verified={'yes' if tls.verified else 'no'}"
    if not tls.verified:
        yield f"why={tls.why}"
    found = certificate.read(tls.certificate)
    if found is not None:
        yield f"names={','.join(found.names)}"
        yield f"expires={found.expires}"
        for algorithm in ("sha256", "sha512"):
            for selector in ("spki", "cert"):
                yield f"{selector}-{algorithm}={found.digest(selector, algorithm)}"
    yield f"cert={base64.b64encode(tls.certificate).decode('ascii')}"
