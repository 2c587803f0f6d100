"""The DNS tree walk: RFC 9989 section 4.10, with the organisational domain of section 4.10.2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from deliverkit.auth.author import a_labels
from deliverkit.auth.results import Reason
from deliverkit.model.answer import Answer, Question
from deliverkit.records.dmarc import DmarcRecord, is_dmarc, parse
from deliverkit.resolver import Resolver

_LONGEST = 8  # labels: a name with so many or more goes on with its last seven (step 4)
_ASSUMPTIONS = 3  # unanswered names for which every possible answer is tried: 4 to the power of it


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a walk. ``domain``: without ``_dmarc.``. ``texts``: the records there that begin with
    ``v=DMARC1``. ``record``: the one that is valid, else None.

    ``decided``: ``nothing`` (none there), ``several`` (all discarded), ``record``, ``psd-y`` and ``psd-n`` (a
    record at which the walk stops), ``unanswered``.
    """

    domain: str
    answer: Answer
    texts: tuple[str, ...]
    record: DmarcRecord | None
    decided: str

    @property
    def reason(self) -> Reason:
        """The step as a sentence."""
        data: dict[str, str | int] = {"name": self.domain}
        if self.record is not None:
            data["record"] = self.record.text
        elif self.decided == "several":
            data["count"] = len(self.texts)
        elif self.decided == "unanswered":
            data["status"] = str(self.answer.status)
        return Reason(f"dmarc.step.{self.decided}", data)


@dataclass(frozen=True, slots=True)
class Walk:
    """``steps``: what was asked, in order, up to where the walk stopped; at most eight.

    ``organisational_domain``: section 4.10.2; '' where an unanswered name leaves it open. ``policy_domain``:
    where the record stands that applies to ``domain`` as an author domain (section 4.10.1): there, at the
    organisational domain, or at the public suffix; '' where there is none or where that stays open.
    """

    domain: str
    steps: tuple[Step, ...]
    organisational_domain: str
    policy_domain: str

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(step.answer for step in self.steps)

    @property
    def unanswered(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.decided == "unanswered")


def walk_names(domain: str) -> tuple[str, ...]:
    """The names whose ``_dmarc`` a full walk asks for, in order (section 4.10 steps 3 to 7)."""
    names = [domain]
    rest = domain
    if domain.count(".") >= _LONGEST - 1:
        rest = ".".join(domain.split(".")[-(_LONGEST - 1) :])
        names.append(rest)
    while "." in rest:
        rest = rest.partition(".")[2]
        names.append(rest)
    return tuple(names)


async def walk(domain: str, resolver: Resolver) -> Walk:
    """Walk up from ``domain``, one question after another; what is no domain has no steps. A resolver that holds
    the answers already, such as a cache filled beforehand with ``walk_names``, makes that one round trip."""
    name = a_labels(domain)[0]
    return await Walker(resolver).walk(name) if name else Walk(domain, (), "", "")


class Walker:
    """The walks of one evaluation: each question is asked once.

    ``steps``: by domain. ``answers``: everything asked, in order. ``trace``: the same as sentences, to which
    the evaluation adds its own.
    """

    __slots__ = ("_resolver", "_walks", "answers", "steps", "trace")

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._walks: dict[str, Walk] = {}
        self.steps: dict[str, Step] = {}
        self.answers: list[Answer] = []
        self.trace: list[Reason] = []

    async def ask(self, name: str, rtype: str) -> Answer:
        answer = await self._resolver.ask(Question(name, rtype))
        self.answers.append(answer)
        return answer

    async def step(self, domain: str) -> Step:
        """What stands at ``_dmarc.`` before ``domain``."""
        step = self.steps.get(domain)
        if step is None:
            step = _read(domain, await self.ask(f"_dmarc.{domain}", "TXT"))
            self.steps[domain] = step
            self.trace.append(step.reason)
        return step

    async def walk(self, domain: str) -> Walk:
        walked = self._walks.get(domain)
        if walked is None:
            steps: list[Step] = []
            for name in walk_names(domain):
                steps.append(self.steps.get(name) or await self.step(name))
                if steps[-1].decided in _STOPS:
                    break
            walked = self._walks[domain] = _walk(domain, steps)
        return walked

    def known(self, domain: str) -> Walk | None:
        """The walk where its questions have all been asked already, else None."""
        steps: list[Step] = []
        for name in walk_names(domain):
            step = self.steps.get(name)
            if step is None:
                return None
            steps.append(step)
            if step.decided in _STOPS:
                break
        return _walk(domain, steps)


_STOPS = frozenset({"psd-y", "psd-n"})


def _read(domain: str, answer: Answer) -> Step:
    """Section 4.10 step 2."""
    if not answer.settled:
        return Step(domain, answer, (), None, "unanswered")
    texts = tuple(filter(is_dmarc, answer.texts)) if answer.records else ()
    if len(texts) != 1:
        return Step(domain, answer, texts, None, "several" if texts else "nothing")
    record = parse(texts[0])
    return Step(domain, answer, texts, record, "record" if record.psd == "u" else f"psd-{record.psd}")


def _walk(domain: str, steps: list[Step]) -> Walk:
    held: dict[str, str] = {}
    is_open = False
    for step in steps:
        held[step.domain] = step.record.psd if step.record else ""
        is_open = is_open or step.decided == "unanswered"
    org = "" if is_open else _organisational(domain, held.items())
    at = ""
    if held.get(domain):
        at = domain
    elif org and steps:
        # Where the organisational domain has none, a record can only be that of the public suffix, the last name.
        at = org if held.get(org) else steps[-1].domain if held[steps[-1].domain] else ""
    return Walk(domain, tuple(steps), org, at)


def _organisational(domain: str, held: Iterable[tuple[str, str]]) -> str:
    """Section 4.10.2; ``held``: names as walked, longest first, each with the psd of its record, '' without."""
    shortest = domain
    for name, psd in held:
        if psd == "n":
            return name
        if psd == "y":
            return _one_below(domain, name)
        if psd:
            shortest = name
    return shortest


def _one_below(domain: str, name: str) -> str:
    """One label more than ``name`` has. Of the domain where the walk starts that is the domain itself: its own psd=y
    does not make it a public suffix above itself."""
    return ".".join(domain.split(".")[-(name.count(".") + 2) :])


def same_organisation(one: Walk, other: Walk) -> bool | None:
    """Whether two domains have the same organisational domain. None where that depends on a name that was not
    answered; where it comes to the same whatever such a name holds, it does not depend on it."""
    if one.domain.rpartition(".")[2] != other.domain.rpartition(".")[2]:
        return False  # an organisational domain is the domain itself or stands above it
    if one.organisational_domain and other.organisational_domain:
        return one.organisational_domain == other.organisational_domain
    names = tuple(dict.fromkeys(step.domain for step in one.unanswered + other.unanswered))
    if len(names) > _ASSUMPTIONS:
        return None
    worlds = (dict(zip(names, held, strict=True)) for held in product(("", "u", "y", "n"), repeat=len(names)))
    verdicts = {_supposed(one, world) == _supposed(other, world) for world in worlds}
    return verdicts.pop() if len(verdicts) == 1 else None


def _supposed(walked: Walk, world: dict[str, str]) -> str:
    held = ((s.domain, world.get(s.domain, s.record.psd if s.record else "")) for s in walked.steps)
    return _organisational(walked.domain, held)
