"""Write the recordings in this folder, and beside each the report that it should give.

    python examples/make_examples.py

The answers come from the example world of `deliverkit lab`, without a network: the same run gives the same files.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from deliverkit import wiring
from deliverkit.lab import world
from deliverkit.lab.faults import Fault, Faulty, Kind
from deliverkit.model.answer import Answer, Origin, Question, Status
from deliverkit.model.subject import Subject
from deliverkit.render import terminal
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.recorded import Recorder, Replay

FOLDER = Path(__file__).parent / "recordings"
REPLAYED_AS = (
    "examples/recordings/{name}.dnsrec"  # as typed at the top of the repository; the report repeats it
)
SERVER = "192.0.2.53:53"


@dataclass(frozen=True)
class Example:
    """``silent``: questions that time out. ``unasked``: questions that the recording leaves out."""

    name: str
    stream: str
    faults: tuple[Fault, ...] = ()
    silent: tuple[Question, ...] = ()
    unasked: tuple[Question, ...] = ()


EXAMPLES = (
    Example("healthy", "healthy.example"),
    Example("first-bounce", "broken.example"),
    Example(
        "blocklist-refuses",
        "healthy.example",
        faults=(Fault(Kind.SENTINEL, "zen.spamhaus.org"), Fault(Kind.SENTINEL, "dbl.spamhaus.org")),
    ),
    Example(
        "partial",
        "ptr-generic.example",
        silent=(Question("_dmarc.ptr-generic.example", "TXT"),),
        unasked=(Question("s1._domainkey.ptr-generic.example", "TXT"),),
    ),
)


class Recursive:
    """The example world as one name server would tell it."""

    def __init__(self, below: Resolver, silent: Collection[Question]) -> None:
        self._below = below
        self._silent = silent

    async def ask(self, question: Question) -> Answer:
        if question in self._silent:
            detail = f"{SERVER} gave no answer within 2 s"
            return Answer(question, Status.TIMEOUT, origin=Origin(SERVER), detail=detail)
        return dataclasses.replace(await self._below.ask(question), origin=Origin(SERVER))


class Without:
    """Knows nothing of some questions."""

    def __init__(self, unasked: Collection[Question], below: Resolver) -> None:
        self._unasked = unasked
        self._below = below

    async def ask(self, question: Question) -> Answer:
        if question in self._unasked:
            return Answer(question, Status.UNRECORDED)
        return await self._below.ask(question)


def files() -> dict[str, str]:
    """File name -> text, of every recording and report."""
    written = {}
    for example in EXAMPLES:
        recording = asyncio.run(_recording(example))
        written[f"{example.name}.dnsrec"] = recording
        written[f"{example.name}.txt"] = report(recording, REPLAYED_AS.format(name=example.name))
    return written


def report(recording: str, source: str) -> str:
    """What `deliverkit audit --replay SOURCE` prints where the output is no terminal."""
    replay = Replay.from_text(recording, source)
    assert replay.subject is not None
    return terminal.render(asyncio.run(wiring.examine_to_end(replay.subject, Cached(replay))))


async def _recording(example: Example) -> str:
    faulty = Recursive(Faulty(example.faults, world.zone()), example.silent)
    recorder = Recorder(Cached(faulty))
    subject = _subject(example)
    await wiring.examine_to_end(subject, Without(example.unasked, recorder))
    return recorder.dump(subject, "deliverkit examples")


def _subject(example: Example) -> Subject:
    stream = world.stream(example.stream)
    assert stream is not None
    return stream.subject


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
