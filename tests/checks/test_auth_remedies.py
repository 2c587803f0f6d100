"""Exactly what the SPF, DKIM and DMARC checks tell people to publish, for the cases of their data files."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Mx, Rdata, Txt
from deliverkit.model.bounce import Bounce
from deliverkit.model.report import Finding
from deliverkit.model.verdict import Likelihood, Severity, Stage
from tests.checks.cases import cases

OTHER = "site-verification=1234"
NEW_KEY = "v=DKIM1; k=rsa; p=<YOUR-PUBLIC-KEY>"
KEY_NAME = "s1._domainkey.example.com"
CERTAIN, LIKELY, POSSIBLE = Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE

Change = tuple[str, str, tuple[str, ...]]


def replaced(name: str, *texts: str) -> list[Change]:
    return [("replace", f"{name} TXT", texts)]


def added(name: str, *texts: str) -> list[Change]:
    return [("add", f"{name} TXT", texts)]


def finding(check_id: str, name: str) -> Finding:
    (case,) = (c for c in cases(check_id) if c.name == name)
    (found,) = asyncio.run(report(case.subject, case.resolver(), [registry.load(check_id)])).findings
    return found


def shown(value: Rdata) -> str:
    match value:
        case Txt():
            return value.text
        case Mx():
            return f"{value.preference} {value.exchange}"
        case _:
            return str(value)


@pytest.mark.parametrize(
    ("check_id", "name", "changes"),
    [
        (
            "spf-missing",
            "no TXT record at all",
            added("example.com", "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 ~all"),
        ),
        ("spf-missing", "other texts, none of them SPF", added("bounce.example.com", "v=spf1 mx ~all")),
        (
            "spf-several-records",
            "two services, two records",
            replaced("example.com", OTHER, "v=spf1 ip4:192.0.2.25 include:_spf.example.net ~all"),
        ),
        (
            "spf-syntax",
            "a slip with a clear meaning",
            replaced("example.com", OTHER, "v=spf1 ip4:192.0.2.25 ~all"),
        ),
        ("spf-syntax", "a typographic dash", replaced("example.com", "v=spf1 ip4:192.0.2.25 -all")),
        (
            "spf-permerror",
            "the broken name comes from a macro",
            replaced("example.com", "v=spf1 ip4:192.0.2.25 include:%{i}.example.net ~all"),
        ),
        (
            "spf-too-many-lookups",
            "eleven, counted through the includes",
            replaced(
                "example.com",
                OTHER,
                "v=spf1 a mx ip4:198.51.100.1 ip4:198.51.100.2/31 ip4:198.51.100.4 include:two.example.net"
                " ip4:192.0.2.0/24 ~all",
            ),
        ),
        (
            "spf-too-many-void-lookups",
            "three dead names",
            replaced("example.com", OTHER, "v=spf1 ip4:192.0.2.0/24 ~all"),
        ),
        (
            "spf-too-many-void-lookups",
            "inside an include, and the given address comes behind it",
            replaced("example.com", "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.9 ~all"),
        ),
        (
            "spf-ip-not-authorised",
            "fail",
            replaced("example.com", OTHER, "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.25 -all"),
        ),
        (
            "spf-ip-not-authorised",
            "a term behind all is never reached",
            replaced("example.com", "v=spf1 mx ip4:192.0.2.25 -all"),
        ),
        (
            "spf-passes-all",
            "plus all",
            replaced("example.com", OTHER, "v=spf1 mx ip4:192.0.2.25 ~all"),
        ),
        ("spf-passes-all", "a bare all, and nothing else", replaced("example.com", "v=spf1 mx ~all")),
        ("dkim-selector-missing", "no such name", added(KEY_NAME, NEW_KEY)),
        ("dkim-selector-missing", "a wildcard brings an SPF record", replaced(KEY_NAME, NEW_KEY)),
        ("dkim-key-revoked", "empty p", replaced(KEY_NAME, NEW_KEY)),
        ("dkim-key-too-short", "512 bits", replaced(KEY_NAME, NEW_KEY)),
        ("dkim-key-unreadable", "no p", replaced(KEY_NAME, NEW_KEY)),
        (
            "dmarc-missing",
            "no record at the domain or above",
            added("_dmarc.example.com", "v=DMARC1; p=none"),
        ),
        (
            "dmarc-several-records",
            "two at the domain, the milder one is kept",
            replaced("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:b@example.com"),
        ),
        (
            "dmarc-syntax",
            "sp at fault takes p with it",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-syntax",
            "a report address without mailto",
            replaced("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-not-aligned",
            "a service's own envelope domain, and a key of its own",
            [
                ("add", "bounce.example.com MX", ("10 mx.example.net",)),
                ("add", "bounce.example.com TXT", ("v=spf1 ip4:192.0.2.25 ~all",)),
            ],
        ),
        (
            "dmarc-not-aligned",
            "the key is revoked, the policy comes from above",
            [
                ("add", "bounce.news.example.com MX", ("10 example.net",)),
                ("add", "bounce.news.example.com TXT", ("v=spf1 mx ~all",)),
            ],
        ),
        ("dmarc-not-aligned", "strict, and the envelope is a sub-domain", []),
    ],
)
def test_what_to_publish(check_id: str, name: str, changes: list[Change]) -> None:
    remedy = finding(check_id, name).remedy
    assert remedy is not None
    assert [
        (str(c.action), f"{c.name} {c.rtype}", tuple(map(shown, c.values))) for c in remedy.changes
    ] == changes


@pytest.mark.parametrize(
    ("name", "envelope"),
    [
        ("a service's own envelope domain, and a key of its own", "bounce.example.com"),
        ("strict, and the envelope is a sub-domain", "example.com"),
    ],
)
def test_which_envelope_to_use(name: str, envelope: str) -> None:
    remedy = finding("dmarc-not-aligned", name).remedy
    assert remedy is not None
    assert [(s.field, s.value) for s in remedy.settings] == [("mail_from", envelope)]


@pytest.mark.parametrize(
    ("check_id", "name", "safe"),
    [
        ("spf-syntax", "a slip with a clear meaning", True),
        ("spf-syntax", "several errors are one finding", False),
        ("spf-ip-not-authorised", "fail", True),
        ("spf-passes-all", "plus all", False),
        ("spf-too-many-void-lookups", "three already, although another name did not answer", True),
        ("spf-too-many-void-lookups", "inside an include, and the given address comes behind it", False),
        ("dkim-key-too-short", "512 bits", True),
        ("dkim-key-weak", "1024 bits are worth a note", False),
        ("dmarc-syntax", "a policy that nobody knows, and no report address", True),
        ("dmarc-syntax", "sp at fault takes p with it", False),
        ("dmarc-syntax", "pct is no more", True),
        ("dmarc-syntax", "the policy twice, and worse than what stands before it", False),
    ],
)
def test_what_could_harm_another_stream(check_id: str, name: str, safe: bool) -> None:
    remedy = finding(check_id, name).remedy
    assert remedy is not None
    assert remedy.safe is safe


@pytest.mark.parametrize(
    ("check_id", "name", "severity", "bounces"),
    [
        ("spf-missing", "no TXT record at all", Severity.ERROR, [Bounce(941, LIKELY, Stage.MAIL)]),
        ("spf-ip-not-authorised", "fail", Severity.ERROR, [Bounce(941, LIKELY, Stage.MAIL)]),
        (
            "spf-ip-not-authorised",
            "softfail for one address of two",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.MAIL)],
        ),
        (
            "spf-too-many-lookups",
            "the given address is found before the limit",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.MAIL)],
        ),
        (
            "spf-passes-all",
            "plus all",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.MAIL), Bounce(913, POSSIBLE, Stage.DATA)],
        ),
        ("dkim-key-too-short", "512 bits", Severity.ERROR, [Bounce(941, LIKELY, Stage.DATA)]),
        ("dkim-key-weak", "1024 bits are worth a note", Severity.NOTE, []),
        ("dkim-test-mode", "t=y", Severity.WARNING, [Bounce(941, POSSIBLE, Stage.DATA)]),
        (
            "dmarc-syntax",
            "a policy that nobody knows, and no report address",
            Severity.WARNING,
            [Bounce(941, LIKELY, Stage.DATA)],
        ),
        (
            "dmarc-syntax",
            "a policy that nobody knows, with a report address",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.DATA)],
        ),
        ("dmarc-syntax", "no policy, which a report address makes good", Severity.NOTE, []),
        (
            "dmarc-not-aligned",
            "a service's own envelope domain, and a key of its own",
            Severity.ERROR,
            [Bounce(941, CERTAIN, Stage.DATA)],
        ),
        (
            "dmarc-not-aligned",
            "the key is revoked, the policy comes from above",
            Severity.ERROR,
            [Bounce(941, LIKELY, Stage.DATA)],
        ),
        (
            "dmarc-not-aligned",
            "test mode lowers the policy by one",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.DATA)],
        ),
    ],
)
def test_what_it_weighs(check_id: str, name: str, severity: Severity, bounces: list[Bounce]) -> None:
    found = finding(check_id, name)
    assert found.severity is severity
    assert [Bounce(c.code, c.likelihood, c.stage) for c in found.consequences] == bounces
