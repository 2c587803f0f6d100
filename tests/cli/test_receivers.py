"""`audit --receiver` and `deliverkit receivers`."""

from __future__ import annotations

import json

import jsonschema
import pytest

from deliverkit.bounces import replies
from deliverkit.render import json_v1
from tests.cli.running import call

BROKEN = ("audit", "broken.example", "--lab")


def section(text: str) -> str:
    return text.split("── The receivers ", 1)[1].split("\n── ", 1)[0]


def test_a_section_after_the_findings() -> None:
    result = call(*BROKEN, "--receiver", "gmail,outlook")
    assert result.exit_code == 1
    text = result.stdout
    assert text.index("── The findings") < text.index("── The receivers") < text.index("── What was audited")
    told = section(text)
    assert "✗ REFUSES Gmail, ordinary mail: it refuses the mail." in told
    assert "✗ REFUSES Outlook.com, bulk mail: it refuses the mail." in told
    assert "550 5.7.25 when the connection opens, 916" in told
    assert "421 4.7.29; 550 5.7.29, since 2024-02" in told
    assert max(map(len, told.splitlines()[1:])) <= 80


def test_without_the_option_there_is_no_section() -> None:
    result = call(*BROKEN)
    assert "The receivers" not in result.stdout
    assert json.loads(call(*BROKEN, "--format", "json").stdout)["receivers"] == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--receiver", "gmail", "--receiver", "AOL, hotmail.com"), ["gmail", "yahoo", "outlook"]),
        (("--receiver", "gmail,google"), ["gmail"]),
        (("--receiver", "all"), list(replies.receiver_names())),
        (("--receiver", "163,La Poste,web.de,icloud"), ["netease", "orange", "gmx", "apple"]),
    ],
)
def test_json(options: tuple[str, ...], names: list[str]) -> None:
    found = json.loads(call(*BROKEN, "--format", "json", *options).stdout)
    jsonschema.validate(found, json_v1.schema())
    assert [row["receiver"] for row in found["receivers"]] == names


def test_json_tells_clause_cause_and_date() -> None:
    found = json.loads(call(*BROKEN, "--format", "json", "--receiver", "gmail").stdout)
    (gmail,) = found["receivers"]
    assert (gmail["ordinary"]["verdict"], gmail["bulk"]["verdict"]) == ("refuses", "refuses")
    row = next(r for r in gmail["bulk"]["replies"] if r["reply"] == "550 5.7.27")
    assert row["because"] == ["spf-ip-not-authorised"]
    assert row["since"] == "2025-11"
    assert row["clause"] == "Gmail SMTP error reference, 550 5.7.27"
    assert (row["stage"], row["code"]) == ("data", 941)
    assert any(w["reply"] == "421 4.7.28; 550 5.7.28" for w in gmail["wants"])


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("gmial", "Did you mean gmail"),
        ("gmail,outlok", "Did you mean outlook"),
        ("xyz\x1b[2J", ""),
        (",", ""),
    ],
)
def test_a_name_that_nobody_has(typed: str, hint: str) -> None:
    result = call(*BROKEN, "--receiver", typed)
    assert result.exit_code == 2
    assert "is no known receiver" in result.stderr
    assert hint in result.stderr
    assert ", ".join(replies.receiver_names()) in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("domain", "fail_on", "status"),
    [
        ("healthy.example", "error", 0),
        ("broken.example", "error", 1),
        ("broken.example", "never", 0),
        ("ptr-generic.example", "error", 0),
        ("refused.example", "error", 0),
    ],
)
def test_the_exit_status_is_that_of_the_audit(domain: str, fail_on: str, status: int) -> None:
    options = ("audit", domain, "--lab", "--fail-on", fail_on)
    assert call(*options).exit_code == status
    assert call(*options, "--receiver", "all").exit_code == status


def test_what_is_missing_is_named() -> None:
    result = call(
        "audit", "healthy.example", "--lab", "--fault", "servfail:in-addr.arpa", "--receiver", "gmail"
    )
    told = section(result.stdout)
    assert "? CANNOT TELL Gmail: " in told
    assert "No usable answer to: 1.113.0.203.in-addr.arpa PTR." in " ".join(told.split())


def test_moved_mailboxes() -> None:
    told = section(call(*BROKEN, "--receiver", "comcast").stdout)
    assert "The mailboxes moved to Yahoo and AOL in 2025: its rules hold." in told
    assert "BL000001" not in told


def test_ascii() -> None:
    assert call(*BROKEN, "--receiver", "all", "--ascii").stdout.isascii()


def test_list() -> None:
    lines = call("receivers").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(replies.receiver_names())
    assert "yahoo            Yahoo and AOL (aol, ymail, att, sbcglobal, bellsouth)" in lines


@pytest.mark.parametrize("name", replies.receiver_names())
def test_page(name: str) -> None:
    text = call("receivers", name).stdout
    receiver = replies.receivers()[name]
    assert text.startswith(f"{name}: {receiver.title}\n")
    words = " ".join(text.split())
    for rule in receiver.rules:
        assert f"{rule.reply.reply}: {rule.reply.says}" in words
    for want in receiver.wants:
        assert f"{want.says} Otherwise: {want.then}" in words
    if any(not rule.reply.since for rule in receiver.rules):
        assert receiver.undated in words


def test_page_by_another_name_and_of_nobody() -> None:
    assert call("receivers", "hotmail.com").stdout == call("receivers", "outlook").stdout
    result = call("receivers", "hotmial")
    assert result.exit_code == 2
    assert "Did you mean outlook" in result.stderr
