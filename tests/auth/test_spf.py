"""check_host() to the letter: each case names the clause that decides it."""

from __future__ import annotations

import asyncio
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deliverkit.auth.check_host import spf
from deliverkit.auth.results import SpfResult
from deliverkit.lab.faults import Fault, Faulty, Kind
from deliverkit.model.answer import Txt
from deliverkit.resolver.wire import to_text
from deliverkit.resolver.zonefile import Zone
from tests.auth.recount import recount

FOLDER = Path(__file__).parent / "spf_cases"
CASES = [
    pytest.param(row, id=f"{path.stem}: {row['about']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for row in tomllib.loads(path.read_text("utf-8"))["case"]
]
GIVEN = {"about", "clause", "record", "zone", "silent", "ip", "mail_from", "helo", "receiver"}
LOOKED_AT = {"expect", "key", "limit", "lookups", "voids", "matched", "explanation", "asked", "trace"}
LOOKED_AT |= {"identity", "domain", "sender"}


def evaluated(row: dict[str, Any]) -> SpfResult:
    text = str(row.get("zone", ""))
    if "record" in row:
        text = f"example.com. TXT {to_text('TXT', Txt.of(row['record']))}\n{text}"
    silent = [Fault(Kind.TIMEOUT, name) for name in row.get("silent", ())]
    return asyncio.run(
        spf(
            row.get("ip", "192.0.2.1"),
            row.get("mail_from", "user@example.com"),
            row.get("helo", "mail.example.com"),
            Faulty(silent, Zone.from_text(text)),
            row.get("receiver"),
        )
    )


@pytest.mark.parametrize("row", CASES)
def test_case(row: dict[str, Any]) -> None:
    assert row.keys() <= GIVEN | LOOKED_AT
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
