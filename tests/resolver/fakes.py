"""Resolvers of a few lines, to stand below the one under test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from deliverkit.model.answer import Answer, Question, Status


def question(text: str) -> Question:
    """As ``str`` writes it: ``example.com TXT @192.0.2.53 +cd``."""
    name, rtype, *rest = text.split()
    at = next((word[1:] for word in rest if word.startswith("@")), "")
    return Question(name, rtype, at, "+cd" in rest)


class Scripted:
    """Gives the answers of ``script`` one after another, the last one for ever; remembers what was asked."""

    def __init__(self, script: Mapping[str, list[Answer]], default: Status = Status.NXDOMAIN) -> None:
        self._script = {question(asked): list(answers) for asked, answers in script.items()}
        self._default = default
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        answers = self._script.get(question)
        if not answers:
            return Answer(question, self._default)
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Slow:
    """Answers OK once ``release`` is set; counts how many questions are under way, and the most there were."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.asked: list[Question] = []
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        zone = question.name.partition(".")[2]
        self.now[zone] = self.now.get(zone, 0) + 1
        self.most[zone] = max(self.most.get(zone, 0), self.now[zone])
        try:
            await self.release.wait()
        finally:
            self.now[zone] -= 1
        return Answer(question, Status.OK, ("192.0.2.1",))
