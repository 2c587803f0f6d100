"""pyspf's known faults: each shows, and the RFC decides."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deliverkit.adapters import pyspf
from tests.auth.spf_world import HERE, client, evaluated, rows, second_opinion, world

FAULTS = rows(HERE / "pyspf_faults.toml", "fault")


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row["name"])
def test_known_fault(row: dict[str, Any]) -> None:
    assert re.fullmatch(r"RFC \d+ section [0-9.]+", row["clause"])
    ours = evaluated(row)
    known = {answer.question: answer for answer in ours.answers}
    theirs = second_opinion(*client(row), world(row), known)
    assert (ours.result, theirs.result) == (row["ours"], row["theirs"]), (str(ours.reason), theirs.reason)
    assert theirs.reason.startswith(row.get("reason", ""))


def test_exp_is_fetched_although_the_result_is_pass() -> None:
    """RFC 7208 section 6.2. Behind the adapter it is not fetched at all; this is pyspf as it is."""
    asked: list[str] = []

    def lookup(
        name: str, rtype: str, strict: bool, timeout: float
    ) -> list[tuple[tuple[str, str], pyspf.Datum]]:
        asked.append(name)
        return [((name, rtype), (b"v=spf1 +all exp=why.example.com",))] if name == "example.com" else []

    assert pyspf.check2("192.0.2.1", "user@example.com", "mail.example.com", lookup) == "pass"
    assert asked == ["example.com", "why.example.com"]
