"""DKIM: every kind of signature by a table, then what a table cannot show."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from deliverkit.auth.results import DkimResult
from deliverkit.auth.signatures import dkim
from tests.auth.dkim_accepted import ACCEPTED
from tests.auth.dkim_cases import NOW, Case
from tests.auth.dkim_refused import FAILED, REFUSED_KEYS, REFUSED_SIGNATURES
from tests.auth.signing import KEY_NAME, rsa
from tests.auth.zone import Given, Zone

CASES = (*ACCEPTED, *REFUSED_SIGNATURES, *REFUSED_KEYS, *FAILED)


def run(message: bytes, names: Mapping[str, Given] | None = None, now: float = NOW) -> tuple[DkimResult, ...]:
    zone = Zone(names if names is not None else {KEY_NAME: rsa().record()})
    return asyncio.run(dkim(message, zone, now))


def test_case_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    result = run(case.message(), case.names(), case.now)[0]
    assert (result.result, result.reason.key) == (case.result, case.reason), str(result.reason)
    assert {key: getattr(result, key) for key in case.says} == dict(case.says)
    for reason in (result.reason, *result.trace):
        assert str(reason).endswith(".")
