"""Every case of every check: verdict, reason, message, place and data, all of them and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from deliverkit import texts
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.report import Finding, Outcome
from tests.checks.cases import Case, cases

ALL = [case for check_id in registry.ids() for case in cases(check_id)]


@pytest.mark.parametrize("case", ALL, ids=str)
def test_case(case: Case) -> None:
    check = registry.load(case.check_id)
    found = asyncio.run(report(case.subject, case.resolver(), [check])).outcomes
    assert [o.verdict for o in found] == [e.verdict for e in case.outcomes], _told(found)
    for outcome, expected in zip(found, case.outcomes, strict=True):
        if expected.scope is not None:
            assert outcome.scope == expected.scope
        if expected.reason is not None:
            assert outcome.reason is not None
            assert (outcome.reason.key, *outcome.reason.data) == expected.reason
        shown = [_shown(f) for f in outcome.findings]
        assert len(shown) == len(expected.findings)
        assert shown == [_wanted(w, s["data"]) for w, s in zip(expected.findings, shown, strict=True)]


@pytest.mark.parametrize("case", [c for c in ALL if any(o.findings for o in c.outcomes)], ids=str)
def test_sentences(case: Case) -> None:
    """Message and remedy have a sentence that the data fill."""
    found = asyncio.run(report(case.subject, case.resolver(), [registry.load(case.check_id)]))
    for f in found.findings:
        assert texts.message(f.id, f.message, f.data)
        if f.remedy is not None:
            assert texts.remedy(f.id, f.remedy.key, {**f.data, **f.remedy.data})


def _shown(f: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": f.message, "place": str(f.place), "data": dict(f.data)}
    return shown


def _wanted(expected: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    data = {k: tuple(v) if isinstance(v, list) else v for k, v in expected["data"].items()}
    # A case about one of SPF and DKIM gives nothing of the other; only where that is its point does it say so.
    if "other" not in data and shown.get("other") == "unknown":
        data["other"] = "unknown"
    return {"message": expected["message"], "place": expected["place"], "data": data}


def _told(outcomes: tuple[Outcome, ...]) -> str:
    return "\n".join(f"{o.scope} {o.verdict} {o.reason} {[_shown(f) for f in o.findings]}" for o in outcomes)
