"""Faults that can be switched on for a name and all below it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within
from deliverkit.resolver.wire import to_name


class Kind(StrEnum):
    DELAY = "delay"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"  # no answer at all
    TRUNCATE = "truncate"  # over UDP nothing fits (TC); TCP works
    REFUSED = "refused"
    SENTINEL = "sentinel"  # a blocklist answers "you may not ask me", as Spamhaus does, in place of yes or no
    REWRITE = "rewrite"  # on the way, every address becomes that of somebody's search page
    EMPTY = "empty"  # a blocklist that has died: nothing is in it, not even its test entries
    LISTS_ALL = "lists-all"  # a blocklist that lists everybody


SENTINEL = "127.255.255.254"
"""Spamhaus: asked through a public resolver. Other lists use the same range for errors."""

_SAID: dict[Kind, tuple[str, ...]] = {
    Kind.SENTINEL: (SENTINEL,),
    Kind.REWRITE: ("198.51.100.1",),
    Kind.LISTS_ALL: ("127.0.0.2",),
    Kind.EMPTY: (),
}
_FAILURES = {Kind.SERVFAIL: Status.SERVFAIL, Kind.TIMEOUT: Status.TIMEOUT, Kind.REFUSED: Status.REFUSED}
_ORIGIN = Origin("lab")


@dataclass(frozen=True, slots=True)
class Fault:
    """``name``: without final dot, with all names below it; '' is the root, hence everything. ``seconds``: of a
    delay."""

    kind: Kind
    name: str
    seconds: float = 0.0

    def covers(self, names: Iterable[str]) -> bool:
        """Whether one of the names lies at or below this fault's."""
        return any(is_within(name, self.name) for name in names)


def said(kind: Kind) -> tuple[str, ...]:
    """The addresses that such a fault puts in place of every answer; none is NXDOMAIN. Raises KeyError for a fault
    that answers nothing."""
    return _SAID[kind]


def parse(text: str) -> Fault:
    """Read ``KIND:NAME``, or ``delay:NAME=SECONDS``; the name ``.`` is the root, hence everything.

    Raises ValueError with a plain sentence that names what is wrong.
    """
    word, colon, rest = text.strip().partition(":")
    if not colon or word.lower() not in list(Kind):
        known = ", ".join(Kind)
        raise ValueError(f"the fault {text!a} is not known; write KIND:NAME, where KIND is one of {known}")
    kind = Kind(word.lower())
    name, equals, number = rest.partition("=")
    if bool(equals) != (kind is Kind.DELAY):
        raise ValueError(f"in the fault {text!a}: write delay:NAME=SECONDS, and all others KIND:NAME")
    if not name:
        raise ValueError(f"the fault {text!a} names no domain; for all of them write a single dot")
    try:
        to_name(name)
    except ValueError as error:
        raise ValueError(f"in the fault {text!a} the name cannot exist: {error}") from None
    return Fault(kind, name.removesuffix(".").lower(), _seconds(number, text) if equals else 0.0)


def _seconds(number: str, text: str) -> float:
    try:
        seconds = float(number)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"in the fault {text!a} the delay is not a number of seconds, such as 0.5")
    return seconds


class Faulty:
    """A resolver that fails on purpose. Delays add up; among the other faults of a name the first one given
    decides. A fault also bites where an alias (CNAME) leads to its name. What is truncated only the name
    server can show, so to a resolver ``truncate`` means nothing."""

    def __init__(self, faults: Sequence[Fault], below: Resolver) -> None:
        self._faults = tuple(faults)
        self._below = below

    async def ask(self, question: Question) -> Answer:
        answer = await self._below.ask(question)
        biting = [fault for fault in self._faults if fault.covers((question.name, *answer.aliases))]
        delay = sum(fault.seconds for fault in biting)
        if delay:
            await asyncio.sleep(delay)
        for fault in biting:
            if fault.kind in _FAILURES:
                return Answer(question, _FAILURES[fault.kind], origin=_ORIGIN, detail="a fault of the lab")
            if fault.kind in _SAID and question.rtype == "A":
                said = _SAID[fault.kind]
                return Answer(question, Status.OK if said else Status.NXDOMAIN, said, ttl=60, origin=_ORIGIN)
        return answer
