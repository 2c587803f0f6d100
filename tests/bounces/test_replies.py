"""What receivers answer: every rule is well formed and dated, and known causes get their known replies."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deliverkit.bounces import catalogue, replies
from deliverkit.model.bounce import Reply
from deliverkit.model.receiver import Group
from deliverkit.model.verdict import Stage

HELO = "empty not-fqdn address-literal bad-characters local-name unresolvable not-sending-ip"
PTR = "missing missing-ipv6 not-forward-confirmed several-none-confirmed differs-from-helo generic"
SENDER = (
    "domain-invalid domain-missing no-mail-host null-mx mx-is-cname mx-without-address mx-private-address "
    "soa-missing"
)
DKIM = (
    "selector-missing selector-alias-broken several-keys key-revoked key-too-short key-unreadable key-duplicate-tag "
    "key-hash-outdated key-not-for-email key-pasted-wrongly key-private key-type-mismatch key-type-unknown "
    "key-version-wrong key-too-long only-ed test-mode"
)
DMARC = (
    "missing several-records syntax not-aligned fails only-spf-aligned strict-alignment psd-misused "
    "parent-record-faulty version-misspelt alias-broken record-at-wrong-name too-deep legacy-differs"
)
SPF = (
    "missing version-misspelt several-records syntax strings-run-together permerror include-without-record "
    "redirect-without-record include-loop include-broken too-many-mx too-many-lookups too-many-void-lookups "
    "ip-not-authorised passes-all include-passes-all network-too-wide unknown-modifier implementations-disagree "
    "helo-not-authorised"
)
CHECKS = {
    f"{family}-{slug}"
    for family, slugs in {
        "helo": HELO,
        "ptr": PTR,
        "dnsbl": "ip-listed domain-listed",
        "sender": SENDER,
        "spf": SPF,
        "dkim": DKIM,
        "dmarc": DMARC,
        "mtasts": "mx-not-listed",
        "dane": "certificate-mismatch",
        "starttls": "not-offered certificate-unfit",
        "ns": "lame unreachable disagrees",
        "dnssec": "bogus",
    }.items()
    for slug in slugs.split()
}
FIELDS = {"reply", "says", "code", "stage", "temporary", "clause", "since"}
NARROWER = {"as_of", "bulk_only", "only", "lists", "where", "ipv6_only", "bearing"}
HEADER = {"name", "title", "aliases", "as_of", "undated", "rule"}
WANT = {"says", "then", "clause", "since"}
ALTERNATIVE = re.compile(
    r"(?P<basic>[45]\d\d|5xx)?\s?(?P<enhanced>[45]\.\d+\.\d+)?\s?(?P<own>[A-Z\[(][\w#.:\-\])]*|c=\w+)?"
)


def file(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(replies.FOLDER) / f"{name}.toml").read_text(encoding="utf-8"))


NAMES = replies.receiver_names()
RULES = [
    pytest.param(rule, id=f"{name}-{number}-{rule['code']}")
    for name in replies.receiver_names()
    for number, rule in enumerate(file(name)["rule"])
]


def given(check_id: str, code: int | None = None, receiver: str = "gmail") -> list[str]:
    return [reply.reply for reply in replies.replies(check_id, code, {receiver})]


def iso(day: str) -> date:
    return date.fromisoformat(day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day)


def test_receivers() -> None:
    assert {"gmail", "yahoo", "outlook", "postfix"} <= set(replies.receiver_names())
    assert list(replies.receiver_names()) == sorted(replies.receiver_names())


@pytest.mark.parametrize("name", replies.receiver_names())
def test_header(name: str) -> None:
    found = file(name)
    assert HEADER <= set(found) <= HEADER | {"wants", "hosted_by", "hosted_since"}
    assert found["name"] == name
    assert replies.title(name) == found["title"]
    assert iso(found["as_of"]) <= date(2026, 11, 30)
    assert found["undated"].endswith(".")
    assert replies.receivers()[name].wants or found["hosted_by"] in replies.receiver_names()


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: dict[str, Any]) -> None:
    assert FIELDS < set(rule) <= FIELDS | NARROWER | {"follows", "together"}
    assert ("follows" in rule) != ("together" in rule)
    named = rule.get("follows", ()) or rule["together"]
    assert named and len(set(named)) == len(named)
    assert {n for n in named if not n.startswith("@")} <= CHECKS
    assert {n[1:] for n in named if n.startswith("@")} <= set(replies.groups())
    assert all(word in rule["says"] for word in rule.get("only", ()))
    assert rule["code"] in catalogue.codes()
    assert rule["stage"] in Stage.__members__
    assert not rule["since"] or date(2024, 1, 1) <= iso(rule["since"]) <= date(2026, 11, 30)
    assert rule["clause"]
    assert rule["says"].endswith(".")
    assert len(rule["says"]) <= 120
    assert rule.get("bulk_only", False) == rule["says"].startswith("Bulk senders")


@pytest.mark.parametrize(
    "want", [pytest.param(w, id=f"{n}-{i}") for n in NAMES for i, w in enumerate(file(n).get("wants", ()))]
)
def test_want(want: dict[str, Any]) -> None:
    assert WANT <= set(want) <= WANT | {"reply", "as_of", "bulk_only"}
    assert want["says"].endswith(".") and want["then"].endswith(".")
    assert not want["since"] or iso(want["since"]) <= date(2026, 11, 30)
    assert want["clause"]
    for alternative in filter(None, want.get("reply", "").split("; ")):
        assert ALTERNATIVE.fullmatch(alternative), alternative


def test_texts_have_one_spelling() -> None:
    for name in NAMES:
        text = (Path(replies.FOLDER) / f"{name}.toml").read_text(encoding="utf-8")
        assert "block list" not in text.casefold()
        assert "blacklist" not in text.casefold()


@pytest.mark.parametrize("group", replies.groups().values(), ids=lambda g: g.name)
def test_group(group: Group) -> None:
    assert set(group.checks) <= CHECKS
    assert {check for check, _ in group.perhaps} <= set(group.checks)
    assert any(
        group in cause for r in replies.receivers().values() for rule in r.rules for cause in rule.causes
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gmail", "gmail"),
        (" Gmail.com ", "gmail"),
        ("aol", "yahoo"),
        ("hotmail", "outlook"),
        ("live.com", "outlook"),
        ("MSN", "outlook"),
        ("iCloud", "apple"),
        ("web.de", "gmx"),
        ("163", "netease"),
        ("126.com", "netease"),
        ("La Poste", "orange"),
        ("laposte.net", "orange"),
        ("t_online.de", "t-online"),
        ("xfinity", "comcast"),
    ],
)
def test_names_that_people_use(typed: str, name: str) -> None:
    assert replies.find(typed).name == name


def test_no_two_receivers_share_a_name() -> None:
    names = [known.casefold() for r in replies.receivers().values() for known in (r.name, *r.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("typed", "nearest"), [("gmial", "gmail"), ("outlok", "outlook"), ("hotmial.com", "outlook"), ("", None)]
)
def test_a_name_that_nobody_has(typed: str, nearest: str | None) -> None:
    with pytest.raises(replies.UnknownReceiver) as caught:
        replies.find(typed)
    assert (caught.value.nearest or (None,))[0] == nearest


@pytest.mark.parametrize("rule", RULES)
def test_reply_holds_codes_only(rule: dict[str, Any]) -> None:
    for alternative in rule["reply"].split("; "):
        parts = ALTERNATIVE.fullmatch(alternative)
        assert alternative and parts, alternative
        basic, enhanced = parts["basic"] or "", parts["enhanced"] or ""
        assert rule["temporary"] == ((basic or enhanced).startswith("4")), alternative


def test_no_rule_is_written_twice() -> None:
    for name in replies.receiver_names():
        for check_id in CHECKS:
            found = replies.replies(check_id, receivers={name})
            assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("receiver", "covered"),
    [
        (
            "gmail",
            {"helo-empty", "helo-bad-characters", "ptr-missing", "ptr-missing-ipv6", "ptr-generic"}
            | {"ptr-not-forward-confirmed", "dnsbl-ip-listed", "sender-domain-invalid"}
            | {f"spf-{slug}" for slug in SPF.split() if slug != "helo-not-authorised"}
            | {f"dmarc-{slug}" for slug in DMARC.split()}
            | {f"dkim-{slug}" for slug in DKIM.split() if slug != "test-mode"},
        ),
        (
            "yahoo",
            {"ptr-missing", "ptr-not-forward-confirmed", "ptr-generic", "dnsbl-ip-listed", "sender-null-mx"}
            | {"sender-domain-missing", "sender-no-mail-host", "sender-soa-missing", "spf-missing"}
            | {"dkim-selector-missing", "dmarc-missing", "dmarc-not-aligned"},
        ),
        (
            "outlook",
            {"ptr-missing", "ptr-generic", "dnsbl-ip-listed", "spf-missing", "spf-ip-not-authorised"}
            | {"dkim-selector-missing", "dmarc-missing", "dmarc-not-aligned"},
        ),
        (
            "postfix",
            {"helo-bad-characters", "helo-not-fqdn", "helo-unresolvable", "ptr-missing", "dnsbl-ip-listed"}
            | {"ptr-not-forward-confirmed", "sender-domain-missing", "sender-no-mail-host", "sender-null-mx"}
            | {"sender-domain-invalid", "sender-mx-without-address"},
        ),
    ],
)
def test_covers_what_its_source_names(receiver: str, covered: set[str]) -> None:
    assert {check for check in covered if not replies.replies(check, receivers={receiver})} == set()


@pytest.mark.parametrize(
    ("receiver", "check_id"),
    [
        ("postfix", "ptr-generic"),
        ("postfix", "spf-missing"),
        ("postfix", "dmarc-missing"),
        ("gmail", "dkim-test-mode"),
        ("comcast", "ptr-missing"),  # of the past
        ("gmail", "helo-not-sending-ip"),
        ("gmail", "spf-helo-not-authorised"),
        ("gmail", "sender-null-mx"),
        ("outlook", "spf-passes-all"),
        ("exchange-online", "ptr-missing"),
        ("qq", "spf-missing"),
    ],
)
def test_does_not_invent(receiver: str, check_id: str) -> None:
    assert replies.replies(check_id, receivers={receiver}) == ()


def test_914() -> None:
    assert replies.replies("helo-not-fqdn", 914, {"postfix"}) == (
        Reply(
            receiver="postfix",
            reply="504 5.5.2",
            says="HELO must be a fully qualified host name.",
            as_of="2026-11",
            code=914,
            stage=Stage.RCPT,
            temporary=False,
            clause="Postfix default reply to reject_non_fqdn_helo_hostname",
        ),
    )
    assert given("helo-empty") == ["501 5.5.4"]


def test_916() -> None:
    assert replies.replies("ptr-missing", 916, ["gmail"]) == (
        Reply(
            receiver="gmail",
            reply="550 5.7.25",
            says="The sending IP address has no reverse DNS (PTR), or the name does not lead back to it.",
            as_of="2026-11",
            code=916,
            stage=Stage.CONNECT,
            clause="Gmail SMTP error reference, 550 5.7.25",
        ),
        Reply(
            receiver="gmail",
            reply="451 4.7.23; 421 4.7.23; 421 4.7.0",
            says="Slowed down: the sending IP address has no reverse DNS (PTR), "
            "or the name does not lead back to it.",
            as_of="2026-11",
            code=916,
            stage=Stage.CONNECT,
            temporary=True,
            clause="Gmail SMTP error reference, 451 4.7.23",
        ),
    )
    assert given("ptr-missing", receiver="postfix") == ["450 4.7.1", "450 4.7.25"]
    assert given("ptr-not-forward-confirmed", receiver="postfix") == ["450 4.7.25"]
    assert given("ptr-missing-ipv6", receiver="exchange-online") == ["550 5.7.25"]


def test_917() -> None:
    assert given("dnsbl-ip-listed", 917, "outlook") == [
        "550 OU-001",
        "550 5.7.1 (S3150); 550 5.7.1 (S3140)",
        "550 DY-001",
        "550 SC-003; 550 DY-002",
    ]
    assert given("dnsbl-ip-listed", 917, "postfix") == ["554 5.7.1"]
    assert given("dnsbl-domain-listed", 917, "apple") == ["550 5.7.1"]


def test_933() -> None:
    assert given("sender-null-mx", 933, "postfix") == ["550 5.7.27"]
    assert given("sender-null-mx", 933, "yahoo") == ["554; 550"]
    assert given("sender-soa-missing", 933, "yahoo") == ["554"]
    assert given("sender-domain-missing", 933, "apple") == ["450 4.1.8"]


def test_941() -> None:
    assert given("dmarc-missing", 941) == ["550 5.7.40", "421 4.7.40; 4.7.31"]
    assert given("dmarc-missing", 941, "outlook") == ["550 5.7.515"]
    assert given("dkim-key-revoked", 941) == [
        "550 5.7.26",
        "550 5.7.30",
        "421 4.7.26",
        "421 4.7.30",
        "550 5.7.1",
    ]
    for check_id in ("spf-passes-all", "spf-include-passes-all", "spf-network-too-wide"):
        assert given(check_id, 941) == ["550 5.7.24", "451 4.7.24"]
    assert given("spf-version-misspelt", 941) == given("spf-missing", 941)
    assert given("spf-include-loop", 941) == given("spf-permerror", 941)
    assert given("spf-ip-not-authorised", 941, "netease") == ["550 MI:SPF"]


@pytest.mark.parametrize(
    ("reply", "receiver", "words"),
    [
        ("550 5.7.27", "gmail", "SPF did not pass"),
        ("550 5.7.27", "postfix", "null MX"),  # RFC 7505
        ("550 5.7.29", "gmail", "TLS"),  # X.7.29 of the registry: ARC
        ("550 5.7.30", "gmail", "DKIM did not pass"),  # X.7.30 of the registry: REQUIRETLS
        ("451 4.7.23", "gmail", "reverse DNS"),
        ("550 5.7.23", "exchange-online", "SPF"),  # RFC 7372
        ("550 5.7.24", "gmail", "suspicious"),  # X.7.24 of RFC 7372: SPF error
    ],
)
def test_the_same_code_means_something_else_elsewhere(reply: str, receiver: str, words: str) -> None:
    row = replies.receivers()[receiver]
    said = [r.reply.says for r in row.rules if reply in r.reply.reply.split("; ")]
    said += [w.says for w in row.wants if reply in w.reply.split("; ")]
    assert said and all(words in s for s in said)


def test_code_narrows() -> None:
    assert given("ptr-generic", 925, "outlook") == ["550 DY-001"]
    assert given("ptr-generic", 916, "outlook") == []
    assert {reply.code for reply in replies.replies("ptr-generic")} == {916, 925}


def test_sorted_by_receiver() -> None:
    found = [reply.receiver for reply in replies.replies("spf-ip-not-authorised")]
    assert found == sorted(found)
    assert {"apple", "exchange-online", "gmail", "netease", "orange", "outlook", "qq", "yahoo"} <= set(found)


@pytest.mark.parametrize("receivers", [(), ("nobody",)])
def test_no_receiver(receivers: tuple[str, ...]) -> None:
    assert replies.replies("ptr-missing", receivers=receivers) == ()


def test_unknown_names() -> None:
    assert replies.replies("no-such-check") == ()
    with pytest.raises(KeyError):
        replies.title("nobody")


@pytest.mark.parametrize(
    ("zone", "codes", "said"),
    [
        (
            "zen.spamhaus.org",
            ("127.0.0.10 (PBL: dynamic)",),
            {"550 OU-001", "550 DY-001", "550 5.7.1 (S3150); 550 5.7.1 (S3140)"},
        ),
        (
            "zen.spamhaus.org",
            ("127.0.0.3 (CSS: low reputation)",),
            {"550 OU-001", "550 5.7.1 (S3150); 550 5.7.1 (S3140)"},
        ),
        ("bl.spamcop.net", ("127.0.0.2 (reported)",), {"550 5.7.1 (S3150); 550 5.7.1 (S3140)"}),
    ],
)
def test_a_reply_that_names_a_list_follows_from_that_list_only(
    zone: str, codes: tuple[str, ...], said: set[str]
) -> None:
    known = replies.replies("dnsbl-ip-listed", receivers={"outlook"})
    data = {"zone": zone, "codes": codes}
    assert {r.reply for r in known if replies.fits(r, "listed", data)} == said


def test_where_another_mechanism_passes_no_reply_says_that_none_does() -> None:
    for check_id in ("dkim-key-revoked", "dkim-selector-missing", "spf-missing", "spf-ip-not-authorised"):
        known = replies.replies(check_id)
        neither = [r for r in known if re.search("SPF (or|nor|and) DKIM(?! or| must both)", r.says)]
        assert {r.receiver for r in neither} == {"apple", "exchange-online", "gmail", "yahoo"}
        narrowed = [r for r in known if not r.where and not r.only]
        assert [r for r in narrowed if not replies.fits(r, "fail", {"other": "pass"})] == neither
        assert all(replies.fits(r, "fail", {"domain": "pass"}) for r in narrowed)


@pytest.mark.parametrize(("policy", "follows"), [("reject", True), ("quarantine", False), ("none", False)])
def test_only_reject_makes_a_policy_refuse(policy: str, follows: bool) -> None:
    known = [r for r in replies.replies("dmarc-fails") if "polic" in r.says or "reject" in r.says]
    assert {r.receiver for r in known} >= {"apple", "exchange-online", "gmail", "yahoo"}
    assert all(replies.fits(r, policy, {"policy": policy}) is follows for r in known)


@pytest.mark.parametrize(("result", "follows"), [("fail", True), ("softfail", False), ("neutral", False)])
def test_a_softfail_violates_nothing(result: str, follows: bool) -> None:
    names = {"exchange-online", "gmx", "netease", "orange", "qq"}
    known = [r for r in replies.replies("spf-ip-not-authorised", receivers=names) if not r.together]
    assert {r.receiver for r in known} == names
    assert all(replies.fits(r, result, {}) is follows for r in known)


@pytest.mark.parametrize("code", catalogue.codes())
def test_the_replies_of_one_code_are_those_of_all(code: int) -> None:
    """They are read apart, by the look of the line ``code = 941``."""
    checks = sorted({c for r in replies.receivers().values() for rule in r.rules for c in rule.checks})
    every = dict.fromkeys(reply for check_id in checks for reply in replies.replies(check_id, code))
    assert replies.of_code(code, checks) == tuple(every)


def test_the_replies_of_one_check_are_all() -> None:
    """They are read apart too, by the check's name and those of its groups."""
    checks = sorted({c for r in replies.receivers().values() for rule in r.rules for c in rule.checks})
    assert {c: replies.of_check(c) for c in checks} == {c: replies.replies(c) for c in checks}


def test_checks_of_a_reply_are_those_of_its_rule() -> None:
    rules = [rule for r in replies.receivers().values() for rule in r.rules]
    statuses = {part for rule in rules for part in rule.reply.reply.replace(";", " ").split()}
    told = {pair for status in statuses for pair in replies.of_status(status)}
    assert told == {(rule.reply, rule.checks) for rule in rules}
