"""Worlds of DMARC records, and what SPF and DKIM found, in one line each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from deliverkit.auth.results import DkimResult, Reason, Result, SpfResult
from deliverkit.model.answer import Answer, Question, Status, Txt

SAID = Reason("dmarc.nothing-passed", {"domain": "example.com"})


class World:
    """``records``: by name, without the ``_dmarc.`` that every name of a walk begins with. ``broken``: names as
    they are asked, each with the status of its answer. ``aliases``: names with a CNAME to one that is denied.

    A name exists where it is in ``exists``, has a record, or stands above such a name (RFC 8020).
    """

    def __init__(
        self,
        records: Mapping[str, str | Sequence[str]],
        exists: Collection[str] = (),
        broken: Mapping[str, str] | None = None,
        aliases: Collection[str] = (),
    ) -> None:
        self._texts = {
            name if "_dmarc" in name else f"_dmarc.{name}": (texts,)
            if isinstance(texts, str)
            else tuple(texts)
            for name, texts in records.items()
        }
        self._exists = {*exists, *self._texts}
        self._broken = broken or {}
        self._aliases = aliases
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        name = question.name
        if name in self._broken:
            return Answer(question, Status(self._broken[name]))
        if name in self._aliases:
            return Answer(question, Status.NXDOMAIN, aliases=("gone.example.net",))
        texts = self._texts.get(name, ()) if question.rtype == "TXT" else ()
        if texts:
            return Answer(question, Status.OK, tuple(Txt.of(text) for text in texts))
        there = any(known == name or known.endswith(f".{name}") for known in self._exists)
        return Answer(question, Status.NODATA if there else Status.NXDOMAIN)


def spf(said: str) -> SpfResult | None:
    """``pass bounce.example.com``; '' for none."""
    if not said:
        return None
    result, _, domain = said.partition(" ")
    return SpfResult(Result(result), SAID, "192.0.2.1", "mailfrom", domain, f"a@{domain}")


def dkim(said: Sequence[str]) -> tuple[DkimResult, ...]:
    return tuple(DkimResult(Result(s.partition(" ")[0]), SAID, s.partition(" ")[2], "s1") for s in said)
