"""Replies to codes: what decides, what does not, and that the tables agree with the catalogue."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from deliverkit.bounces import catalogue, classify, replies
from deliverkit.bounces.classify import Classified, receiver_of
from deliverkit.model.verdict import Stage

FOLDER = Path(classify.__file__).parent
SIGNS: dict[str, list[dict[str, Any]]] = tomllib.loads((FOLDER / "signs.toml").read_text(encoding="utf-8"))
NOTHING = Classified(900, "nothing")


def test_the_tables_name_what_exists() -> None:
    for rule in (rule for rules in SIGNS.values() for rule in rules):
        assert rule["code"] in catalogue.codes()
        assert set(rule.get("stages", ())) <= set(Stage.__members__)
        assert rule.get("class", 4) in (4, 5)
        assert rule.get("receiver", "gmail") in replies.receiver_names()
        assert all(word == word.casefold() and word for word in rule.get("words", ()))


def test_a_status_decides_for_a_code_that_the_catalogue_gives_it() -> None:
    for rule in SIGNS["status"]:
        known = {status.split(" ")[0] for status in catalogue.load(rule["code"]).enhanced}
        assert set(rule["status"]) <= known, rule
    every = [status for rule in SIGNS["status"] for status in rule["status"]]
    assert len(every) == len(set(every))


def test_no_rule_of_words_is_hidden_by_an_earlier_one() -> None:
    for rules in (SIGNS["own"], SIGNS["words"]):
        for number, later in enumerate(rules):
            for earlier in rules[:number]:
                hides = all(any(e in word for word in later["words"]) for e in earlier["words"])
                everywhere = "class" not in earlier and "stages" not in earlier
                assert not (hides and everywhere), (earlier, later)


def test_hosts_are_of_known_receivers() -> None:
    hosts = tomllib.loads((FOLDER / "hosts.toml").read_text(encoding="utf-8"))
    assert set(hosts) <= set(replies.receiver_names())
    assert list(hosts) == sorted(hosts)
    domains = [domain for found in hosts.values() for domain in found]
    assert len(domains) == len(set(domains))


@pytest.mark.parametrize(
    ("host", "receiver"),
    [
        ("gmail-smtp-in.l.google.com", "gmail"),
        ("ASPMX.L.GOOGLE.COM.", "gmail"),
        ("example-com.mail.protection.outlook.com", "exchange-online"),
        ("outlook-com.olc.protection.outlook.com", "outlook"),
        ("mta5.am0.yahoodns.net", "yahoo"),
        ("notgoogle.com", ""),
        ("google.com.example.net", ""),
        ("mx.example.net", ""),
        ("192.0.2.1", ""),
        ("", ""),
    ],
)
def test_receiver(host: str, receiver: str) -> None:
    assert receiver_of(host) == receiver


@pytest.mark.parametrize(
    ("reply", "stage", "receiver", "found"),
    [
        ((550, "5.7.25", "No PTR"), Stage.MAIL, "gmail", Classified(916, "receiver", "550 5.7.25")),
        ((550, "5.7.26", "unauthenticated"), Stage.RCPT, "gmail", Classified(941, "receiver", "550 5.7.26")),
        # The same status for four causes: Gmail's files alone cannot tell.
        ((550, "5.7.1", "refused"), Stage.RCPT, "gmail", NOTHING),
        ((421, "4.7.0", "[TSS04] put off"), Stage.CONNECT, "yahoo", Classified(938, "receiver", "[tss04]")),
        ((421, "4.7.0", "[TSS04] put off"), Stage.CONNECT, "", NOTHING),
        (
            (553, "5.7.1", "[BL21] no"),
            Stage.CONNECT,
            "yahoo",
            Classified(917, "receiver", "553 5.7.1 [BL21]"),
        ),
        ((550, "", "DY-001 no"), Stage.CONNECT, "outlook", NOTHING),  # PBL or simply dynamic: 917 or 925
        ((554, "", "BLUE SKY"), Stage.CONNECT, "t-online", NOTHING),
        ((550, "5.1.1", "x"), Stage.RCPT, "", Classified(902, "status", "5.1.1")),
        ((550, "5.1.1", "x"), Stage.MAIL, "", NOTHING),
        ((550, "5.4.6", "x"), Stage.RCPT, "", Classified(937, "status", "5.4.6")),
        ((551, "", "x"), Stage.RCPT, "", Classified(908, "reply", "551")),
        ((550, "", "USER UNKNOWN"), Stage.RCPT, "", Classified(902, "words", "user unknown")),
        ((550, "", "user unknown"), Stage.MAIL, "", NOTHING),
        ((550, "5.7.1", "Greylisted"), Stage.RCPT, "", NOTHING),  # greylisting never refuses for good
        ((550, "", ""), Stage.RCPT, "", NOTHING),
        ((250, "", "user unknown"), Stage.RCPT, "nobody", Classified(902, "words", "user unknown")),
    ],
)
def test_classify(reply: tuple[int, str, str], stage: Stage, receiver: str, found: Classified) -> None:
    assert classify.classify(*reply, stage, receiver=receiver) == found


@pytest.mark.parametrize(
    ("code", "reply", "text"),
    [
        # What the sender's own server said of the sender, repeated to us.
        (
            933,
            (450, "4.1.7"),
            "Sender address rejected: undeliverable address: host mx.example.org said: 550 User unknown",
        ),
        (
            933,
            (450, "4.1.7"),
            "Sender address rejected: unverified address: Address verification in progress",
        ),
        (933, (554, "5.7.1"), "Sender address rejected: User unknown in local recipient table"),
        (902, (450, "4.1.1"), "Recipient address rejected: undeliverable address: User unknown"),
        (902, (550, "5.1.1"), "Recipient address rejected: User unknown in local recipient table"),
        # Too much at once is no closed mailbox.
        (
            921,
            (550, "5.2.1"),
            "The user you are trying to contact is receiving mail at a rate that prevents more",
        ),
        (921, (450, "4.2.1"), "The user you are trying to contact is receiving mail too quickly."),
        (912, (550, "5.2.1"), "The account that you tried to reach is closed"),
        (934, (450, "4.2.1"), "Mailbox at rest"),
        # Exchange Online, whoever hands its words on.
        (902, (550, "5.1.10"), "RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup"),
        (927, (550, "5.1.10"), "Recipient address has null MX"),
        (902, (550, "5.4.1"), "Recipient address rejected: Access denied. [am5.prod.protection.outlook.com]"),
        (900, (554, "5.7.1"), "Recipient address rejected: Access denied"),
        (904, (554, "5.4.14"), "Hop count exceeded - possible mail loop"),
        (904, (554, "5.4.6"), "Too many hops"),
        (904, (554, "5.4.14"), ""),
        (937, (554, "5.4.6"), "Mail loops back to itself"),
        (939, (550, "5.7.606"), "Access denied, banned sending IP [192.0.2.1]."),
        (939, (550, "5.7.649"), "Access denied, banned sending IP [192.0.2.1]."),
        (
            939,
            (550, "5.7.511"),
            "Access denied, banned sender[192.0.2.1]. Forward this to delist@example.com.",
        ),
        (914, (550, "5.7.506"), "Access Denied, Bad HELO"),
    ],
)
def test_words_at_rcpt(code: int, reply: tuple[int, str], text: str) -> None:
    assert classify.classify(*reply, text, Stage.RCPT).code == code


@pytest.mark.parametrize(
    ("code", "reply", "text"),
    [
        (916, 554, "Nemesis ESMTP Service not available No SMTP service Bad DNS PTR resource record."),
        (917, 554, "Nemesis ESMTP Service not available No SMTP service IP address is block listed."),
        (910, 421, "Service not available, closing transmission channel"),
        (900, 554, "Service not available"),  # for us, and it does not say why
    ],
)
def test_words_in_the_greeting(code: int, reply: int, text: str) -> None:
    assert classify.classify(reply, "", text, Stage.CONNECT).code == code


@pytest.mark.parametrize(
    ("receiver", "text", "code"),
    [
        ("t-online", "IP=192.0.2.1 - None/bad reputation. (NOWL)", 916),
        ("t-online", "IP=192.0.2.1 - dialup/transient IP not allowed. (DIAL)", 925),
        ("t-online", "IP=192.0.2.1 - A problem occurred. (BL)", 917),
        ("t-online", "IP=192.0.2.1 - dialled, blocked, NOWL", 900),
        ("", "IP=192.0.2.1 - A problem occurred. (BL)", 900),
        ("orange", "Mail rejete. OFR_101 [101]", 917),
        ("orange", "Mail rejete. OFR004_101 [101]", 917),
        ("orange", "Mail rejete. LPN007_401", 941),
        ("orange", "Mail rejete. OFR006_403", 933),
        *(("orange", f"Mail rejete. LPN_{number}", 933) for number in (403, 405, 415)),
        *(("orange", f"Mail rejete. LPN_{number}", 917) for number in (101, 102, 103, 510)),
        ("orange", "Mail rejete. OFR004_1010", 900),
        ("orange", "Mail rejete. OFR004-101", 900),
        ("orange", "Mail rejete. OFR_999 [999]", 900),
        *(("spectrum", f"ESMTP server AUP#I-{number}", 916) for number in (1100, 1110, 1130, 1150)),
        *(
            ("spectrum", f"ESMTP server AUP#{number}", 917)
            for number in (1000, 1200, 1210, 1220, 1230, 1240, 1250)
        ),
        *(
            ("spectrum", f"ESMTP server AUP#{number}", 900)
            for number in ("I-1160", "I-11100", "1215", "1260", "12")
        ),
        ("exchange-online", "Recipient address rejected: Access denied", 902),
        ("outlook", "Recipient address rejected: Access denied", 900),
    ],
)
def test_a_receivers_own_codes(receiver: str, text: str, code: int) -> None:
    assert classify.classify(554, "", text, Stage.RCPT, receiver=receiver).code == code


def test_what_we_said_ourselves_is_not_heard() -> None:
    reply = (550, "", "<user.unknown@no-such-user.example>: No Such User.Example here")
    said = ("user.unknown@no-such-user.example", "no such user.example")
    assert classify.classify(*reply, Stage.RCPT, said=said) == NOTHING


def test_a_long_text_costs_no_more_than_its_length() -> None:
    text = "a " * 500_000 + "user unknown"
    assert classify.classify(550, "", text, Stage.RCPT) == NOTHING
