"""Questions that no name server answers go to their own door, which is built when somebody knocks."""

from __future__ import annotations

import asyncio

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.beyond import Beyond, OnDemand
from tests.resolver.fakes import Scripted

PAGE = Question("https://mta-sts.example.com/.well-known/mta-sts.txt", "GET")
HOST = Question("mail.example.com", "A")


def test_each_question_goes_to_its_own_door() -> None:
    below = Scripted({}, Status.NXDOMAIN)
    pages = Scripted({str(PAGE): [Answer(PAGE, Status.OK, ("200", "text/plain", ""))]})
    resolver = Beyond(below, {"GET": pages})
    assert asyncio.run(resolver.ask(PAGE)).records[0] == "200"
    assert asyncio.run(resolver.ask(HOST)).status is Status.NXDOMAIN
    assert (pages.asked, below.asked) == ([PAGE], [HOST])


def test_without_a_door_the_resolver_below_has_to_say_so() -> None:
    below = Scripted({}, Status.SERVFAIL)
    assert asyncio.run(Beyond(below, {}).ask(PAGE)).status is Status.SERVFAIL


def test_a_door_is_built_once_and_not_before_it_is_needed() -> None:
    built: list[Scripted] = []

    def build() -> Scripted:
        built.append(Scripted({}, Status.TIMEOUT))
        return built[-1]

    resolver = Beyond(Scripted({}, Status.NXDOMAIN), {"GET": OnDemand(build)})
    asyncio.run(resolver.ask(HOST))
    assert built == []
    asyncio.run(resolver.ask(PAGE))
    asyncio.run(resolver.ask(PAGE))
    assert [door.asked for door in built] == [[PAGE, PAGE]]
