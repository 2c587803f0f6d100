"""The SPF suites: over canned answers, over real packets, and against pyspf."""

from __future__ import annotations

import asyncio
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from deliverkit.auth.check_host import spf
from deliverkit.auth.results import SpfResult
from deliverkit.lab.server import NameServer
from deliverkit.model.answer import Status
from deliverkit.resolver.live import Live
from tests.auth.recount import recount
from tests.auth.spf_world import second_opinion
from tests.suites.canned import Canned
from tests.suites.spf_cases import SUITES, Case, cases

OPENSPF = "spf-openspf-rfc7208"
DISPUTED: dict[tuple[str, str], dict[str, Any]] = {
    (row["suite"], row["id"]): row
    for row in tomllib.loads((Path(__file__).parent / "disputed.toml").read_text("utf-8"))["case"]
    if row["suite"] in SUITES
}
PYSPF_IS_WRONG = {
    "ptr-cname-loop": "RFC 7208 section 5.5: a PTR name whose addresses cannot be looked up is skipped",
}

EVERY_SUITE = pytest.mark.parametrize("suite", SUITES)


async def canned(case: Case) -> SpfResult:
    return await spf(case.ip, case.mail_from, case.helo, Canned(case.zone))


def wrong(case: Case, result: SpfResult) -> list[object]:
    """What came instead of what the suite expects, nothing where it came."""
    row = DISPUTED.get((case.suite, case.id))
    right = result.result in (case.expect if row is None else [row["ours"]])
    explained = case.explanation is None or (result.explanation or "") == case.explanation
    return [] if right and explained else [(case.id, result.result, result.explanation, str(result.reason))]


@EVERY_SUITE
def test_over_canned_answers(suite: str) -> None:
    assert len(cases(suite)) == SUITES[suite]
    assert [w for case in cases(suite) for w in wrong(case, asyncio.run(canned(case)))] == []


def test_over_real_packets() -> None:
    """A TIMEOUT of the suite is silence where the case is about that, and elsewhere SERVFAIL, which is quicker."""

    async def run() -> list[object]:
        found: list[object] = []
        for case in cases(OPENSPF):
            silent = "temperror" in case.expect
            zone = Canned(case.zone, Status.TIMEOUT if silent else Status.SERVFAIL)
            async with NameServer(zone) as server:
                seconds = 0.3 if silent else 20.0
                live = Live([f"127.0.0.1:{server.address[1]}"], timeout=seconds, lifetime=seconds)
                found += wrong(case, await spf(case.ip, case.mail_from, case.helo, live))
        return found

    assert len(cases(OPENSPF)) == 203
    assert asyncio.run(run()) == []


@pytest.mark.parametrize("row", DISPUTED.values(), ids=lambda row: row["id"])
def test_what_is_disputed_is_a_case_and_has_its_clause(row: dict[str, Any]) -> None:
    case = next(case for case in cases(row["suite"]) if case.id == row["id"])
    assert case.expect == (row["theirs"],)
    assert row["ours"] != row["theirs"]
    assert re.fullmatch(r"RFC \d+ section [0-9.]+", row["clause"])
    assert row["why"]


@EVERY_SUITE
def test_pyspf_agrees_but_where_it_is_known_to_be_wrong(suite: str) -> None:
    differing = set()
    for case in cases(suite):
        ours = asyncio.run(canned(case))
        known = {answer.question: answer for answer in ours.answers}
        theirs = second_opinion(case.ip, case.mail_from, case.helo, Canned(case.zone), known)
        if theirs.result != ours.result:
            differing.add(case.id)
    assert differing == (PYSPF_IS_WRONG.keys() & {case.id for case in cases(suite)})


@EVERY_SUITE
def test_the_trace_accounts_for_everything(suite: str) -> None:
    for case in cases(suite):
        recount(asyncio.run(canned(case)))
