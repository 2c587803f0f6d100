"""The mail hosts of the From domain, which all that protects mail on its way is about."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.adapters import psl
from deliverkit.facts._asking import ask
from deliverkit.facts.sender import MAX_MX, hosts_of
from deliverkit.model.answer import Answer
from deliverkit.model.subject import Subject
from deliverkit.records import hostname
from deliverkit.resolver import Resolver

OPTION = "--smtp"
"""What has to be given before a mail host is connected to."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail hosts of the From domain, and the answer that names them. ``absent``: why there are none."""

    domain: str
    hosts: tuple[str, ...]
    answer: Answer | None
    absent: str = ""

    @property
    def answers(self) -> tuple[Answer, ...]:
        return () if self.answer is None else (self.answer,)

    def owns(self, host: str) -> bool:
        organisation = psl.registered_domain(self.domain) or self.domain
        return host == organisation or host.endswith(f".{organisation}")


async def mail_of(subject: Subject, resolver: Resolver) -> Mail:
    if hostname.fault(subject.domain):
        return Mail(subject.domain, (), None, "sender-domain-invalid")
    mx = await ask(resolver, subject.domain, "MX")
    hosts = tuple(dict.fromkeys(host for _, host in hosts_of(mx)))[:MAX_MX]
    return Mail(subject.domain, hosts, mx, "" if hosts else "sender-without-mx")


def words_of(answer: Answer) -> dict[str, str]:
    """What a mail host said to ``STARTTLS``: pairs of a key and a value."""
    pairs = (str(record).partition("=") for record in answer.records)
    return {key: value for key, _, value in pairs}
