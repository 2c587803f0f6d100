"""What anyone can check who reads the trace of an SPF result from the top."""

from __future__ import annotations

import re

from deliverkit.auth.results import Result, SpfResult, SpfStep
from deliverkit.records.spf import QUERYING


def recount(result: SpfResult) -> None:
    """Fails where the trace does not add up to the totals."""
    top = [step for step in result.trace if step.depth == 0]
    assert sum(step.lookups for step in top) == result.lookups <= 11
    assert sum(step.voids for step in top) == result.voids <= 3
    assert sum(map(counts, result.trace)) == result.lookups
    for at, step in enumerate(result.trace):
        lookups = voids = 0
        for below in result.trace[at + 1 :]:
            if below.depth <= step.depth:
                break
            if below.depth == step.depth + 1:
                lookups += below.lookups
                voids += below.voids
        assert step.lookups == counts(step) + lookups
        assert 0 <= step.voids - voids <= counts(step)
    assert {q for step in result.trace for q in step.asked} <= {a.question for a in result.answers}
    assert {step.outcome for step in result.trace} <= {"match", "no-match", "error", "ignored", "used"}
    if result.matched is not None:
        assert any(step is result.matched for step in top)
        assert result.matched.outcome == "match"
    ended = result.result in {Result.TEMPERROR, Result.PERMERROR, Result.NONE}
    assert not (ended and result.matched)
    assert not (ended and any(step.outcome == "match" and step.depth == 0 for step in result.trace))
    assert bool(result.limit) <= (result.result is Result.PERMERROR)
    assert result.explanation is None or result.result is Result.FAIL
    for sentence in (result.reason, *(step.note for step in result.trace if step.note is not None)):
        assert re.fullmatch(r".*\.", str(sentence))


def counts(step: SpfStep) -> bool:
    """Whether the term is one of those that RFC 7208 section 4.6.4 limits to ten."""
    name = re.match(r"[+\-?~]?([a-z0-9]*)(=?)", step.term.lower())
    if name is None or step.outcome in {"ignored", "used"}:
        return False
    return name[1] in QUERYING and bool(name[2]) == (name[1] == "redirect")
