"""What several tests of checks share."""

from __future__ import annotations

import pytest

from deliverkit.facts import otherwise
from deliverkit.facts.values import Beside
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver


@pytest.fixture
def nothing_else_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if SPF beside a key, or DKIM beside SPF, had been looked at in the cases that give nothing of it."""
    beside, by_dkim = otherwise._Passing.beside, otherwise._by_dkim

    def told(other: Beside) -> Beside:
        return Beside.FAIL if other is Beside.UNKNOWN else other

    async def looked(subject: Subject, resolver: Resolver) -> Beside:
        return told(await by_dkim(subject, resolver))

    monkeypatch.setattr(otherwise._Passing, "beside", lambda self, name: told(beside(self, name)))
    monkeypatch.setattr(otherwise, "_by_dkim", looked)
