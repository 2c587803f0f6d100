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
from deliverkit.model.bounce import Bearing
from deliverkit.model.receiver import Judgement, Stance
from deliverkit.model.report import Outcome, Reason, Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Prediction, Severity, Verdict
from deliverkit.render import terminal
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


SPF_FAULTS = [
    c
    for c in replies.groups()["spf-not-passing"].checks
    if c.startswith("spf-") and c != "spf-ip-not-authorised"
]


@pytest.mark.parametrize("check_id", SPF_FAULTS)
@pytest.mark.parametrize(("without", "other"), [((), "pass"), (("selectors",), "unknown")])
def test_no_sure_answer_where_a_signature_passes_or_may(
    check_id: str, without: tuple[str, ...], other: str
) -> None:
    """And none of the replies that only follow where neither of the two passes."""
    seen = audited(check_id, without)
    found = [f for f in seen.findings if f.id == check_id]
    assert found
    assert {f.data.get("other") for f in found} == {other}
    assert all(f.severity < Severity.ERROR for f in found)
    assert not any(r.together for f in found for c in f.consequences for r in c.replies)
    assert {c.likelihood for f in found for c in f.consequences} <= {Likelihood.POSSIBLE}
    assert seen.prediction in {Prediction.SOME, Prediction.NO}
    text = terminal.render(seen)
    assert ("Whether a DKIM signature passes could not be told" in " ".join(text.split())) is (
        other == "unknown" and any(f.severity is Severity.WARNING for f in found)
    )


def test_a_sure_answer_where_the_signature_fails() -> None:
    """The key of the stream is a text without a key."""
    seen = audited("spf-missing", (), "s1._domainkey.spf-missing.example. TXT revoked")
    (found,) = (f for f in seen.findings if f.id == "spf-missing")
    assert found.severity is Severity.ERROR
    assert any(r.together for c in found.consequences for r in c.replies)
    assert seen.prediction is Prediction.YES


def test_a_note_of_a_list_brings_neither_reply_nor_bounce() -> None:
    (found,) = (f for f in audited("low-list").findings if f.id == "dnsbl-ip-listed")
    assert (found.severity, found.consequences) == (Severity.NOTE, ())


@pytest.mark.parametrize(
    ("stream", "likelihood", "receivers_named"),
    [
        ("links-in-spam", Likelihood.POSSIBLE, {"gmail"}),
        ("dnsbl-domain-listed", Likelihood.LIKELY, {"apple", "gmail"}),
    ],
)
def test_a_listed_domain(stream: str, likelihood: Likelihood, receivers_named: set[str]) -> None:
    """Apple goes by Spamhaus alone, and no list but Spamhaus' DBL makes it likely."""
    seen = audited(stream)
    found = next(f for f in seen.findings if f.id == "dnsbl-domain-listed")
    blocked = next(c for c in found.consequences if c.code == 917)
    assert blocked.likelihood is likelihood
    assert {r.receiver for r in blocked.replies} == receivers_named
    assert {s.split()[0] for s in found.sources} - {"RFC"} == receivers_named
    text = terminal.render(seen)
    assert "        The domain of the sender is on a blocklist.\n" in text
    assert "The sending IP address is on a blocklist" not in text


def refusing(zones: set[str]) -> Report:
    """The healthy stream, where these lists refuse the resolver that asks; each other one as it is."""
    seen = audited("healthy")
    outcomes = tuple(
        dataclasses.replace(o, verdict=Verdict.UNKNOWN, reason=Reason("doubt", ("dnsbl-refused",)))
        if o.scope.split()[:1] and o.scope.split()[0] in zones
        else o
        for o in seen.outcomes
    )
    assert outcomes != seen.outcomes
    return dataclasses.replace(seen, outcomes=outcomes)


