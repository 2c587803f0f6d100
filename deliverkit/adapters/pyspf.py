"""pyspf, fed from answers: the SPF verdict (RFC 7208 section 4) without any I/O of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import spf

from deliverkit.model.answer import Answer, Mx, Question, Txt
from deliverkit.records import spf as records


@dataclass(frozen=True, slots=True)
class SpfRun:
    """One evaluation. ``missing``: a question that has to be answered before it can end; then ``result`` is
    ''. ``limit``: ``lookups`` or ``voids`` when a limit of RFC 7208 section 4.6.4 ended it. ``used``: the
    answers it took, in order. Where pyspf itself fails, ``result`` is temperror, for nothing is known then."""

    result: str
    reason: str
    limit: str
    used: tuple[Answer, ...]
    missing: tuple[Question, ...]


Datum = str | tuple[int, str] | tuple[bytes, ...]


def data(answer: Answer) -> list[Datum]:
    """The records of an answer as pyspf wants them."""
    return [
        (r.preference, r.exchange) if isinstance(r, Mx) else r.strings if isinstance(r, Txt) else str(r)
        for r in answer.records
    ]


class _Missing(Exception):
    pass


class _Query(spf.query):  # type: ignore[misc]
    """pyspf's evaluator with its one door to the DNS replaced. Its module-wide DNSLookup hook would serve all
    views of the DNS at once; a subclass serves one."""

    def __init__(self, ip: str, sender: str, helo: str, answers: Mapping[Question, Answer]) -> None:
        super().__init__(i=ip, s=sender, h=helo)
        self.answers = answers
        self.used: dict[Question, Answer] = {}
        self.missing: list[Question] = []

    def dns(
        self,
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG002 - pyspf's signature; answers come with CNAMEs followed
        ignore_void: bool = False,
    ) -> list[Datum]:
        name = str(name).removesuffix(".")
        if not name.isascii() or any(not 0 < len(label) < 64 for label in name.split(".")):
            return []  # no such name can be asked; pyspf treats it the same way
        question = Question(records.presented(name), qtype)
        answer = self.answers.get(question)
        if answer is None:
            self.missing.append(question)
            raise _Missing
        self.used[question] = answer
        if not answer.settled:
            raise spf.TempError(f"DNS {answer.status}", name)
        found = data(answer)
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(_VOIDS)
        return found

    def get_explanation(self, spec: str) -> None:
        """`exp=` is for the rejected sender to read; the verdict does not need it."""


_LOOKUPS = "Too many DNS lookups"  # pyspf's own words, in `query.check_lookups`
_VOIDS = "Void lookup limit exceeded"


def evaluate(ip: str, sender: str, helo: str, answers: Mapping[Question, Answer]) -> SpfRun:
    """Evaluate check_host() for ``ip`` and the MAIL FROM address ``sender``, as far as ``answers`` reach."""
    try:
        query = _Query(ip, sender, helo, answers)
    except Exception as error:  # noqa: BLE001 - pyspf raises what it meets for an address that is none
        return SpfRun("temperror", f"pyspf failed: {error!r}", "", (), ())
    try:
        result, _, text = query.check()
    except _Missing:
        return SpfRun("", "", "", tuple(query.used.values()), tuple(query.missing))
    except Exception as error:  # noqa: BLE001 - its own assertions among them
        return SpfRun("temperror", f"pyspf failed: {error!r}", "", tuple(query.used.values()), ())
    reason = str(text).removeprefix("SPF Permanent Error: ").removeprefix("SPF Temporary Error: ")
    limit = ""
    if result == "permerror":
        limit = "lookups" if reason.startswith(_LOOKUPS) else "voids" if reason.startswith(_VOIDS) else ""
    return SpfRun(str(result), reason, limit, tuple(query.used.values()), ())


Lookup = Callable[[str, str, bool, float], list[tuple[tuple[str, str], Datum]]]


def check2(ip: str, sender: str, helo: str, lookup: Lookup) -> str:
    """The result of pyspf as it is, with nothing of it replaced but its module-wide door to the DNS, which makes
    this unfit for two views of the DNS at once. ``lookup``: name, type, strict, timeout -> ((name, type), data)."""
    before, spf.DNSLookup = spf.DNSLookup, lookup
    try:
        return str(spf.check2(ip, sender, helo)[0])
    finally:
        spf.DNSLookup = before
