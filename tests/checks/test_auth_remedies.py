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
            replaced("_dmarc.example.com", "v=DMARC1; p=none; sp=none; rua=mailto:a@example.com"),
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
        (
            "dmarc-not-aligned",
            "psd=n at the From domain parts it from the domain above",
            replaced("_dmarc.news.example.com", "v=DMARC1; p=reject"),
        ),
        (
            "dmarc-alias-broken",
            "two aliases, and another text at the end",
            [
                ("remove", "_dmarc.example.com CNAME", ("a.example.net",)),
                *added("_dmarc.example.com", "v=DMARC1; p=none"),
            ],
        ),
        (
            "dmarc-alias-broken",
            "the record above applies",
            [("remove", "_dmarc.news.example.com CNAME", ("news.dmarc.example.net",))],
        ),
        (
            "dmarc-fails",
            "softfail, and the only key is a service's",
            replaced("example.com", OTHER, "v=spf1 ip4:198.51.100.1 ip4:192.0.2.25 ~all"),
        ),
        (
            "dmarc-fails",
            "two SPF records",
            replaced("example.com", "v=spf1 ip4:192.0.2.25 include:example.net ~all"),
        ),
        (
            "dmarc-no-reports",
            "no rua",
            replaced(
                "_dmarc.example.com",
                "v=DMARC1; p=reject; ruf=mailto:f@example.com; rua=mailto:<YOUR-REPORT-ADDRESS>",
            ),
        ),
        (
            "dmarc-no-reports",
            "behind an alias",
            replaced("dmarc.example.net", "v=DMARC1; p=reject; rua=mailto:<YOUR-REPORT-ADDRESS>"),
        ),
        (
            "dmarc-nonexistent-weaker",
            "none, although p is reject",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-not-enforcing",
            "none, without reports",
            replaced("_dmarc.example.com", "v=DMARC1; p=quarantine; sp=reject"),
        ),
        (
            "dmarc-not-enforcing",
            "the record above says none for all",
            replaced("_dmarc.example.com", "v=DMARC1; p=quarantine; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-only-spf-aligned",
            "the service signs in its own name only",
            added("dmarc1._domainkey.example.com", NEW_KEY),
        ),
        (
            "dmarc-parent-record-faulty",
            "two above, and a signature is left",
            replaced("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-percentage-ignored",
            "none of the mail",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; pct=0; t=y"),
        ),
        (
            "dmarc-percentage-ignored",
            "half of the mail",
            replaced("_dmarc.example.com", "v=DMARC1; p=quarantine; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-psd-misused",
            "the bounce domain below no longer aligns, and nothing else does",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject"),
        ),
        (
            "dmarc-record-at-wrong-name",
            "without the underscore",
            [
                *added("_dmarc.example.com", "v=DMARC1; p=none"),
                ("remove", "dmarc.example.com TXT", ("v=DMARC1; p=reject",)),
            ],
        ),
        (
            "dmarc-report-host-missing",
            "the host does not exist",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:<YOUR-REPORT-ADDRESS>"),
        ),
        (
            "dmarc-report-not-authorised",
            "no agreement",
            added("example.com._report._dmarc.reports.example.net", "v=DMARC1;"),
        ),
        (
            "dmarc-strict-alignment",
            "the bounce domain is a sub-domain, and a signature is left",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject"),
        ),
        (
            "dmarc-subdomains-weaker",
            "none below reject",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-test-mode",
            "reject counts as quarantine, from the record above",
            replaced("_dmarc.example.com", "v=DMARC1; p=none; sp=reject"),
        ),
        (
            "dmarc-test-mode",
            "with pct=0, which says the same to older receivers",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com"),
        ),
        (
            "dmarc-too-deep",
            "two names are jumped over, and the record of the domain above applies",
            added("_dmarc.x.a.b.c.d.e.f.g.example.com", "v=DMARC1; p=reject"),
        ),
        (
            "dmarc-version-misspelt",
            "the policy comes first",
            replaced("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.net"),
        ),
        (
            "dmarc-version-misspelt",
            "at a sub-domain, and the record above applies",
            replaced("_dmarc.news.example.com", "v=DMARC1; p=reject"),
        ),
        (
            "dmarc-several-records",
            "two at the domain, below a record that is obeyed and that asks for reports",
            replaced(
                "_dmarc.news.example.com",
                "v=DMARC1; p=quarantine; sp=quarantine; rua=mailto:b@example.com,mailto:a@example.com",
            ),
        ),
        (
            "dmarc-several-records",
            "two at the domain, both with a policy, and none is in force",
            replaced("_dmarc.example.com", "v=DMARC1; p=none"),
        ),
        (
            "dmarc-several-records",
            "behind an alias",
            replaced("dmarc.example.net", "v=DMARC1; p=none"),
        ),
        (
            "dmarc-syntax",
            "another fault beside such a percentage",
            replaced("_dmarc.example.com", "v=DMARC1; p=reject; pct=0"),
        ),
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
        ("dmarc-syntax", "sp at fault takes p with it", True),
        ("dmarc-syntax", "pct is no more", True),
        ("dmarc-syntax", "the policy twice, and worse than what stands before it", False),
        ("dmarc-fails", "softfail, and the only key is a service's", True),
        ("dmarc-fails", "two SPF records", False),
        ("dmarc-not-enforcing", "none, and reports", False),
        ("dmarc-test-mode", "quarantine counts as none", False),
        ("dmarc-percentage-ignored", "none of the mail", True),
        ("dmarc-percentage-ignored", "half of the mail", False),
        ("dmarc-subdomains-weaker", "none below reject", False),
        ("dmarc-nonexistent-weaker", "none, although p is reject", False),
        ("dmarc-record-at-wrong-name", "at the domain itself", True),
        ("dmarc-record-at-wrong-name", "without the underscore", True),
        ("dmarc-several-records", "two at the domain, the milder one is kept", True),
        ("dmarc-several-records", "two at the domain, although a record above applies", False),
        ("dmarc-version-misspelt", "no semicolon behind the version", True),
        ("dmarc-version-misspelt", "the policy comes first", True),
        ("dmarc-version-misspelt", "at a sub-domain, and the record above applies", False),
        ("dmarc-too-deep", "two names are jumped over, and the record of the domain above applies", False),
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
        (
            "dmarc-fails",
            "softfail, and the only key is a service's",
            Severity.ERROR,
            [Bounce(941, CERTAIN, Stage.DATA)],
        ),
        (
            "dmarc-fails",
            "no SPF record, the key is revoked, the policy comes from above",
            Severity.ERROR,
            [Bounce(941, LIKELY, Stage.DATA)],
        ),
        (
            "dmarc-fails",
            "one address of two is authorised, and the key is missing",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.DATA)],
        ),
        (
            "dmarc-only-spf-aligned",
            "quarantine, and the envelope is a sub-domain",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.DATA)],
        ),
        ("dmarc-only-spf-aligned", "the policy tolerates it", Severity.NOTE, []),
        (
            "dmarc-strict-alignment",
            "the signature of a sub-domain is lost, and SPF is left",
            Severity.WARNING,
            [Bounce(941, POSSIBLE, Stage.DATA)],
        ),
        (
            "dmarc-strict-alignment",
            "the bounce domain is a sub-domain, and a signature is left",
            Severity.NOTE,
            [],
        ),
        ("dmarc-psd-misused", "on the domain itself, and nothing depends on it", Severity.NOTE, []),
        (
            "dmarc-psd-misused",
            "the bounce domain below no longer aligns, and nothing else does",
            Severity.ERROR,
            [Bounce(941, CERTAIN, Stage.DATA)],
        ),
        (
            "dmarc-parent-record-faulty",
            "two above, and the bounce domain beside belongs to nobody",
            Severity.ERROR,
            [Bounce(941, LIKELY, Stage.DATA)],
        ),
        ("dmarc-parent-record-faulty", "two above, and a signature is left", Severity.NOTE, []),
        (
            "dmarc-version-misspelt",
            "small letters",
            Severity.WARNING,
            [Bounce(941, LIKELY, Stage.DATA)],
        ),
        (
            "dmarc-version-misspelt",
            "at a sub-domain, and the record above applies",
            Severity.NOTE,
            [],
        ),
        ("dmarc-several-records", "two at the domain, although a record above applies", Severity.NOTE, []),
        ("dmarc-not-enforcing", "none, and reports", Severity.NOTE, []),
    ],
)
@pytest.mark.usefixtures("nothing_else_passes")
def test_what_it_weighs(check_id: str, name: str, severity: Severity, bounces: list[Bounce]) -> None:
    found = finding(check_id, name)
    assert found.severity is severity
    assert [Bounce(c.code, c.likelihood, c.stage) for c in found.consequences] == bounces


