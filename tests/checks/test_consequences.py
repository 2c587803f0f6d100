"""What the host, blocklist and sender checks say beyond message and place: weight, bounces and exact changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Mx, Rdata
from deliverkit.model.remedy import RecordChange
from deliverkit.model.report import Finding
from deliverkit.model.verdict import Likelihood, Severity, Stage
from tests.checks.cases import cases

V6 = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"


@dataclass(frozen=True)
class Expected:
    """The one finding of a case. ``bounces``: code, likelihood and stage. ``changes``: as ``_told`` tells them."""

    check_id: str
    case: str
    severity: str
    bounces: tuple[str, ...]
    changes: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    safe: bool = True


EXPECTED = (
    Expected(
        "helo-empty",
        "empty, the reverse name would do",
        "ERROR",
        ("914 CERTAIN HELO",),
        settings=(("helo", "mx1.example.com"),),
    ),
    Expected(
        "helo-unresolvable",
        "name does not exist",
        "ERROR",
        ("914 LIKELY HELO",),
        (
            "add mail.example.com A 192.0.2.25 by you",
            "add mail.example.com AAAA 2001:db8::25 by you",
        ),
    ),
    Expected(
        "helo-unresolvable",
        "name exists without address, sending addresses unknown",
        "ERROR",
        ("914 LIKELY HELO",),
        ("add mail.example.com A <YOUR-SERVER-ADDRESS> by you",),
    ),
    Expected(
        "helo-not-sending-ip",
        "IPv6 source, name has IPv4 only",
        "WARNING",
        ("914 POSSIBLE HELO",),
        ("add mail.example.com AAAA 2001:db8::25 by you",),
    ),
    Expected(
        "ptr-missing",
        "no reverse name, the HELO name would do",
        "ERROR",
        ("916 LIKELY CONNECT",),
        (
            "replace 25.2.0.192.in-addr.arpa PTR mail.example.com by ip-owner",
            "add mail.example.com A 192.0.2.25 by you",
        ),
    ),
    Expected(
        "ptr-missing-ipv6",
        "no reverse name",
        "ERROR",
        ("916 CERTAIN CONNECT",),
        (
            f"replace {V6} PTR mail.example.com by ip-owner",
            "add mail.example.com AAAA 2001:db8::25 by you",
        ),
    ),
    Expected(
        "ptr-not-forward-confirmed",
        "the reverse name leads elsewhere",
        "ERROR",
        ("916 LIKELY CONNECT",),
        # mail.example.com is another host's name
        (
            "replace 25.2.0.192.in-addr.arpa PTR mta.example.com by ip-owner",
            "add mta.example.com A 192.0.2.25 by you",
        ),
    ),
    Expected(
        "ptr-several-none-confirmed",
        "HELO says a third name",
        "ERROR",
        ("916 LIKELY CONNECT",),
        (
            "replace 25.2.0.192.in-addr.arpa PTR mail.example.com by ip-owner",
            "add mail.example.com A 192.0.2.25 by you",
        ),
    ),
    Expected(
        "ptr-generic",
        "the address is in the name",
        "WARNING",
        ("925 LIKELY CONNECT", "916 POSSIBLE CONNECT"),
        (
            "replace 7.113.0.203.in-addr.arpa PTR mail.example.com by ip-owner",
            "add mail.example.com A 203.0.113.7 by you",
        ),
    ),
    Expected(
        "ptr-differs-from-helo",
        "two sound names",
        "NOTE",
        ("914 POSSIBLE HELO",),
        settings=(("helo", "server25.example.net"),),
        safe=False,
    ),
    Expected(
        "dnsbl-ip-listed",
        "a spam source",
        "ERROR",
        ("917 CERTAIN CONNECT",),
        ("remove 25.2.0.192.zen.spamhaus.org A by ip-owner",),
    ),
    Expected(
        "dnsbl-ip-listed",
        "policy and infection at once",
        "ERROR",
        ("917 CERTAIN CONNECT", "925 CERTAIN CONNECT"),
        ("remove 25.2.0.192.zen.spamhaus.org A by list-operator",),
    ),
    Expected(
        "dnsbl-ip-listed",
        "one of two lists, one of two addresses",  # SpamCop's row weighs less than ZEN's
        "WARNING",
        ("917 LIKELY CONNECT",),
        ("remove 25.2.0.192.bl.spamcop.net A by you",),
    ),
    Expected(
        "dnsbl-ip-listed",
        "the wrong kind of address, and nothing worse",
        "ERROR",
        ("917 CERTAIN CONNECT", "925 CERTAIN CONNECT"),
        ("remove 25.2.0.192.zen.spamhaus.org A by list-operator",),
    ),
    Expected(
        "dnsbl-ip-listed",
        "listed for its reverse name only",
        "WARNING",
        ("917 LIKELY CONNECT", "916 LIKELY CONNECT"),
        ("remove 25.2.0.192.all.spamrats.com A by list-operator",),
    ),
    Expected(
        "dnsbl-domain-listed",
        "a spam domain",
        "ERROR",
        ("917 LIKELY MAIL", "919 POSSIBLE MAIL"),
        ("remove example.com.dbl.spamhaus.org A by list-operator",),
    ),
    Expected(
        "sender-domain-invalid",
        "sound From domain, underscore in the envelope",
        "ERROR",
        ("933 CERTAIN MAIL",),
        settings=(("mail_from", "example.com"),),
    ),
    Expected(
        "sender-domain-missing",
        "the envelope's part of an existing domain",
        "ERROR",
        ("933 CERTAIN MAIL",),
        (
            "add news.example.com SOA ns1.news.example.com by registrar",
            "add news.example.com MX 10 mail.example.com by you",
            "add mail.example.com A 192.0.2.25 by you",
        ),
        safe=False,
    ),
    Expected(
        "sender-no-mail-host",
        "neither MX nor address",
        "ERROR",
        ("933 LIKELY MAIL",),
        (
            "add example.com MX 10 mail.example.com by you",
            "add mail.example.com A <YOUR-SERVER-ADDRESS> by you",
        ),
    ),
    Expected(
        "sender-null-mx",
        "null MX",
        "ERROR",
        ("933 CERTAIN MAIL",),
        (
            "replace example.com MX 10 mail.example.com by you",
            "add mail.example.com A 192.0.2.25 by you",
        ),
    ),
    Expected(
        "sender-mx-is-cname",
        "one of two, through two aliases",
        "WARNING",
        ("933 LIKELY MAIL",),
        ("replace example.com MX 10 mx1.example.com, 20 host7.example.org by you",),
    ),
    Expected(
        "sender-mx-without-address",
        "the only host is an alias to nowhere",
        "ERROR",
        ("933 LIKELY MAIL",),
        (
            "remove mail.example.com CNAME by you",
            "add mail.example.com A <YOUR-SERVER-ADDRESS> by you",
        ),
    ),
    Expected(
        "sender-mx-without-address",
        "one of two hosts",
        "WARNING",
        ("933 LIKELY MAIL",),
        ("replace example.com MX 10 mx1.example.com by you",),
    ),
    Expected(
        "sender-mx-private-address",
        "the only host has a private address only",
        "ERROR",
        ("933 LIKELY MAIL",),
        (
            "remove mail.example.com A 10.0.0.5 by you",
            "remove mail.example.com AAAA fd00::5 by you",
            "add mail.example.com A <YOUR-SERVER-ADDRESS> by you",
        ),
    ),
    Expected(
        "sender-mx-private-address",
        "a private address beside a reachable one",
        "WARNING",
        ("933 LIKELY MAIL",),
        ("remove mail.example.com A 192.168.1.5 by you",),
    ),
    Expected(
        "sender-mx-private-address",
        "one of two hosts is the machine itself",
        "WARNING",
        ("933 LIKELY MAIL",),
        (
            "remove mx2.example.com A 127.0.0.1 by you",
            "add mx2.example.com A <YOUR-SERVER-ADDRESS> by you",
        ),
    ),
    Expected(
        "sender-soa-missing",
        "records, but no zone",
        "WARNING",
        ("933 POSSIBLE MAIL",),
        ("add example.com SOA ns1.example.com by you",),
    ),
)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: f"{e.check_id}: {e.case}")
def test_consequences_and_changes(expected: Expected) -> None:
    finding = _finding(expected.check_id, expected.case)
    assert finding.severity is Severity[expected.severity]
    told = [f"{c.code} {Likelihood(c.likelihood).name} {Stage(c.stage).name}" for c in finding.consequences]
    assert tuple(told) == expected.bounces
    remedy = finding.remedy
    assert remedy is not None
    assert tuple(_told(change) for change in remedy.changes) == expected.changes
    assert tuple((s.field, s.value) for s in remedy.settings) == expected.settings
    assert remedy.safe is expected.safe


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: f"{e.check_id}: {e.case}")
def test_every_placeholder_has_a_sample(expected: Expected) -> None:
    remedy = _finding(expected.check_id, expected.case).remedy
    assert remedy is not None
    for change in remedy.changes:
        placeholders = [v for v in change.values if isinstance(v, str) and v.startswith("<")]
        assert placeholders == [placeholder for placeholder, _ in change.blanks]


def _finding(check_id: str, name: str) -> Finding:
    case = next(c for c in cases(check_id) if c.name == name)
    found = asyncio.run(report(case.subject, case.resolver(), [registry.load(check_id)])).findings
    assert len(found) == 1
    return found[0]


def _told(change: RecordChange) -> str:
    values = ", ".join(map(_value, change.values))
    return " ".join(filter(None, (change.action, change.name, change.rtype, values, f"by {change.by}")))


def _value(value: Rdata) -> str:
    if isinstance(value, Mx):
        return f"{value.preference} {value.exchange}"
    return value if isinstance(value, str) else str(getattr(value, "mname", value))
