"""Zone text (RFC 1035 section 5) as a resolver: whole zones, offline, each answer with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from deliverkit.model.answer import BEYOND_DNS, Answer, Origin, Question, Rdata, Status
from deliverkit.resolver._zonetext import ZoneError, ZoneRecord, read_records
from deliverkit.resolver.names import ancestors
from deliverkit.resolver.wire import impossible, name_text, to_name

__all__ = ["UnexpectedQuestion", "Zone", "ZoneError", "ZoneRecord"]

MAX_ALIASES = 16


class UnexpectedQuestion(AssertionError):
    """A strict zone was asked about a name that its text does not hold: a test forgot it, or the code asks it
    without need."""


@dataclass(frozen=True, slots=True)
class _RRset:
    values: tuple[Rdata, ...]
    ttl: int
    line: int


class Zone:
    """Answers as a server would that holds every zone in the text: empty non-terminals exist (RFC 8020), and
    wildcards answer as RFC 4592 says. Delegations are not cut: what the text holds is answered.

    ``strict``: a question about a name that does not exist here and is not in ``absent`` raises
    UnexpectedQuestion, so that a test notices what it did not foresee.
    """

    def __init__(
        self,
        records: Iterable[ZoneRecord],
        source: str = "zone",
        *,
        strict: bool = False,
        absent: Collection[str] = (),
    ) -> None:
        self._source = source
        self._strict = strict
        self._absent = frozenset(Question(name, "A").name for name in absent)
        self._sets: dict[str, dict[str, _RRset]] = {}
        for record in records:
            here = self._sets.setdefault(record.name, {})
            old = here.get(record.rtype, _RRset((), record.ttl, record.line))
            values = old.values if record.value in old.values else (*old.values, record.value)
            here[record.rtype] = _RRset(values, min(old.ttl, record.ttl), old.line)
        self._existing = frozenset(
            (*self._sets, *(above for name in self._sets for above in ancestors(name)))
        )

    @classmethod
    def from_text(
        cls,
        text: str,
        origin: str | None = None,
        source: str = "zone",
        *,
        strict: bool = False,
        absent: Collection[str] = (),
    ) -> Zone:
        """``origin`` completes relative names, and records outside it are left out, as a server leaves them out.

        Without an origin, or with ``.``, one text may hold many zones. Raises ZoneError where the text cannot
        be read.
        """
        return cls(read_records(text, origin, source), source, strict=strict, absent=absent)

    @classmethod
    def read(cls, path: str | Path, origin: str | None = None) -> Zone:
        """Raises ZoneError where the file cannot be opened or read; ``path`` is the source of every answer."""
        try:
            octets = Path(path).read_bytes()
        except OSError as error:
            raise ZoneError(f"{path}: the file cannot be opened: {error.strerror or error}") from None
        try:
            text = octets.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = octets.count(b"\n", 0, error.start) + 1
            raise ZoneError(f"{path}:{line}: the text is not UTF-8; write other octets as \\DDD") from None
        return cls.from_text(text, origin, str(path))

    @property
    def names(self) -> frozenset[str]:
        """The owner names, wildcards among them, without final dots."""
        return frozenset(self._sets)

    def holds(self, name: str) -> bool:
        """Whether the name exists here: as an owner, above an owner, or through a wildcard."""
        asked = Question(name, "A").name
        return asked in self._existing or self._wildcard(asked) is not None

    async def ask(self, question: Question) -> Answer:
        if question.rtype in BEYOND_DNS:
            detail = f"{self._source} holds DNS records alone"
            return Answer(question, Status.UNRECORDED, origin=Origin(self._source), detail=detail)
        try:
            name = name_text(to_name(question.name))
        except ValueError as error:
            return impossible(question, str(error))
        if self._strict and not self.holds(name) and name not in self._absent:
            raise UnexpectedQuestion(f"{question} was asked, and {self._source} does not hold that name")
        aliases: list[str] = []
        ttls: list[int] = []
        while (here := self._at(name)) is not None and question.rtype not in here and "CNAME" in here:
            cname = here["CNAME"]
            name = str(cname.values[0])
            aliases.append(name)
            ttls.append(cname.ttl)
            if len(aliases) > MAX_ALIASES:
                detail = f"the aliases (CNAME) form a circle, or a chain of more than {MAX_ALIASES}"
                origin = Origin(self._source, cname.line)
                return Answer(question, Status.SERVFAIL, origin=origin, detail=detail)
        found = here.get(question.rtype) if here else None
        if found:
            status, values, origin = Status.OK, found.values, Origin(self._source, found.line)
            ttls.append(found.ttl)
        else:
            status, values, origin = Status.NXDOMAIN, (), Origin(self._source)
            if here is not None:
                status = Status.NODATA
        signatures = here["RRSIG"].values if here and question.unchecked and "RRSIG" in here else ()
        return Answer(
            question,
            status,
            values,
            min(ttls, default=None),
            tuple(aliases),
            origin=origin,
            signatures=tuple(str(s) for s in signatures if str(s).startswith(f"{question.rtype} ")),
        )

    def _at(self, name: str) -> dict[str, _RRset] | None:
        """The RRsets that answer for ``name``; None where the name does not exist."""
        if name in self._existing:
            return self._sets.get(name, {})
        wildcard = self._wildcard(name)
        return None if wildcard is None else self._sets.get(wildcard, {})

    def _wildcard(self, name: str) -> str | None:
        """The wildcard below the closest existing name above ``name`` (RFC 4592 section 3.3.1), if there is one."""
        encloser = next((above for above in ancestors(name) if above in self._existing), "")
        wildcard = f"*.{encloser}".removesuffix(".")
        return wildcard if wildcard in self._existing else None
