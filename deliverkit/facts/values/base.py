"""What every fact has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from deliverkit.model.answer import Answer
from deliverkit.model.verdict import Severity


class Beside(StrEnum):
    """What passes beside the mechanism that a fact is about: SPF beside a DKIM key, a signature beside SPF. It only
    lowers a weight and tells which replies follow, so no fact rests on it."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"  # not given, or no usable answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``scope``: which of several (an address, a domain, a selector), '' for the only one.

    ``doubt``: the text key of why nothing can be concluded although every answer came (a blocklist that
    refuses this resolver); then the outcome is UNKNOWN. ``ceiling``: the most that a finding on this fact
    may weigh, None for the rule's own severity. ``signs``: what speaks for the sender, in a few words each; shown
    where nothing speaks against it.
    """

    scope: str = ""
    rests_on: tuple[Answer, ...] = ()
    doubt: str | None = None
    ceiling: Severity | None = None
    signs: tuple[str, ...] = ()


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Seen(Generic[F]):
    """All facts of one type.

    ``missing``: the option whose absence left nothing to look at, or not what decides. ``absent``: where there is
    no fact, the text key of the circumstance. ``rests_on``: the answers that decided which facts there are.
    """

    facts: tuple[F, ...] = ()
    missing: str | None = None
    absent: str = ""
    rests_on: tuple[Answer, ...] = ()
