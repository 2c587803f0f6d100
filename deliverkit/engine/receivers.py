"""What each receiver would do with the stream of a report: its own rules laid over what was found.

A verdict claims no more than the DNS can tell. What could not be looked at, and what is only a sign of what the
receiver goes by, makes it unknown, never accepted; a note never makes it refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from fnmatch import fnmatchcase

from deliverkit.bounces import replies
from deliverkit.model.bounce import Bearing, Reply
from deliverkit.model.receiver import (
    Foreseen,
    Group,
    Judgement,
    Receiver,
    ReceiverRule,
    ReceiverVerdict,
    Stance,
)
from deliverkit.model.report import Finding, Outcome, Reason, Report
from deliverkit.model.verdict import Severity, Verdict


class _Holds(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class _Told:
    """Whether a cause is there. ``because``: the checks that found it; ``reasons``: why it cannot be told."""

    holds: _Holds = _Holds.NO
    because: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def judge(report: Report, names: Iterable[str]) -> tuple[ReceiverVerdict, ...]:
    """One verdict for each receiver, in the order asked, each once. Raises UnknownReceiver."""
    asked = dict.fromkeys(replies.find(name).name for name in names)
    seen = _Seen(report)
    return tuple(_verdict(replies.receivers()[name], seen) for name in asked)


def _verdict(receiver: Receiver, seen: _Seen) -> ReceiverVerdict:
    host = replies.receivers()[receiver.hosted_by] if receiver.hosted_by else None
    rules = (*receiver.rules, *(host.rules if host else ()))
    told = [
        (rule, seen.rule(rule)) for rule in rules if rule.reply.bearing in {Bearing.DECIDES, Bearing.SIGN}
    ]
    ordinary = [(rule, found) for rule, found in told if not rule.reply.bulk_only]
    wants = (*receiver.wants, *(host.wants if host else ()))
    return ReceiverVerdict(receiver, _judgement(ordinary), _judgement(told), wants)


def _judgement(told: list[tuple[ReceiverRule, _Told]]) -> Judgement:
    sure = [(rule.reply, t) for rule, t in told if t.holds is _Holds.YES and _decides(rule)]
    signs = [
        (rule.reply, t) for rule, t in told if t.because and not (t.holds is _Holds.YES and _decides(rule))
    ]
    reasons = tuple(dict.fromkeys(reason for _, t in told for reason in t.reasons))
    if any(not reply.temporary for reply, _ in sure):
        stance = Stance.REFUSES
    elif sure:
        stance = Stance.DEFERS
    else:
        stance = Stance.UNKNOWN if signs or reasons else Stance.ACCEPTS
    return Judgement(stance, _in_session_order(sure), _in_session_order(signs), reasons)


def _decides(rule: ReceiverRule) -> bool:
    return rule.reply.bearing is Bearing.DECIDES


def _in_session_order(found: list[tuple[Reply, _Told]]) -> tuple[Foreseen, ...]:
    ordered = sorted(found, key=lambda row: (row[0].stage, row[0].temporary))
    return tuple(Foreseen(reply, told.because) for reply, told in ordered)


_DISAGREES = "ns-disagrees"
_LOOKS_AT = {
    "spf": ("spf-",),
    "dkim": ("dkim-",),
    "dmarc": ("dmarc-",),
    "mx": ("sender-mx-", "sender-no-mail-host", "sender-null-mx"),
    "helo": ("helo-unresolvable", "helo-not-sending-ip", "ptr-not-forward-confirmed"),
}
"""What name servers disagree about (the message of the finding) -> the beginnings of the checks that look at it."""


class _Seen:
    """A report, asked for causes."""

    def __init__(self, report: Report) -> None:
        self.subject = report.subject
        self.outcomes: dict[str, list[Outcome]] = {}
        for outcome in report.outcomes:
            self.outcomes.setdefault(outcome.check_id, []).append(outcome)

    def rule(self, rule: ReceiverRule) -> _Told:
        concerned: Callable[[Outcome], bool] = self._any_scope
        if rule.ipv6_only:
            if not self.subject.ips:
                return _Told(_Holds.PERHAPS, reasons=(Reason("not-given", ("--ip",)),))
            if not any(":" in ip for ip in self.subject.ips):
                return _Told()
            concerned = self._not_over_ipv4
        causes = [_any(self._group(group, rule.reply, concerned) for group in cause) for cause in rule.causes]
        least = min(told.holds for told in causes)
        if least is _Holds.NO:
            return _Told()
        reasons = tuple(reason for told in causes if told.holds is _Holds.PERHAPS for reason in told.reasons)
        # A cause that was only not looked at brings no reply to name, not even perhaps.
        if any(not told.because for told in causes):
            return _Told(least, reasons=reasons)
        return _Told(least, tuple(dict.fromkeys(c for told in causes for c in told.because)), reasons)

    def _any_scope(self, _: Outcome) -> bool:
        return True

    def _not_over_ipv4(self, outcome: Outcome) -> bool:
        return outcome.scope not in self.subject.ips or ":" in outcome.scope

    def _group(self, group: Group, reply: Reply, concerned: Callable[[Outcome], bool]) -> _Told:
        unjudged = [c for c in group.checks if c not in self.outcomes]
        outcomes = [
            o
            for c in group.checks
            for o in self.outcomes.get(c, ())
            if concerned(o) and (c not in group.envelope_only or o.scope == self.subject.envelope_domain)
        ]
        absent = (
            _Told(_Holds.PERHAPS, reasons=(Reason("not-judged", tuple(unjudged)),)) if unjudged else _Told()
        )
        if reply.lists and not any(replies.concerns(reply, zone) for zone in self.subject.blocklists):
            absent = _any((absent, _Told(_Holds.PERHAPS, reasons=(Reason("not-asked", reply.lists),))))
        parted = self._parted(group) if reply.bearing is Bearing.DECIDES else _Told()
        if group.each_selector:
            return _any((parted, _every_selector(group, reply, outcomes, absent)))
        return _any((parted, absent, *(_outcome(group, reply, o) for o in outcomes)))

    def _parted(self, group: Group) -> _Told:
        """Where name servers disagree about what the checks look at, the receiver may get either answer."""
        because = tuple(
            dict.fromkeys(
                finding.id
                for outcome in self.outcomes.get(_DISAGREES, ())
                for finding in outcome.findings
                if any(c.startswith(_LOOKS_AT.get(finding.message, ())) for c in group.checks)
            )
        )
        return _Told(_Holds.PERHAPS, because) if because else _Told()


def _every_selector(group: Group, reply: Reply, outcomes: list[Outcome], absent: _Told) -> _Told:
    """One signature is enough, so one selector whose every check passes answers for all."""
    by_selector: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_selector.setdefault(outcome.scope, []).append(outcome)
    general = _any((absent, *(_outcome(group, reply, o) for o in by_selector.pop("", ()))))
    each = [_any(_outcome(group, reply, o) for o in found) for found in by_selector.values()]
    for told, found in zip(each, by_selector.values(), strict=True):
        if told.holds is _Holds.NO and {o.check_id for o in found} == set(group.checks):
            return _Told()
    whole = _any((general, *each))
    failing = bool(each) and general.holds is _Holds.NO and all(t.holds is _Holds.YES for t in each)
    return whole if failing or whole.holds is _Holds.NO else replace(whole, holds=_Holds.PERHAPS)


def _outcome(group: Group, reply: Reply, outcome: Outcome) -> _Told:
    if outcome.severity is Severity.NOTE:
        return _Told()
    if outcome.verdict is Verdict.FAIL:
        return _any(_finding(group, reply, finding) for finding in outcome.findings)
    reason = outcome.reason
    cannot_tell = outcome.verdict is Verdict.UNKNOWN or (reason is not None and reason.key == "not-given")
    if not cannot_tell or reason is None or (outcome.scope and not _asks_it(reply, outcome)):
        return _Told()
    if reason.key == "doubt" and outcome.scope:
        reason = Reason("doubt-about", (outcome.scope, *reason.data))
    return _Told(_Holds.PERHAPS, reasons=(reason,))


def _asks_it(reply: Reply, outcome: Outcome) -> bool:
    """Whether the receiver's reply goes by what the outcome is about. A receiver that goes by a reputation of its own
    names no list; a listing is a sign of that, and one that few receivers ask for is not looked for."""
    if outcome.check_id.startswith("dnsbl-") and not reply.lists and reply.bearing is Bearing.SIGN:
        return outcome.severity is Severity.ERROR
    return replies.concerns(reply, outcome.scope)


def _finding(group: Group, reply: Reply, finding: Finding) -> _Told:
    if finding.severity is Severity.NOTE or not replies.matches(reply, finding.message, finding.data):
        return _Told()
    patterns = dict(group.perhaps).get(finding.id, ())
    partly = any(fnmatchcase(finding.message, pattern) for pattern in patterns)
    return _Told(_Holds.PERHAPS if partly else _Holds.YES, (finding.id,))


def _any(found: Iterable[_Told]) -> _Told:
    rows = tuple(found)
    holds = max((told.holds for told in rows), default=_Holds.NO)
    because = tuple(dict.fromkeys(c for told in rows if told.holds is holds for c in told.because))
    reasons = tuple(dict.fromkeys(reason for told in rows for reason in told.reasons))
    return _Told(holds, because, reasons if holds is _Holds.PERHAPS else ())
