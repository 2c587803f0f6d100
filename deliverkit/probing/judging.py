"""Steps 3 to 5 of the flow: what each stage means. Pure: a conversation in, judgements out."""

from __future__ import annotations

from collections.abc import Sequence

from deliverkit.bounces.classify import classify, receiver_of
from deliverkit.model.verdict import Stage
from deliverkit.probing.model import Asking, Attempt, Judgement, Probe, Route, State, Target
from deliverkit.smtp.session import Session, Step

FAREWELL = frozenset({"rset", "quit"})
"""Steps after the answer is known: whatever becomes of them changes nothing."""

_STAGES = {
    "connect": Stage.CONNECT,
    "banner": Stage.CONNECT,
    "ehlo": Stage.HELO,
    "helo": Stage.HELO,
    "starttls": Stage.HELO,
    "tls": Stage.HELO,
    "mail": Stage.MAIL,
    "rcpt": Stage.RCPT,
}
# 910: nobody there, or no mail server; 911: a connection that breaks, which is the nearest for TLS too. What is
# there but cannot be read as SMTP has no code of its own.
_TROUBLE = {
    "refused": 910,
    "unreachable": 910,
    "cut": 911,
    "timeout": 911,
    "injected": 911,
    "tls-failed": 911,
    "no-smtputf8": 940,
}
_NO_CODE = 900


def attempt(session: Session, target: Target, asking: Asking) -> Attempt:
    receiver = receiver_of(session.host)
    said = (target.address, target.domain, asking.sender, asking.helo, session.host, session.address)
    judged = {
        place: _judge(step, receiver, said)
        for place, step in enumerate(session.steps)
        if not step.ok and step.name not in FAREWELL
    }
    place, last = next(
        (place, step)
        for place, step in reversed(tuple(enumerate(session.steps)))
        if step.name not in FAREWELL
    )
    result = judged.get(place)
    if result is None:
        accepted = last.name == "rcpt"
        result = Judgement(State.ACCEPTED, "accepted") if accepted else Judgement(State.UNKNOWN, "unfinished")
    return Attempt(session, receiver, judged, result)


def _judge(step: Step, receiver: str, said: Sequence[str]) -> Judgement:
    reply = step.reply
    if reply is None:
        return _trouble(step)
    if not 400 <= reply.code < 600:
        return Judgement(State.UNKNOWN, "unexpected", _NO_CODE, data={"reply": reply.code})
    state = State.REFUSED if reply.code >= 500 else State.DEFERRED
    found = classify(reply.code, reply.enhanced, reply.text, _STAGES[step.name], receiver=receiver, said=said)
    return Judgement(state, "reply", found.code, found.basis, found.sign, {"stage": step.name})


def _trouble(step: Step) -> Judgement:
    state = State.REFUSED if step.trouble == "no-smtputf8" else State.UNKNOWN
    data = {"stage": step.name, "detail": step.detail}
    if step.trouble == "not-public":  # not tried, so nothing is known of the server
        return Judgement(state, "connect-not-public", data=data)
    if step.name == "connect":
        return Judgement(state, f"connect-{step.trouble}", 910, data=data)
    if step.name == "banner" and step.trouble not in _TROUBLE:
        return Judgement(state, "not-smtp", 910, data=data)
    if step.trouble in _TROUBLE:
        return Judgement(state, step.trouble, _TROUBLE[step.trouble], data=data)
    return Judgement(state, "unreadable", _NO_CODE, data=data | {"why": step.trouble})


def goes_on(done: Attempt) -> bool:
    """Whether the next address is tried (RFC 5321 section 5.1): not after a refusal, and never once the mail
    transaction has begun, so that one mailbox is asked for once."""
    return (
        done.result.state in (State.UNKNOWN, State.DEFERRED)
        and done.session.step("mail") is None
        and done.session.step("rcpt") is None
    )


def probe(target: Target, asking: Asking, route: Route, attempts: Sequence[Attempt]) -> Probe:
    """The account of all attempts. Of those that decided nothing, the one that came furthest speaks, and rather one
    that was tried."""
    weight = {State.ACCEPTED: 3, State.REFUSED: 3, State.DEFERRED: 2, State.UNKNOWN: 1}
    best = max(
        attempts, key=lambda a: (weight[a.result.state], len(a.session.steps), a.result.code is not None)
    )
    notes = tuple(_notes(target, asking, route, best, attempts))
    return Probe(target, asking, route, tuple(attempts), best.result, notes)


def _notes(
    target: Target, asking: Asking, route: Route, best: Attempt, attempts: Sequence[Attempt]
) -> list[str]:
    result, session = best.result, best.session
    refused = result.state in (State.REFUSED, State.DEFERRED) and result.reason == "reply"
    by_sender = _place(session) == "mail" or (_place(session) == "rcpt" and result.code == _NO_CODE)
    noted = {
        "postmaster": target.postmaster and session.step("rcpt") is not None,
        "accepted-proves-little": result.state is State.ACCEPTED,
        "greylisting": result.code == 935,
        "null-sender": refused and by_sender and not asking.sender,
        "port-blocked": all(a.result.reason in ("connect-timeout", "connect-unreachable") for a in attempts),
        "cut-at-once": result.code == 911 and _place(session) == "banner",
        "implicit-mx": route.implicit,
        "left-out": route.left_out > 0,
        "tls-unverified": session.tls is not None and not session.tls.verified,
        "no-tls": session.tls is None and session.step("mail") is not None,
    }
    return [key for key, holds in noted.items() if holds]


def _place(session: Session) -> str:
    return next((s.name for s in reversed(session.steps) if s.name not in FAREWELL), "")
