"""What the remedies of HELO and PTR may touch: never the name of another host, and a foreign zone by its owner."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Mx
from deliverkit.model.subject import Subject
from deliverkit.resolver.zonefile import Zone

REVERSE = "25.2.0.192.in-addr.arpa"
WAY = f"{REVERSE}. PTR mail.example.com.\nmail.example.com. A 192.0.2.99"  # the name is another host's


def remedy(check_id: str, helo: str | None, world: str, *ips: str) -> list[str]:
    subject = Subject("example.com", ips=ips or ("192.0.2.25",), helo=helo)
    found = asyncio.run(report(subject, Zone.from_text(world), [registry.load(check_id)]))
    lines = []
    for finding in found.findings:
        assert finding.remedy is not None
        lines += [f"{c.action} {c.name} {c.rtype} {c.values[0]} by {c.by}" for c in finding.remedy.changes]
        lines += [f"{s.field} {s.value}" for s in finding.remedy.settings]
    return lines


@pytest.mark.parametrize(
    ("check_id", "helo", "world", "expected"),
    [
        (
            "helo-not-sending-ip",
            "www.example.com",
            "www.example.com. A 192.0.2.99",
            ["add mail.example.com A 192.0.2.25 by you", "helo mail.example.com"],
        ),
        (
            "helo-not-sending-ip",
            "www.example.com",
            "www.example.com. A 192.0.2.99\nmail.example.com. A 192.0.2.98\nmta.example.com. CNAME www.example.com.",
            ["add smtp-out.example.com A 192.0.2.25 by you", "helo smtp-out.example.com"],
        ),
        (
            "helo-not-sending-ip",
            "www.example.com",
            f"{REVERSE}. PTR mx7.hoster.example.\nwww.example.com. A 192.0.2.99",
            ["add mx7.hoster.example A 192.0.2.25 by zone-owner", "helo mx7.hoster.example"],
        ),
        (
            "helo-not-sending-ip",
            "mail.example.com",
            "mail.example.com. A 192.0.2.25",
            [],
        ),
        (
            "helo-unresolvable",
            "mail.example.net",
            "mail.example.com. A 192.0.2.25",
            ["add mail.example.net A 192.0.2.25 by zone-owner"],
        ),
        (
            "helo-unresolvable",
            "mail.example.com",
            "www.example.com. A 192.0.2.25",
            ["add mail.example.com A 192.0.2.25 by you"],
        ),
        (
            "ptr-missing",
            "www.example.com",
            "www.example.com. A 192.0.2.99",
            [
                f"replace {REVERSE} PTR mail.example.com by ip-owner",
                "add mail.example.com A 192.0.2.25 by you",
            ],
        ),
        (
            "ptr-not-forward-confirmed",
            "www.example.com",
            f"{WAY}\nwww.example.com. A 192.0.2.98",
            [f"replace {REVERSE} PTR mta.example.com by ip-owner", "add mta.example.com A 192.0.2.25 by you"],
        ),
        (
            "ptr-not-forward-confirmed",
            "mail.example.net",
            WAY,
            [
                f"replace {REVERSE} PTR mail.example.net by ip-owner",
                "add mail.example.net A 192.0.2.25 by zone-owner",
            ],
        ),
    ],
)
def test_whose_name_gets_the_address(check_id: str, helo: str, world: str, expected: list[str]) -> None:
    assert remedy(check_id, helo, world) == expected


def test_a_name_that_leads_to_another_sending_address_gets_one_more() -> None:
    world = "mail.example.com. A 192.0.2.25"
    lines = remedy(
        "helo-not-sending-ip", "mail.example.com", world, "192.0.2.25", "192.0.2.26", "2001:db8::26"
    )
    assert lines == [
        "add mail.example.com A 192.0.2.26 by you",
        "add mail.example.com AAAA 2001:db8::26 by you",
    ]


def test_the_reverse_name_is_set_where_the_network_handed_it_on() -> None:
    world = f"{REVERSE}. CNAME 25.0/25.2.0.192.in-addr.arpa.\n25.0/25.2.0.192.in-addr.arpa. TXT x"
    assert remedy("ptr-missing", "mail.example.com", world) == [
        "replace 25.0/25.2.0.192.in-addr.arpa PTR mail.example.com by ip-owner",
        "add mail.example.com A 192.0.2.25 by you",
    ]


@pytest.mark.parametrize(
    ("world", "severity", "lines"),
    [
        ("", "ERROR", ["replace example.com MX mail", "add mail.example.com A 192.0.2.30 by you"]),
        (
            "mail.example.com. A 192.0.2.20",
            "ERROR",
            ["replace example.com MX mx", "add mx.example.com A 192.0.2.30 by you"],
        ),
        (
            "example.com. MX 20 mx9.example.com.\nmx9.example.com. A 192.0.2.9",
            "WARNING",
            ["replace example.com MX mail", "add mail.example.com A 192.0.2.30 by you"],
        ),
    ],
)
def test_an_mx_record_that_holds_an_address_gets_a_host_name(
    world: str, severity: str, lines: list[str]
) -> None:
    zone = Zone.from_text(f"example.com. MX 10 192.0.2.30.\n{world}")
    found = asyncio.run(report(Subject("example.com"), zone, [registry.load("sender-mx-without-address")]))
    (finding,) = found.findings
    assert (finding.message, finding.severity.name) == ("is-address", severity)
    assert finding.remedy is not None
    mx, forward = finding.remedy.changes
    first = mx.values[0]
    assert isinstance(first, Mx)
    assert f"{mx.action} {mx.name} {mx.rtype} {first.exchange}" == f"{lines[0]}.example.com"
    assert f"{forward.action} {forward.name} {forward.rtype} {forward.values[0]} by {forward.by}" == lines[1]