WARNING, NOTE = Severity.WARNING, Severity.NOTE


@pytest.mark.parametrize(
    ("check_id", "name", "spoofing"),
    [
        ("dmarc-missing", "no record at the domain or above", Severity.ERROR),
        ("dmarc-version-misspelt", "small letters", Severity.ERROR),
        ("dmarc-version-misspelt", "at a sub-domain, and the record above applies", WARNING),
        ("dmarc-alias-broken", "the record above applies", WARNING),
        ("dmarc-several-records", "two at the domain, although a record above applies", WARNING),
        ("dmarc-not-enforcing", "none, and reports", WARNING),
        ("dmarc-test-mode", "quarantine counts as none", WARNING),
        ("dmarc-test-mode", "reject counts as quarantine, from the record above", NOTE),
        ("dmarc-syntax", "a policy that nobody knows, with a report address", WARNING),
        ("dmarc-syntax", "pct is no more", NOTE),
        ("dmarc-no-reports", "no rua", NOTE),
        ("dmarc-fails", "softfail, and the only key is a service's", None),
    ],
)
def test_what_it_allows_a_forger(check_id: str, name: str, spoofing: Severity | None) -> None:
    assert finding(check_id, name).spoofing is spoofing


def test_who_makes_the_change() -> None:
    def actors(check_id: str, name: str) -> list[str]:
        remedy = finding(check_id, name).remedy
        return [] if remedy is None else [str(c.by) for c in remedy.changes]

    assert actors("dmarc-report-not-authorised", "no agreement") == ["zone-owner"]
    assert actors("dmarc-no-reports", "behind an alias") == ["zone-owner"]
    assert actors("dmarc-no-reports", "no rua") == ["you"]


def test_one_more_selector_to_sign_with() -> None:
    remedy = finding("dmarc-only-spf-aligned", "the service signs in its own name only").remedy
    assert remedy is not None
    assert [(s.field, s.value) for s in remedy.settings] == [("selectors", "dmarc1._domainkey.example.com")]
