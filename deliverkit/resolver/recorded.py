"""Recording what was answered, and answering from it again without a network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver._recording import RecordingError, read_recording, write_recording

__all__ = ["Recorder", "RecordingError", "Replay"]


class Recorder:
    """Passes questions on, and remembers the last answer to each."""

    def __init__(self, below: Resolver) -> None:
        self._below = below
        self._answers: dict[Question, Answer] = {}

    async def ask(self, question: Question) -> Answer:
        answer = self._answers[question] = await self._below.ask(question)
        return answer

    def dump(self, subject: Subject, tool: str) -> str:
        """The text of the recording, ready to be written to a file as ASCII. ``tool``: name and version."""
        return write_recording(subject, tool, self._answers.values())


class Replay:
    """Answers from a recording; a question that it does not hold is UNRECORDED."""

    def __init__(self, answers: Iterable[Answer], subject: Subject | None, source: str) -> None:
        self._answers = {answer.question: answer for answer in answers}
        self._subject = subject
        self._source = source

    @classmethod
    def from_text(cls, text: str, source: str) -> Replay:
        """Raises RecordingError, naming ``source`` and the line, where the text is not a recording."""
        subject, answers = read_recording(text, source)
        return cls(answers, subject, source)

    @classmethod
    def read(cls, path: str | Path) -> Replay:
        """Raises RecordingError where the file cannot be opened or is not a recording."""
        try:
            octets = Path(path).read_bytes()
        except OSError as error:
            raise RecordingError(f"{path}: the file cannot be opened: {error.strerror or error}") from None
        return cls.from_text(octets.decode("utf-8-sig", "replace"), str(path))

    @property
    def subject(self) -> Subject | None:
        """The sending stream that was audited; None where the file names none."""
        return self._subject

    async def ask(self, question: Question) -> Answer:
        answer = self._answers.get(question)
        if answer is None:
            detail = f"{self._source} does not hold this question"
            return Answer(question, Status.UNRECORDED, origin=Origin(self._source), detail=detail)
        return answer
