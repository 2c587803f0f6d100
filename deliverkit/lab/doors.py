"""What answers in the lab in place of web servers and mail servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deliverkit.model.answer import Answer, Origin, Question, Status

_ORIGIN = Origin("lab")

SOUND = (
    "starttls=offered",
    "protocol=TLSv1.3",
    "verified=yes",
    "expires=2030-01-01",
    f"spki-sha256={'5a' * 32}",
    f"cert-sha256={'ce' * 32}",
)
"""How a mail server answers STARTTLS that nothing is said about, after its greeting."""


class Pages:
    """Answers ``GET``. ``pages``: from the URL to status code, content type and body. In place of the code may stand
    ``certificate`` for one that does not hold, or ``timeout``. What is not there has no host."""

    def __init__(self, pages: Mapping[str, tuple[str, str, str]]) -> None:
        self._pages = pages

    async def ask(self, question: Question) -> Answer:
        status, content_type, body = self._pages.get(question.name, ("", "", ""))
        answer = Answer(question, Status.OK, (status, content_type, body), origin=_ORIGIN)
        match status:
            case "":
                return replace(answer, status=Status.NXDOMAIN, records=(), detail="the host has no address")
            case "certificate":
                return replace(answer, status=Status.NODATA, records=(), detail="certificate has expired")
            case "timeout":
                return replace(answer, status=Status.TIMEOUT, records=())
        return answer


class MailServers:
    """Answers ``STARTTLS``. ``servers``: from the host to what it says after its greeting; all others are sound."""

    def __init__(self, servers: Mapping[str, Sequence[str]]) -> None:
        self._servers = servers

    async def ask(self, question: Question) -> Answer:
        host = question.name
        words = tuple(self._servers.get(host, (*SOUND, f"names={host}")))
        return Answer(question, Status.OK, (f"banner=220 {host} ESMTP", *words), origin=_ORIGIN)
