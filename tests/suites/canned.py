"""The zone of one case of a suite as a resolver, fit to stand behind the lab's name server as well.

A suite writes ``{name: {"types": {type: [value, ...]}, "default": null | "TIMEOUT"}}``; ``default`` is the answer to
types that are not listed, and the value TIMEOUT the answer to that type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deliverkit.model.answer import Answer, Mx, Question, Rdata, Soa, Status, Txt
from deliverkit.resolver.wire import name_text, to_name

MAX_ALIASES = 16
_ROOT = Soa("a.root.test", "hostmaster.root.test", 1)


class Canned:
    """``silence``: what a TIMEOUT of the suite becomes."""

    def __init__(self, zone: Mapping[str, Any], silence: Status = Status.TIMEOUT) -> None:
        self._zone = {canonical(name): node for name, node in zone.items()}
        self._silence = silence
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return self.answer(question)

    def answer(self, question: Question) -> Answer:
        try:
            name = canonical(question.name)
        except ValueError as error:
            return Answer(question, Status.NXDOMAIN, detail=str(error))
        if question == Question("", "SOA"):
            return Answer(question, Status.OK, (_ROOT,))
        aliases: list[str] = []
        while True:
            node = self._zone.get(name)
            types = {} if node is None else node["types"]
            if question.rtype in types or "CNAME" not in types:
                break
            name = canonical(types["CNAME"][0])
            aliases.append(name)
            if len(aliases) > MAX_ALIASES:
                return Answer(question, Status.SERVFAIL, detail="a circle of aliases")
        passed = tuple(aliases)
        if node is None:
            return Answer(question, Status.NXDOMAIN, aliases=passed)
        values = types.get(question.rtype)
        if values is None:
            status = Status.NODATA if node["default"] is None else self._silence
            return Answer(question, status, aliases=passed)
        if "TIMEOUT" in values:
            return Answer(question, self._silence, aliases=passed)
        records = tuple(rdata(question.rtype, value) for value in values)
        return Answer(question, Status.OK, records, 3600, passed)


def canonical(name: str) -> str:
    return name_text(to_name(name))


def rdata(rtype: str, value: Any) -> Rdata:
    """A value as the suites write it; a TXT record of no strings has an empty one, as DNS wants it."""
    if rtype == "TXT":
        strings: Sequence[str] = value
        return Txt(tuple(part.encode("latin-1") for part in strings) or (b"",))
    if rtype == "MX":
        preference, exchange = value
        return Mx(preference, str(exchange).removesuffix("."))
    return str(value).removesuffix(".")
