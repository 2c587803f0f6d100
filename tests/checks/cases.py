"""The data files of the checks: `tests/checks/<family>/<slug>.toml`, read as cases."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from deliverkit.facts import dkim, host
from deliverkit.facts._asking import ancestors
from deliverkit.lab.doors import MailServers, Pages
from deliverkit.lab.servers import Views
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.beyond import Beyond
from deliverkit.resolver.names import is_within
from deliverkit.resolver.zonefile import UnexpectedQuestion, Zone
from tests.resolver.fakes import question

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Expected:
    scope: str | None
    verdict: str
    reason: tuple[str, ...] | None
    findings: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Case:
    check_id: str
    name: str
    subject: Subject
    world: str
    absent: tuple[str, ...]
    open: tuple[Question, ...]
    outcomes: tuple[Expected, ...]
    pages: dict[str, tuple[str, str, str]]
    mail_servers: dict[str, tuple[str, ...]]
    signed: tuple[str, ...]
    servers: dict[str, str]
    bogus: tuple[str, ...]
    authenticated: tuple[Question, ...]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.name}"

    def resolver(self, *, strict: bool = True) -> Resolver:
        zone = Zone.from_text(self.world, strict=strict, absent=self.absent)
        views = {address: {"": _view(held)} for address, held in self.servers.items()}
        doors: dict[str, Resolver] = {"GET": Pages(self.pages), "STARTTLS": MailServers(self.mail_servers)}
        signed = Marked(self.authenticated, Signed(Views(zone, views, self.bogus), self.signed))
        return Unanswered(self.open, Beyond(signed, doors), self._weighing() | self._suggested())

    def _suggested(self) -> frozenset[str]:
        """The host names that a remedy may propose; what is at them decides no finding."""
        if not SUGGESTING.match(self.check_id):
            return frozenset()
        helo = (self.subject.helo or "").removesuffix(".").lower()
        return frozenset({helo, *(f"{label}.{self.subject.domain}" for label in host.OUR_HOSTS)})

    def _weighing(self) -> frozenset[str]:
        """The names that only tell how much a finding weighs; a case need not have them."""
        if not WEIGHED.match(self.check_id):
            return frozenset()
        keys = [dkim.signing_domain(name) for _, name in dkim.key_names(self.subject)]
        domains = {self.subject.domain, self.subject.envelope_domain, *keys}
        walked = {f"_dmarc.{above}" for domain in domains for above in ancestors(domain)}
        return frozenset(domains | walked)


class Marked:
    """A resolver that has validated the answers to some questions (the AD bit)."""

    def __init__(self, questions: tuple[Question, ...], below: Resolver) -> None:
        self.questions = questions
        self.below = below

    async def ask(self, question: Question) -> Answer:
        answer = await self.below.ask(question)
        return dataclasses.replace(answer, authenticated=True) if question in self.questions else answer


def _view(held: str) -> Status | Zone:
    """What a name server holds by itself: zone text, or the status that it answers everything with."""
    return Status(held) if held in list(Status) else Zone.from_text(held)


SUGGESTING = re.compile(r"(helo|ptr|sender)-")
WEIGHED = re.compile(r"dkim-|spf-")
"""The checks whose facts tell what passes beside the one that they look at."""


class Unanswered:
    """A resolver that gets no answer to some questions, and none where ``unlisted`` names are not in the case."""

    def __init__(self, questions: tuple[Question, ...], below: Resolver, unlisted: frozenset[str]) -> None:
        self.questions = frozenset(questions)
        self.below = below
        self.unlisted = unlisted

    async def ask(self, question: Question) -> Answer:
        if question not in self.questions:
            try:
                return await self.below.ask(question)
            except UnexpectedQuestion:
                if question.name not in self.unlisted:
                    raise
        return Answer(question, Status.TIMEOUT, detail="no answer")


class Signed:
    """A resolver that validates, in a world where these names and what is below them have DNSSEC; a dot stands for
    the root alone."""

    def __init__(self, below: Resolver, zones: tuple[str, ...]) -> None:
        self.below = below
        self.zones = zones

    async def ask(self, question: Question) -> Answer:
        answer = await self.below.ask(question)
        return replace(
            answer, authenticated=any(is_within(question.name or ".", zone) for zone in self.zones)
        )


def path_of(check_id: str) -> Path:
    family, _, slug = check_id.partition("-")
    return FOLDER / family / f"{slug.replace('-', '_')}.toml"


@cache
def cases(check_id: str) -> tuple[Case, ...]:
    """The cases of one check; none where it has no data file."""
    path = path_of(check_id)
    if not path.exists():
        return ()
    return tuple(_case(check_id, row) for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"])


def _case(check_id: str, row: dict[str, Any]) -> Case:
    known = {
        "name",
        "subject",
        "world",
        "absent",
        "open",
        "servers",
        "bogus",
        "authenticated",
        "outcome",
        "scope",
        "verdict",
        "reason",
        "findings",
        "pages",
        "mail_servers",
        "signed",
    }
    assert set(row) <= known, f"{check_id}: unknown keys {set(row) - known}"
    subject: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row["subject"].items()}
    outcomes = row.get("outcome", [row])
    return Case(
        check_id=check_id,
        name=row["name"],
        subject=Subject(**subject),
        world=row.get("world", ""),
        absent=tuple(row.get("absent", ())),
        open=tuple(map(question, row.get("open", ()))),
        pages={url: tuple(page) for url, page in row.get("pages", {}).items()},
        mail_servers={host: tuple(words) for host, words in row.get("mail_servers", {}).items()},
        signed=tuple(row.get("signed", ())),
        outcomes=tuple(
            Expected(
                o.get("scope"),
                o["verdict"],
                tuple(o["reason"]) if "reason" in o else None,
                tuple(o.get("findings", ())),
            )
            for o in outcomes
        ),
        servers=row.get("servers", {}),
        bogus=tuple(row.get("bogus", ())),
        authenticated=tuple(map(question, row.get("authenticated", ()))),
    )
