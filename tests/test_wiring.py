"""What `wiring` composes, as far as it can be seen without a network."""

from __future__ import annotations

import asyncio

from deliverkit import wiring
from deliverkit.lab import world
from deliverkit.lab.server import NameServer
from deliverkit.model.answer import Answer, Question, Status


def test_pages_are_asked_for_over_the_same_resolver() -> None:
    """The lab has no public address, so that is where it ends; the addresses are asked once and kept."""

    async def run() -> tuple[Answer, tuple[Answer, ...]]:
        async with NameServer(world.zone()) as server:
            resolver = wiring.live([f"127.0.0.1:{server.address[1]}"], {})
            answer = await resolver.ask(Question("https://mail.healthy.example/Logo.svg", "GET"))
            return answer, resolver.answers

    answer, known = asyncio.run(run())
    assert answer.status is Status.NXDOMAIN
    assert answer.detail == "its addresses are not public: 203.0.113.1, 2001:db8:0:1::25"
    assert {str(a.question) for a in known} == {
        "mail.healthy.example A",
        "mail.healthy.example AAAA",
        "https://mail.healthy.example/Logo.svg GET",
    }


def test_the_lab_has_doors() -> None:
    async def run() -> tuple[Answer, Answer]:
        async with wiring.lab() as resolver:
            url = "https://mta-sts.mtasts-age-short.example/.well-known/mta-sts.txt"
            mail = await resolver.ask(Question("mail.healthy.example", "STARTTLS"))
            return await resolver.ask(Question(url, "GET")), mail

    page, mail = asyncio.run(run())
    assert page.records[:2] == ("200", "text/plain")
    assert mail.names[:2] == ("banner=220 mail.healthy.example ESMTP", "starttls=offered")
