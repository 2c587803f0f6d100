"""Every way to fail at every step has a judgement and its sentence; none is taken for a refusal by the receiver."""

from __future__ import annotations

import json
from itertools import product

import pytest

from deliverkit.bounces import catalogue
from deliverkit.probing import judging
from deliverkit.probing.model import Asking, Host, Route, State
from deliverkit.probing.target import target
from deliverkit.render import probe_text, probe_v1
from deliverkit.smtp.reply import Reply
from deliverkit.smtp.session import Session, Step, Tls

STEPS = ("connect", "banner", "ehlo", "helo", "starttls", "tls", "mail", "rcpt")
IN_A_LINE = (
    "cut",
    "timeout",
    "unasked",
    "not-a-reply",
    "line-end",
    "codes-differ",
    "line-too-long",
    "too-many-lines",
)
TROUBLES = [
    *product(("connect",), ("timeout", "refused", "unreachable", "not-public")),
    *product(STEPS[1:], (*IN_A_LINE, "too-many-octets")),
    *product(("tls",), ("injected", "tls-failed")),
]
ALICE = target("alice@example.com")
ASKING = Asking("client.example.org")


def session(*last: Step, tls: Tls | None = None) -> Session:
    return Session("mx.example.net", "192.0.2.1", 25, last, tls=tls)


def told(*attempts: Session) -> str:
    done = [judging.attempt(a, ALICE, ASKING) for a in attempts]
    found = judging.probe(ALICE, ASKING, Route((Host("mx.example.net", ("192.0.2.1",), 10),)), done)
    json.loads(probe_v1.render(found))
    return probe_text.render(found)


@pytest.mark.parametrize(("step", "trouble"), TROUBLES)
def test_trouble_is_never_a_refusal(step: str, trouble: str) -> None:
    broken = session(Step(step, trouble=trouble, detail="\x1b[31m{reply}"))
    found = judging.attempt(broken, ALICE, ASKING).result
    assert found.state is State.UNKNOWN
    assert found.code in ((None,) if trouble == "not-public" else catalogue.codes())
    shown = told(broken)
    assert "COULD NOT TELL" in shown
    assert "\\x1b[31m{reply}" in shown


@pytest.mark.parametrize("step", [s for s in STEPS if s not in ("connect", "tls")])
@pytest.mark.parametrize(
    ("code", "state"), [(450, State.DEFERRED), (550, State.REFUSED), (354, State.UNKNOWN), (299, None)]
)
def test_the_first_digit_decides(step: str, code: int, state: State | None) -> None:
    replied = session(Step(step, "X", Reply(code, ("",))))
    found = judging.attempt(replied, ALICE, ASKING).result
    accepted = State.ACCEPTED if step == "rcpt" else State.UNKNOWN
    assert found.state is (state or accepted)
    assert told(replied)


def test_no_answer_at_all_may_be_our_own_network() -> None:
    silent = session(Step("connect", trouble="timeout"))
    assert "block outgoing port 25" in told(silent, silent)
    assert "block outgoing port 25" not in told(silent, session(Step("connect", trouble="refused")))


def test_an_address_that_was_not_tried_speaks_for_none_that_was() -> None:
    untried, silent = (session(Step("connect", trouble=why)) for why in ("not-public", "timeout"))
    for both in ((untried, silent), (silent, untried)):
        shown = told(*both).partition("Step 5")[2]
        assert "910: " in shown
        assert "not public" not in shown
    shown = told(untried)
    assert "910" not in shown
    assert "To do" not in shown


def test_a_certificate_that_cannot_be_read() -> None:
    tls = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "", b"\x00")
    shown = told(session(Step("tls", encrypted=True), Step("rcpt", "RCPT", Reply(250, ("",))), tls=tls))
    assert "certificate verified: yes." in shown
    assert "The certificate cannot be read." in shown