def test_a_list_that_the_receiver_does_not_use_leaves_nothing_open() -> None:
    """Nor does one of which a listing would weigh less, where the receiver goes by its own reputation."""
    seen = audited("refused")
    (left,) = seen.with_verdict(Verdict.UNKNOWN)
    assert "abusix" in left.scope
    verdicts = {v.receiver.name: v.bulk for v in receivers.judge(seen, replies.receiver_names())}
    # Postfix uses the lists that its administrator names, so this may be one of them.
    assert {name for name, v in verdicts.items() if v.stance is not Stance.ACCEPTS} == {"postfix"}
    assert verdicts["postfix"].reasons == (Reason("doubt-about", (left.scope, "dnsbl-abusix-key")),)


def test_what_is_open_names_the_list() -> None:
    seen = refusing({"zen.spamhaus.org"})
    (yahoo, barracuda) = receivers.judge(seen, ["yahoo", "barracuda"])
    abouts = [o.scope for o in seen.with_verdict(Verdict.UNKNOWN)]
    assert yahoo.ordinary.reasons == tuple(Reason("doubt-about", (a, "dnsbl-refused")) for a in abouts)
    assert (yahoo.ordinary.stance, barracuda.ordinary.stance) == (Stance.UNKNOWN, Stance.ACCEPTS)
    text = terminal.render(dataclasses.replace(seen, receivers=(yahoo,)))
    assert f"Open     {abouts[0]}: The blocklist refuses" in text


def test_where_name_servers_disagree_no_receiver_that_looks_accepts() -> None:
    found = world.stream("ns-disagrees.example")
    assert found is not None
    subject = dataclasses.replace(found.subject, looks=("authoritative",))
    seen = asyncio.run(report(subject, world.zone(), registry.discover()))
    assert [f.message for f in seen.findings if f.id == "ns-disagrees"] == ["spf"]
    verdicts = {v.receiver.name: v for v in receivers.judge(seen, replies.receiver_names())}
    unsure = {name for name, v in verdicts.items() if v.ordinary.stance is Stance.UNKNOWN}
    asks_for_spf = {
        name
        for name, v in verdicts.items()
        for r in v.receiver.rules
        if r.reply.bearing is Bearing.DECIDES and not r.reply.bulk_only and len(r.causes) == 1
        if any(c.startswith("spf-") for c in r.checks)
    }
    assert {"gmail", "gmx", "exchange-online"} <= asks_for_spf <= unsure
    assert verdicts["barracuda"].bulk.stance is Stance.ACCEPTS
    assert {row.because for row in verdicts["exchange-online"].ordinary.perhaps} == {("ns-disagrees",)}


@pytest.mark.parametrize(
    ("purpose", "unsure", "accepting"),
    [
        ("mx", "yahoo", "exchange-online"),
        ("helo", "gmail", "exchange-online"),
        ("dmarc", "gmail", "barracuda"),
        ("serial", "", "gmail"),
    ],
)
def test_it_goes_by_what_they_disagree_about(purpose: str, unsure: str, accepting: str) -> None:
    found = world.stream("ns-disagrees.example")
    assert found is not None
    subject = dataclasses.replace(found.subject, looks=("authoritative",))
    seen = asyncio.run(report(subject, world.zone(), registry.discover()))
    severity = Severity.NOTE if purpose == "serial" else Severity.WARNING
    outcomes = tuple(
        dataclasses.replace(
            o,
            findings=tuple(dataclasses.replace(f, message=purpose, severity=severity) for f in o.findings),
        )
        for o in seen.outcomes
        if o.check_id == "ns-disagrees"
    )
    whole = audited("healthy")
    others = tuple(o for o in whole.outcomes if o.check_id != "ns-disagrees")
    changed = dataclasses.replace(whole, outcomes=(*others, *outcomes))
    names = [name for name in (unsure, accepting) if name]
    stances = {
        v.receiver.name: {row.reply.reply for row in v.bulk.perhaps if row.reply.bearing is Bearing.DECIDES}
        for v in receivers.judge(changed, names)
    }
    assert not unsure or stances[unsure]
    assert not stances[accepting]
