"""Could not look is never fine and never broken: every single question of a recorded audit is made to fail."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.lab import world
from deliverkit.lab.world import LabStream
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.report import Outcome, Report
from deliverkit.model.verdict import Verdict
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.recorded import Recorder, Replay

CHECKS = registry.discover()
# A name server that refuses its own zone is what these look for, and to the others such a one takes no part.
LAME = {Status.SERVFAIL, Status.REFUSED}
STREAMS = world.streams()


class Failing:
    """One question fails, all others are answered."""

    def __init__(self, question: Question, status: Status, below: Resolver) -> None:
        self.question = question
        self.status = status
        self.below = below

    async def ask(self, question: Question) -> Answer:
        if question == self.question:
            return Answer(question, self.status, detail="made to fail")
        return await self.below.ask(question)


def _recorded(stream: LabStream) -> tuple[Report, Replay]:
    async def run() -> tuple[Report, str]:
        recorder = Recorder(world.zone())
        found = await report(stream.subject, Cached(recorder), CHECKS)
        return found, recorder.dump(stream.subject, "test")

    found, text = asyncio.run(run())
    return found, Replay.from_text(text, "recording")


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s.subject.domain)
def test_a_failing_question_makes_what_needs_it_unknown(stream: LabStream) -> None:
    before, recording = _recorded(stream)
    tolerant = {c.id for c in CHECKS if c.rule.tolerates_gaps}
    assert len(before.asked) >= 10
    for i, asked in enumerate(a for a in before.asked if a.settled):
        status = (Status.TIMEOUT, Status.SERVFAIL, Status.REFUSED, Status.UNRECORDED)[i % 4]
        world_now = Failing(asked.question, status, recording)
        after = asyncio.run(report(stream.subject, world_now, CHECKS))
        lame = bool(asked.question.at) and asked.question.rtype == "SOA" and status in LAME
        if lame:
            told = [o for o in after.outcomes if o.check_id == "ns-lame" and o.verdict is not Verdict.PASS]
            assert told, f"{asked.question} {status}"
        for outcome in before.outcomes:
            if lame and outcome.check_id.startswith("ns-"):
                continue
            now = _same(after, outcome)
            where = f"{asked.question} {status}: {outcome.check_id} {outcome.scope} was {outcome.verdict}"
            if asked.question not in outcome.rests_on:
                assert now is not None, where
                assert (now.verdict, _keys(now)) == (outcome.verdict, _keys(outcome)), where
            elif now is not None and now.verdict is Verdict.FAIL:
                assert outcome.check_id in tolerant and _keys(now) == _keys(outcome), where
            elif now is not None and asked.question not in now.rests_on and now.rests_on:
                # Another answer proves the same: a host name with A needs no AAAA, and the reverse.
                assert (now.verdict, _keys(now)) == (outcome.verdict, _keys(outcome)), where
            else:
                unknown = [
                    o
                    for o in after.outcomes
                    if o.check_id == outcome.check_id and o.verdict is Verdict.UNKNOWN
                ]
                assert unknown, where
                assert now is None or now.verdict is Verdict.UNKNOWN, where
                assert any(str(asked.question) in o.reason.data for o in unknown if o.reason), where


def _same(after: Report, outcome: Outcome) -> Outcome | None:
    return next(
        (o for o in after.outcomes if (o.check_id, o.scope) == (outcome.check_id, outcome.scope)), None
    )


def _keys(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [f.key for f in outcome.findings]


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.SERVFAIL, Status.REFUSED])
def test_when_nothing_answers_nothing_passes_and_nothing_fails(status: Status) -> None:
    class Dead:
        async def ask(self, question: Question) -> Answer:
            return Answer(question, status)

    stream = next(s for s in STREAMS if s.subject.domain == "healthy.example")
    found = asyncio.run(report(stream.subject, Dead(), CHECKS))
    about_names_only = {o.check_id for o in found.outcomes if o.verdict is Verdict.PASS}
    assert about_names_only == {
        "helo-address-literal",
        "helo-bad-characters",
        "helo-empty",
        "helo-local-name",
        "helo-not-fqdn",
        "sender-domain-invalid",
    }
    assert found.findings == ()
    others = {
        o.verdict
        for o in found.outcomes
        if o.check_id not in about_names_only and (o.reason is None or o.reason.data != ("--authoritative",))
    }
    assert others == {Verdict.UNKNOWN}


@pytest.mark.parametrize("stream", [s for s in STREAMS if s.expect], ids=lambda s: s.subject.domain)
def test_the_plan_clears_the_stream(stream: LabStream) -> None:
    """Every remedy over its own case turns its finding off, with all checks judging, and adds none."""
    from deliverkit.engine.remedy import plan

    async def run() -> None:
        resolver = Cached(world.zone())
        found = await report(stream.subject, resolver, CHECKS)
        made = await plan(found, resolver, CHECKS)
        assert made.introduced == ()
        assert {f.id for f in made.left if f.remedy is None or not f.remedy.waits} <= {
            "sender-domain-invalid"
        }
        solved = {key for step in made.steps for key in step.solves}
        assert {f.key for f in found.findings} - {f.key for f in made.left} <= solved

    asyncio.run(run())


def test_a_replayed_subject_is_the_recorded_one() -> None:
    stream = STREAMS[0]
    _, recording = _recorded(stream)
    assert recording.subject == stream.subject
