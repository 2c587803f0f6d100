"""The probe against a real Postfix: its replies, at their stages, with the codes that they mean."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliverkit.probing.flow import probe
from deliverkit.probing.model import Asking, Probe, State
from deliverkit.probing.target import target
from deliverkit.resolver.zonefile import Zone
from tests.real import postfix
from tests.smtp import peer

pytestmark = pytest.mark.skipif(bool(postfix.missing()), reason=postfix.missing() or "there is a Postfix")

NOTHING = Zone.from_text("", strict=True)
ACCESS = """\
refused.example.org REJECT
grey@example.com 450 4.2.0 Greylisted, see the manual
full@example.com 552 5.2.2 The mailbox has no room
large@example.com 552 5.3.4 Message size exceeds fixed limit
busy@example.com DEFER
spammer@example.org REJECT
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One that the user postfix can enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    pem = peer.certificate(folder, "mx.example.com")
    access = folder / "access"
    access.write_text(ACCESS)
    settings = {
        "smtpd_helo_required": "yes",
        "smtpd_helo_restrictions": f"check_helo_access texthash:{access} reject_non_fqdn_helo_hostname",
        "smtpd_sender_restrictions": f"reject_non_fqdn_sender check_sender_access texthash:{access}",
        "smtpd_recipient_restrictions": f"check_recipient_access texthash:{access}",
    }
    with postfix.running(folder / "open", settings, pem=pem) as number:
        yield number


@pytest.fixture(scope="module")
def closed_to_us(folder: Path) -> Iterator[int]:
    """One that refuses our address, and says so at once."""
    (folder / "clients").write_text("127.0.0.1 REJECT\n")
    settings = {
        "smtpd_client_restrictions": f"check_client_access texthash:{folder}/clients",
        "smtpd_delay_reject": "no",
    }
    with postfix.running(folder / "closed", settings) as number:
        yield number


def ask(
    port: int, recipient: str = "alice@example.com", helo: str = "c.example.org", sender: str = ""
) -> Probe:
    asking = Asking(helo, sender, port, mx="127.0.0.1", stage=10)
    return asyncio.run(probe(target(recipient), asking, NOTHING))


def told(found: Probe, step: str) -> tuple[str, ...]:
    taken = found.attempts[-1].session.step(step)
    assert taken is not None and taken.reply is not None
    return taken.reply.verbatim


def steps(found: Probe) -> str:
    return " ".join(s.name for s in found.attempts[-1].session.steps)


WHOLE = "connect banner ehlo starttls tls ehlo mail rcpt rset quit"


def test_accepted_over_tls(port: int) -> None:
    found = ask(port)
    assert (found.result.state, found.result.code) == (State.ACCEPTED, None)
    assert steps(found) == WHOLE
    assert told(found, "banner") == ("220 mx.example.com ESMTP Postfix",)
    assert told(found, "starttls") == ("220 2.0.0 Ready to start TLS",)
    assert told(found, "mail") == ("250 2.1.0 Ok",)
    assert told(found, "rcpt") == ("250 2.1.5 Ok",)
    assert told(found, "rset") == ("250 2.0.0 Ok",)
    assert told(found, "quit") == ("221 2.0.0 Bye",)
    tls = found.attempts[-1].session.tls
    assert tls is not None
    assert (tls.protocol, tls.verified, tls.why) == ("TLSv1.3", False, "self-signed certificate")
    assert found.notes == ("accepted-proves-little", "tls-unverified")


def test_a_domain_is_its_postmaster(port: int) -> None:
    found = ask(port, "example.com")
    assert found.result.state is State.ACCEPTED
    assert found.notes[0] == "postmaster"


def test_an_international_mailbox(port: int) -> None:
    found = ask(port, "用戶@example.com")
    assert (found.result.state, found.result.code) == (State.REFUSED, 902)
    mail = found.attempts[-1].session.step("mail")
    assert mail is not None and mail.sent == "MAIL FROM:<> SMTPUTF8"


@pytest.mark.parametrize(
    ("arguments", "state", "code", "basis", "reply"),
    [
        (
            {"recipient": "nobody@example.com"},
            State.REFUSED,
            902,
            "words",
            "550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        ),
        (
            {"recipient": "alice@example.net"},
            State.REFUSED,
            909,
            "words",
            "554 5.7.1 <alice@example.net>: Relay access denied",
        ),
        (
            {"helo": "foo"},
            State.REFUSED,
            914,
            "words",
            "504 5.5.2 <foo>: Helo command rejected: need fully-qualified hostname",
        ),
        (
            {"helo": "refused.example.org"},
            State.REFUSED,
            914,
            "words",
            "554 5.7.1 <refused.example.org>: Helo command rejected: Access denied",
        ),
        (
            {"sender": "bob@shop"},
            State.REFUSED,
            933,
            "words",
            "504 5.5.2 <bob@shop>: Sender address rejected: need fully-qualified address",
        ),
        (
            {"sender": "spammer@example.org"},
            State.REFUSED,
            919,
            "words",
            "554 5.7.1 <spammer@example.org>: Sender address rejected: Access denied",
        ),
        (
            {"recipient": "grey@example.com"},
            State.DEFERRED,
            935,
            "words",
            "450 4.2.0 <grey@example.com>: Recipient address rejected: Greylisted, see the manual",
        ),
        (
            {"recipient": "full@example.com"},
            State.REFUSED,
            901,
            "status",
            "552 5.2.2 <full@example.com>: Recipient address rejected: The mailbox has no room",
        ),
        (
            {"recipient": "large@example.com"},
            State.REFUSED,
            932,
            "status",
            "552 5.3.4 <large@example.com>: Recipient address rejected: Message size exceeds fixed limit",
        ),
        (
            {"recipient": "busy@example.com"},
            State.DEFERRED,
            900,
            "nothing",
            "450 4.7.1 <busy@example.com>: Recipient address rejected: Access denied",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_refused_at_rcpt(
    port: int, *, arguments: dict[str, str], state: State, code: int, basis: str, reply: str
) -> None:
    found = ask(port, **arguments)
    assert told(found, "rcpt") == (reply,)
    assert (found.result.state, found.result.code, found.result.basis) == (state, code, basis)
    assert steps(found) == WHOLE


def test_refused_at_the_greeting(closed_to_us: int) -> None:
    found = ask(closed_to_us)
    assert steps(found) == "connect banner quit"
    assert told(found, "banner") == ("554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied",)
    assert (found.result.state, found.result.code) == (State.REFUSED, 939)
