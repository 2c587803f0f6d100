"""The SPF suites as cases: shared by the tests of the evaluator and of the second opinion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.shared import shared_path

SUITES = {"spf-openspf-rfc7208": 203, "spf-pyspf-extra": 16}


@dataclass(frozen=True)
class Case:
    """``explanation``: None where the suite does not look at it, '' where there must be none."""

    suite: str
    id: str
    ip: str
    mail_from: str
    helo: str
    expect: tuple[str, ...]
    explanation: str | None
    zone: dict[str, Any]

    def __str__(self) -> str:
        return self.id


@cache
def cases(suite: str) -> tuple[Case, ...]:
    rows = json.loads(shared_path(f"suites/{suite}/cases.json").read_text("utf-8"))
    return tuple(
        Case(
            suite,
            row["id"],
            row["host"],
            row["mailfrom"],
            row["helo"],
            tuple(row["expect"]),
            "" if row["explanation"] == "DEFAULT" else row["explanation"],
            row["zone"],
        )
        for row in rows
    )
