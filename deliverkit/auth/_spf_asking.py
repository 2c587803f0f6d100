"""What an SPF evaluation asks: the DNS, each question once, and what macros stand for."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from deliverkit.auth._spf_plan import Move
from deliverkit.auth.macros import expanded_name, letters
from deliverkit.auth.results import Reason, Result
from deliverkit.model.answer import Answer, Question
from deliverkit.model.rule import Value
from deliverkit.records import spf
from deliverkit.resolver import Resolver

MAX_PTR = 10  # RFC 7208 section 4.6.4

_LIMIT = "spf.limit."


class Stop(Exception):
    """Evaluation is over, wherever it was: temperror or permerror. ``told``: a step has it as its note."""

    def __init__(self, result: Result, key: str, **data: Value) -> None:
        super().__init__(key)
        self.result = result
        self.reason = Reason(key, data)
        self.told = False

    @property
    def limit(self) -> str:
        """Which of the limits of RFC 7208 section 4.6.4 it was, '' where it was none."""
        return self.reason.key.removeprefix(_LIMIT) if self.reason.key.startswith(_LIMIT) else ""


@dataclass(frozen=True, slots=True)
class Client:
    """``bits``: of its family. ``rtype``: A or AAAA. ``reverse``: the name that has its PTR records. ``letters``:
    the macros i, c and v (section 7.2)."""

    text: str
    number: int
    bits: int
    rtype: str
    reverse: str
    letters: dict[str, str]


class Asker:
    """``values``: what the macro letters stand for, all but d and p, which the record at hand decides.

    ``asked`` is where each method notes its questions for the step of the term that needs them.
    """

    def __init__(self, client: Client, values: dict[str, str], resolver: Resolver) -> None:
        self.client = client
        self.answers: dict[Question, Answer] = {}
        self._values = values
        self._resolver = resolver

    async def ask(self, question: Question, asked: list[Question]) -> Answer:
        asked.append(question)
        answer = self.answers.get(question)
        if answer is None:
            answer = self.answers[question] = await self._resolver.ask(question)
        return answer

    async def settled(self, question: Question, asked: list[Question]) -> Answer:
        """Raises Stop where no answer came (section 5)."""
        answer = await self.ask(question, asked)
        if not answer.settled:
            status = str(answer.status)
            raise Stop(Result.TEMPERROR, "spf.no-answer", question=str(question), status=status)
        return answer

    async def target(self, move: Move, domain: str, asked: list[Question]) -> str:
        """The target-name (section 4.8) of a term in the record of ``domain``, '' where no such name can exist."""
        if move.target is not None:
            return move.target
        if not move.macros:
            return domain
        return expanded_name(move.macros, await self.values(letters(move.macros), domain, asked))

    async def values(self, used: Iterable[str], domain: str, asked: list[Question]) -> dict[str, str]:
        """What the macro letters ``used`` stand for in the record of ``domain``."""
        name = await self._validated_name(domain, asked) if "p" in used else ""
        return {**self._values, "d": domain, "p": name}

    async def _validated_name(self, domain: str, asked: list[Question]) -> str:
        """The macro p (section 7.3). It is no term, so it counts neither as a look-up nor as a void one."""
        answer = await self.ask(question(self.client.reverse, "PTR"), asked)
        here = spf.presented(domain).lower()
        nearness = {name: _nearness(name, here) for name in reverse_names(answer)}
        for name in sorted(nearness, key=nearness.__getitem__):
            if self.holds(await self.ask(question(name, self.client.rtype), asked)):
                return name
        return "unknown"

    def holds(self, answer: Answer, shift: int = 0) -> bool:
        """Whether the client is in the network of one of the addresses; ``shift``: the bits that do not count."""
        client = self.client
        network = client.number >> shift
        for record in answer.records:
            number = _number(record, client.bits) if isinstance(record, str) else None
            if number is not None and number >> shift == network:
                return True
        return False


def reverse_names(answer: Answer) -> list[str]:
    """Lower case, without the final dot; all but the first ten records are ignored (section 4.6.4)."""
    names = [r.removesuffix(".").lower() for r in answer.records[:MAX_PTR] if isinstance(r, str)]
    return [name for name in names if name]


def is_below(name: str, domain: str) -> bool:
    """Whether the two are equal or ``name`` is a subdomain (section 5.5); both in lower case."""
    return name == domain or name.endswith("." + domain)


def _nearness(name: str, domain: str) -> int:
    return 0 if name == domain else 1 if is_below(name, domain) else 2


# The same few names come again and again, and making a question costs more than finding it.
question = lru_cache(maxsize=1024)(Question)


@lru_cache(maxsize=1024)
def target_question(target: str, rtype: str) -> Question:
    """The question for a target-name, as expanded."""
    return Question(spf.presented(target), rtype)


@lru_cache(maxsize=1024)
def _number(text: str, bits: int) -> int | None:
    try:
        octets = socket.inet_pton(socket.AF_INET if bits == 32 else socket.AF_INET6, text)
    except (OSError, ValueError):  # ValueError: characters that no address has
        return None
    return int.from_bytes(octets)
