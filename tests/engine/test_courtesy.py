"""What a cold audit asks of the world: nothing twice, and nothing of a list that is dead."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import dns.message
import pytest

from deliverkit import wiring
from deliverkit.facts.blocklists import catalogue, closed
from deliverkit.lab import world
from deliverkit.lab.server import NameServer
from deliverkit.lab.world import LabStream
from deliverkit.model.answer import Answer, Question
from deliverkit.model.subject import Subject
from deliverkit.resolver.cached import Cached


class Counting:
    def __init__(self) -> None:
        self.asked: Counter[Question] = Counter()

    async def ask(self, question: Question) -> Answer:
        self.asked[question] += 1
        return await world.zone().ask(question)


def deep(subject: Subject) -> Subject:
    """With every further look, every list, and selectors to be guessed."""
    looks = ("authoritative", "dnsbl-direct", "selectors", "smtp")
    return replace(subject, looks=looks, blocklists=tuple(catalogue()), selectors=())


@pytest.mark.parametrize("stream", world.streams(), ids=lambda s: s.subject.domain)
@pytest.mark.parametrize("deeply", [False, True])
def test_no_question_is_asked_twice_and_no_dead_list(stream: LabStream, deeply: bool) -> None:
    counting = Counting()
    subject = deep(stream.subject) if deeply else stream.subject
    asyncio.run(wiring.examine_to_end(subject, Cached(counting)))
    assert len(counting.asked) >= 10
    assert {str(q): count for q, count in counting.asked.items() if count > 1} == {}
    assert [str(q) for q in counting.asked if closed(q.name)] == []


class Heard(NameServer):
    """Remembers every packet that comes in over UDP."""

    def __init__(self) -> None:
        super().__init__(world.zone())
        self.questions: Counter[str] = Counter()

    def datagram(self, data: bytes, peer: tuple[str, int]) -> None:
        self.questions[str(dns.message.from_wire(data).question[0])] += 1
        super().datagram(data, peer)


@pytest.mark.parametrize("name", ["healthy.example", "broken.example", "spf-too-many-lookups.example"])
def test_nor_on_the_wire(name: str) -> None:
    stream = world.stream(name)
    assert stream is not None

    async def run() -> Counter[str]:
        async with Heard() as server:
            host, port = server.address
            await wiring.examine_to_end(stream.subject, wiring.live([f"{host}:{port}"], {}))
            return server.questions

    questions = asyncio.run(run())
    assert len(questions) >= 10
    assert {question: count for question, count in questions.items() if count > 1} == {}
