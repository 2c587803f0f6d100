"""Whether an SPF evaluation came to a macro for something that nobody gave: the local part, or the HELO name."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

from deliverkit.auth.macros import compiled, letters
from deliverkit.auth.results import SpfResult
from deliverkit.facts.values import Fact, Seen
from deliverkit.model.subject import Subject

F = TypeVar("F", bound=Fact)


def wanting(subject: Subject, run: SpfResult) -> str:
    """The option without which the result is that of an invented message, '' where all was given that the evaluation
    came to (the macros s, l and h, RFC 7208 section 7.2)."""
    used = {
        letter
        for step in run.trace
        if step.outcome != "ignored" and "%" in step.term
        for letter in letters(compiled(step.term))
    }
    if used & {"l", "s"} and "@" not in (subject.mail_from or ""):
        return "--mail-from"
    return "--helo" if "h" in used and subject.helo is None else ""


def sure(facts: Sequence[F], options: Sequence[str]) -> Seen[F]:
    """The facts, each with the option that it wants or ''. Where all want one, there is nothing to look at; where some
    do, nothing can be concluded for these."""
    if facts and all(options):
        answers = tuple(dict.fromkeys(a for f in facts for a in f.rests_on))
        return Seen(missing=options[0], rests_on=answers)
    pairs = zip(facts, options, strict=True)
    return Seen(tuple(dataclasses.replace(f, doubt=f.doubt or _doubt(option)) for f, option in pairs))


def _doubt(option: str) -> str | None:
    if not option:
        return None
    return "wants-helo" if option == "--helo" else "wants-mail-from"
