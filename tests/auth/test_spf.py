"""check_host() to the letter: each case names the clause that decides it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.auth.recount import recount
from tests.auth.spf_world import GIVEN, HERE, evaluated, rows

CASES = [
    pytest.param(row, id=f"{path.stem}: {row['about']}")
    for path in sorted((HERE / "spf_cases").glob("*.toml"))
    for row in rows(path, "case")
]
LOOKED_AT = {"expect", "key", "limit", "lookups", "voids", "matched", "explanation", "asked", "trace"}
LOOKED_AT |= {"identity", "domain", "sender"}


@pytest.mark.parametrize("row", CASES)
def test_case(row: dict[str, Any]) -> None:
    assert row.keys() <= GIVEN | LOOKED_AT | {"about", "clause"}
    assert re.fullmatch(r"RFC \d+ section [0-9.]+", row["clause"])
    result = evaluated(row)
    found = {
        "expect": result.result,
        "key": result.reason.key,
        "limit": result.limit,
        "lookups": result.lookups,
        "voids": result.voids,
        "matched": result.matched and result.matched.term,
        "explanation": result.explanation,
        "asked": [str(answer.question) for answer in result.answers],
        "trace": [f"{step.term} {step.outcome}" for step in result.trace],
        "identity": result.identity,
        "domain": result.domain,
        "sender": result.sender,
    }
    wanted = {"limit": "", "explanation": None, **{k: row[k] for k in LOOKED_AT & row.keys()}}
    assert {name: found[name] for name in wanted} == wanted, str(result.reason)
    recount(result)
