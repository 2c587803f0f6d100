"""A whole message: what each method found, and what DMARC made of it (RFC 9989 section 5.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.auth.receiving import authenticate
from deliverkit.auth.results import Authentication, Result
from deliverkit.model.answer import Status
from tests.auth.signing import BODY, ED25519, HEAD, KEY_NAME, layout, sign
from tests.auth.zone import Given, Zone

IP = "192.0.2.25"
HELO = "mail.example.com"
SENDER = "author@bounce.example.com"
WORLD: dict[str, Given] = {
    "bounce.example.com": "v=spf1 ip4:192.0.2.25 -all",
    HELO: "v=spf1 ip4:192.0.2.25 -all",
    KEY_NAME: ED25519.record(),
    "_dmarc.example.com": "v=DMARC1; p=reject",
}
SIGNED = (
    sign(layout({"a": "ed25519-sha256", "x": "2000000000", "t": "1700000000"}), pair=ED25519)
    + HEAD
    + b"\r\n"
    + BODY
)


def received(
    message: bytes = SIGNED,
    mail_from: str = SENDER,
    ip: str = IP,
    world: Mapping[str, Given] | None = None,
    now: float | None = 1800000000,
) -> tuple[Authentication, Zone]:
    zone = Zone(WORLD if world is None else world)
    result = asyncio.run(authenticate(message, ip, HELO, mail_from, zone, now))
    assert len(zone.asked) == len(set(zone.asked)), "each question is asked once, whoever needs it"
    for reason in (
        result.spf.reason,
        result.arc.reason,
        result.dmarc.reason,
        *(s.reason for s in result.dkim),
    ):
        assert str(reason)
    return result, zone


def words(result: Authentication) -> tuple[str, list[str], str, str, str]:
    return (
        str(result.spf.result),
        [str(signature.result) for signature in result.dkim],
        str(result.arc.result),
        str(result.dmarc.result),
        result.dmarc.disposition,
    )


def test_all_of_it_passes() -> None:
    result, _ = received()
    assert words(result) == ("pass", ["pass"], "none", "pass", "none")
    assert (result.from_domain, result.spf.domain, result.dkim[0].domain) == (
        "example.com",
        "bounce.example.com",
        "example.com",
    )
    assert [(a.method, a.aligned) for a in result.dmarc.alignment] == [("spf", True), ("dkim", True)]


def test_the_message_was_changed_on_its_way_from_elsewhere() -> None:
    result, _ = received(SIGNED.replace(b"Second", b"Third"), ip="203.0.113.9")
    assert words(result) == ("fail", ["fail"], "none", "fail", "reject")


def test_spf_alone_is_enough() -> None:
    result, _ = received(HEAD + b"\r\n" + BODY)
    assert words(result) == ("pass", [], "none", "pass", "none")


def test_dkim_alone_is_enough() -> None:
    result, _ = received(mail_from="list@example.net", ip="203.0.113.9")
    assert words(result) == ("none", ["pass"], "none", "pass", "none")


def test_the_clock_is_given() -> None:
    result, _ = received(mail_from="list@example.net", now=2100000000)
    assert (result.dkim[0].result is Result.PASS, result.dmarc.result) == (False, Result.FAIL)


@pytest.mark.parametrize("mail_from", ["", "<>"])
def test_an_empty_mail_from(mail_from: str) -> None:
    """RFC 7208 section 2.4: HELO stands for it."""
    result, _ = received(HEAD + b"\r\n" + BODY, mail_from)
    assert (result.spf.identity, result.spf.domain) == ("helo", HELO)
    assert words(result) == ("pass", [], "none", "pass", "none")


@pytest.mark.parametrize(
    ("head", "key"),
    [
        (b"To: a@example.com\r\n", "no-field"),
        (HEAD + b"From: b@example.com\r\n", "several-fields"),
        (b"From: a@example.com, b@example.net\r\n", "several-domains"),
        (b"From: a@[192.0.2.1]\r\n", "address"),
    ],
)
def test_no_author_domain(head: bytes, key: str) -> None:
    result, _ = received(head + b"\r\n" + BODY)
    assert (result.from_domain, result.dmarc.result) == ("", Result.PERMERROR)
    assert result.dmarc.reason.key == f"dmarc.from.{key}"
    assert result.spf.result is Result.PASS


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.TIMEOUT, Status.REFUSED, Status.UNRECORDED])
@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ((KEY_NAME,), ("pass", ["temperror"], "none", "pass", "none")),
        (("bounce.example.com",), ("temperror", ["pass"], "none", "pass", "none")),
        ((KEY_NAME, "bounce.example.com"), ("temperror", ["temperror"], "none", "temperror", "none")),
        (("_dmarc.example.com",), ("pass", ["pass"], "none", "temperror", "none")),
    ],
)
def test_answers_that_do_not_come(
    status: Status, broken: tuple[str, ...], expected: tuple[str, list[str], str, str, str]
) -> None:
    result, _ = received(world=WORLD | dict.fromkeys(broken, status))
    assert words(result) == expected


def test_a_key_that_dkim_and_arc_need_is_asked_once() -> None:
    text = layout({"v": None, "a": "ed25519-sha256"})
    ams = sign(f" i=1;{text}", pair=ED25519, name="ARC-Message-Signature")
    seal = b"ARC-Seal: i=1; a=ed25519-sha256; d=example.com; s=s1; cv=none; b=AAAA\r\n"
    result, zone = received(seal + ams + b"ARC-Authentication-Results: i=1; example.net; none\r\n" + SIGNED)
    [arc_set] = result.arc.sets
    assert arc_set.message_signature is not None
    assert (arc_set.message_signature.result, result.dkim[0].result) == (Result.PASS, Result.PASS)
    assert [question.name for question in zone.asked].count(KEY_NAME) == 1


def test_two_worlds_do_not_mix() -> None:
    for policy in ("none", "reject", "none"):
        world = {"_dmarc.example.com": f"v=DMARC1; p={policy}"}
        assert received(world=world)[0].dmarc.disposition == policy


PIECES = st.sampled_from(
    [
        b"From: a@example.com",
        b"From: ",
        b"DKIM-Signature: v=1; d=example.com; s=s1; ",
        b"ARC-Seal: i=1; ",
        b"\r\n",
        b"\n",
    ]
)


@given(st.lists(PIECES | st.binary(max_size=20)).map(b"".join), st.text(max_size=20), st.text(max_size=20))
def test_anything_ends_in_results(message: bytes, mail_from: str, ip: str) -> None:
    received(message, mail_from, ip)
