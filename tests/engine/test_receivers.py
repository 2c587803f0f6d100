"""What each receiver would do: the cases of receivers.toml, and what holds for all of them."""

from __future__ import annotations

import asyncio
import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deliverkit.bounces import replies
from deliverkit.engine import receivers, registry
from deliverkit.engine.audit import report
from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.receiver import Judgement, Stance
from deliverkit.model.report import Outcome, Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity, Verdict
from deliverkit.resolver.zonefile import Zone

CASES = tomllib.loads((Path(__file__).parent / "receivers.toml").read_text("utf-8"))["case"]
WITHOUT = {"ips": (), "selectors": (), "helo": None, "blocklists": ("bl.spamcop.net",)}


class Changed:
    """The lab, with other records at some names and no answer at others."""

    def __init__(self, records: str = "", servfail: tuple[str, ...] = ()) -> None:
        self.own = Zone.from_text(f"$TTL 300\n{records}\n", source="lab")
        self.names = {line.split(". ")[0] for line in records.splitlines()}
        self.servfail = servfail

    async def ask(self, question: Question) -> Answer:
        if question.name in self.servfail:
            return Answer(question, Status.SERVFAIL)
        if question.name in self.names:
            answer = await self.own.ask(question)
            if answer.status is Status.OK:
                return answer
        return await world.zone().ask(question)


@cache
def audited(
    stream: str,
    without: tuple[str, ...] = (),
    records: str = "",
    servfail: tuple[str, ...] = (),
    subject: tuple[tuple[str, str], ...] = (),
) -> Report:
    found = world.stream(f"{stream}.example")
    assert found is not None
    changes: dict[str, Any] = {part: WITHOUT[part] for part in without} | dict(subject)
    changed: Subject = dataclasses.replace(found.subject, **changes)
    return asyncio.run(report(changed, Changed(records, servfail), registry.discover()))


def first_codes(judgement: Judgement, kind: str) -> list[str]:
    return [row.reply.reply.split("; ")[0] for row in getattr(judgement, kind)]


def told(judgement: Judgement) -> set[str]:
    return {f"{reason.key} {', '.join(reason.data)}" for reason in judgement.reasons}


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=f"{c['stream']}-{c['receiver']}-{n}") for n, c in enumerate(CASES)]
)
def test_case(case: dict[str, Any]) -> None:
    found = audited(
        case["stream"],
        tuple(case.get("without", ())),
        case.get("records", ""),
        tuple(case.get("servfail", ())),
        tuple(case.get("subject", {}).items()),
    )
    (verdict,) = receivers.judge(found, [case["receiver"]])
    for judgement, prefix in ((verdict.ordinary, ""), (verdict.bulk, "bulk_")):
        stance = case["verdict"] if not prefix else case.get("bulk", case["verdict"])
        assert judgement.stance == stance, prefix
        for kind in ("replies", "perhaps"):
            expected = case.get(f"{prefix}{kind}", case.get(kind, []))
            assert first_codes(judgement, kind) == expected, (prefix, kind)
        assert told(judgement) >= set(case.get(f"{prefix}reasons", case.get("reasons", []))), prefix
        assert (
            bool(judgement.reasons) == bool(case.get(f"{prefix}reasons", case.get("reasons", []))) or prefix
        )
    assert {w.says for w in verdict.wants} or case["receiver"] == "comcast"


def test_every_receiver_takes_the_healthy_stream() -> None:
    for verdict in receivers.judge(audited("healthy"), replies.receiver_names()):
        assert (verdict.ordinary.stance, verdict.bulk.stance) == (Stance.ACCEPTS, Stance.ACCEPTS)
        assert verdict.wants


@pytest.mark.parametrize("stream", ["broken", "healthy", "dmarc-fails", "spf-missing"])
def test_replies_stand_in_the_order_of_the_session(stream: str) -> None:
    for verdict in receivers.judge(audited(stream), replies.receiver_names()):
        for judgement in (verdict.ordinary, verdict.bulk):
            stages = [row.reply.stage for row in judgement.replies]
            assert stages == sorted(stages)
            assert not any(row.reply.bulk_only for row in verdict.ordinary.replies)


@pytest.mark.parametrize("name", replies.receiver_names())
def test_nothing_looked_at_is_never_accepted(name: str) -> None:
    nothing = dataclasses.replace(audited("healthy"), outcomes=())
    (verdict,) = receivers.judge(nothing, [name])
    assert verdict.ordinary.stance is Stance.UNKNOWN
    assert {reason.key for reason in verdict.ordinary.reasons} >= {"not-judged"}


@pytest.mark.parametrize("name", replies.receiver_names())
def test_everything_unknown_is_never_accepted_nor_refused(name: str) -> None:
    whole = audited("refused")
    reason = next(o.reason for o in whole.with_verdict(Verdict.UNKNOWN))
    outcomes = tuple(Outcome(o.check_id, "", o.severity, Verdict.UNKNOWN, (), reason) for o in whole.outcomes)
    (verdict,) = receivers.judge(dataclasses.replace(whole, outcomes=outcomes), [name])
    assert (verdict.ordinary.stance, verdict.bulk.stance) == (Stance.UNKNOWN, Stance.UNKNOWN)


@pytest.mark.parametrize("name", replies.receiver_names())
def test_a_note_never_makes_anyone_refuse(name: str) -> None:
    """As for a list that no large receiver uses."""
    whole = audited("broken")
    outcomes = tuple(
        dataclasses.replace(
            o, findings=tuple(dataclasses.replace(f, severity=Severity.NOTE) for f in o.findings)
        )
        for o in whole.outcomes
    )
    (verdict,) = receivers.judge(dataclasses.replace(whole, outcomes=outcomes), [name])
    assert not verdict.bulk.replies and not verdict.bulk.perhaps


def test_one_sound_key_of_two_is_enough() -> None:
    found = world.stream("dkim-key-revoked.example")
    assert found is not None
    both = ("s1", "s1._domainkey.letters.example")
    subject = dataclasses.replace(found.subject, selectors=both)
    seen = asyncio.run(report(subject, world.zone(), registry.discover()))
    assert "dkim-key-revoked" in {f.id for f in seen.findings}
    (verdict,) = receivers.judge(seen, ["gmail"])
    assert verdict.bulk.stance is Stance.ACCEPTS


def test_a_key_that_could_not_be_read_leaves_it_open() -> None:
    seen = audited("spf-missing", servfail=("s1._domainkey.spf-missing.example",))
    (verdict,) = receivers.judge(seen, ["apple"])
    assert verdict.ordinary.stance is Stance.UNKNOWN
    assert any(reason.key == "open-questions" for reason in verdict.ordinary.reasons)


def test_each_receiver_once_by_whatever_name() -> None:
    found = receivers.judge(audited("healthy"), ["aol", "hotmail.com", "yahoo"])
    assert [v.receiver.name for v in found] == ["yahoo", "outlook"]
    with pytest.raises(replies.UnknownReceiver):
        receivers.judge(audited("healthy"), ["nobody"])
