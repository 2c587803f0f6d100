"""A resolver over given TXT records; other questions end in NXDOMAIN."""

from __future__ import annotations

from collections.abc import Mapping

from deliverkit.model.answer import Answer, Question, Status, Txt

Given = str | tuple[str, ...] | Status
"""One record, several records, or the way a question ends without any."""


class Zone:
    """``asked``: every question, in order."""

    def __init__(self, names: Mapping[str, Given]) -> None:
        self._names = {name.lower(): given for name, given in names.items()}
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        match self._names.get(question.name, Status.NXDOMAIN) if question.rtype == "TXT" else Status.NODATA:
            case Status() as status:
                return Answer(question, status)
            case str() as text:
                return Answer(question, Status.OK, (Txt.of(text),))
            case texts:
                return Answer(question, Status.OK, tuple(map(Txt.of, texts)))
