"""The catalogue and the register, as data; and how single answers are read."""

from __future__ import annotations

import ipaddress
import re
from datetime import date

import pytest

from deliverkit import texts
from deliverkit.facts.blocklists import Sort, catalogue, closed, public_resolvers, register
from deliverkit.model.subject import CORE_BLOCKLISTS
from deliverkit.model.verdict import Severity
from deliverkit.resolver.names import is_within
from deliverkit.resolver.wire import to_name

ROWS = pytest.mark.parametrize("zone", catalogue())


def meanings(zone: str, answer: str) -> list[str]:
    return [entry.says for entry in catalogue()[zone].read(answer)]


@ROWS
def test_a_row_is_whole(zone: str) -> None:
    row = catalogue()[zone]
    assert set(row.kinds) <= {"ip", "ip6", "domain"}
    assert row.kinds
    assert row.codes
    assert row.delist.startswith("https://")
    assert row.terms
    assert row.source
    assert re.fullmatch(r"20\d\d-\d\d", row.as_of)
    assert bool(row.key) == bool(row.placeholder)
    assert not row.key or zone.startswith(f"{row.placeholder}.")
    assert row.instead_of == "" or row.instead_of in catalogue()
    assert row.read(row.sample)
    for kind in row.kinds:
        for label in row.test_points(kind):
            to_name(f"{label}.{zone}")


@ROWS
def test_no_code_weighs_more_than_its_list_and_every_advice_has_a_sentence(zone: str) -> None:
    row = catalogue()[zone]
    assert all(code.severity <= row.severity for code in row.codes.values())
    for code in row.codes.values():
        for check in {
            "domain": ["dnsbl-domain-listed"],
            "ip": ["dnsbl-ip-listed"],
            "ip6": ["dnsbl-ip-listed"],
        }[row.kinds[0]]:
            assert texts.remedy(check, code.advice, {"name": row.name, "delist": code.delist})


@ROWS
@pytest.mark.parametrize("answer", [f"127.255.255.{n}" for n in (1, 252, 253, 254, 255)] + ["127.0.0.1"])
def test_a_refusal_is_never_a_listing(zone: str, answer: str) -> None:
    """Of 127.0.0.1 only two make something: a good sign."""
    row = catalogue()[zone]
    if zone in ("hostkarma.junkemailfilter.com", "iadb.isipp.com") and answer == "127.0.0.1":
        assert [entry.sort for entry in row.read(answer)] == [Sort.GOOD]
        assert not row.refuses(answer)
    else:
        assert row.refuses(answer)


@ROWS
@pytest.mark.parametrize(
    "hostile", ["", "127.0.0", "::1", "2001:db8::1", "example.com", "127.0.0.2 ", "٣.0.0.2"]
)
def test_what_is_no_ipv4_address_means_nothing(zone: str, hostile: str) -> None:
    assert catalogue()[zone].read(hostile) == ()
    assert not catalogue()[zone].refuses(hostile)


@pytest.mark.parametrize(
    ("zone", "answer", "said"),
    [
        ("zen.spamhaus.org", "127.0.0.6", ["XBL: infected or abused machine"]),
        ("zen.spamhaus.org", "127.0.0.8", []),
        ("multi.surbl.org", "127.0.0.24", ["PH: phishing", "MW: malware"]),
        ("multi.surbl.org", "127.0.0.2", []),
        ("multi.surbl.org", "127.0.1.8", []),
        ("multi.uribl.com", "127.0.0.10", ["black: in the links of spam", "red: under observation"]),
        ("score.senderscore.com", "127.0.4.98", ["Sender Score 98 of 100"]),
        ("score.senderscore.com", "127.0.4.101", []),
        ("spamhaus-dqs-key.zrd.dq.spamhaus.net", "127.0.2.24", ["first seen less than 24 hours ago"]),
        ("spamhaus-dqs-key.zrd.dq.spamhaus.net", "127.0.2.25", []),
        ("dnsbl.dronebl.org", "127.0.0.8", ["SOCKS proxy"]),
        ("iadb.isipp.com", "127.2.255.1", ["accredited sender, code 2.255.1"]),
        ("list.dnswl.org", "127.0.3.3", ["mail service providers, trust: high"]),
        ("list.dnswl.org", "127.0.10.0", []),
        ("dbl.spamhaus.org", "127.0.1.255", []),
    ],
)
def test_coded_answers(zone: str, answer: str, said: list[str]) -> None:
    assert meanings(zone, answer) == said


@pytest.mark.parametrize(
    ("zone", "answer", "weight"),
    [
        ("multi.uribl.com", "127.0.0.2", Severity.WARNING),
        ("multi.uribl.com", "127.0.0.4", Severity.NOTE),
        ("multi.uribl.com", "127.0.0.8", Severity.NOTE),
        ("hostkarma.junkemailfilter.com", "127.0.0.2", Severity.NOTE),
        ("dnsbl-3.uceprotect.net", "127.0.0.2", Severity.NOTE),
        ("all.spamrats.com", "127.0.0.36", Severity.WARNING),
    ],
)
def test_weights(zone: str, answer: str, weight: Severity) -> None:
    (entry,) = catalogue()[zone].read(answer)
    assert entry.severity is weight


@pytest.mark.parametrize("answer", ["127.0.0.3", "127.0.0.129", "127.0.0.255"])
@pytest.mark.parametrize("zone", ["multi.surbl.org", "multi.uribl.com"])
def test_the_first_bit_means_blocked_whatever_stands_beside_it(zone: str, answer: str) -> None:
    assert catalogue()[zone].refuses(answer)


def test_a_list_of_its_own_kind_of_refusal() -> None:
    assert catalogue()["list.dnswl.org"].refuses("127.0.0.255")
    assert not catalogue()["all.s5h.net"].refuses("127.0.0.255")


@pytest.mark.parametrize(
    ("zone", "sort", "answers"),
    [
        ("zen.spamhaus.org", Sort.RANGE, ["127.0.0.10", "127.0.0.11"]),
        ("abusix-key.combined.mail.abusix.zone", Sort.RANGE, ["127.0.0.11"]),
        ("abusix-key.combined.mail.abusix.zone", Sort.REVERSE, ["127.0.0.12"]),
        ("all.spamrats.com", Sort.REVERSE, ["127.0.0.36", "127.0.0.37"]),
        ("rep.mailspike.net", Sort.GOOD, ["127.0.0.17", "127.0.0.20"]),
        ("hostkarma.junkemailfilter.com", Sort.NEUTRAL, ["127.0.0.3", "127.0.0.4", "127.0.0.5"]),
    ],
)
def test_what_is_no_spam_listing(zone: str, sort: Sort, answers: list[str]) -> None:
    assert [e.sort for answer in answers for e in catalogue()[zone].read(answer)] == [sort] * len(answers)


def test_the_core_is_in_the_catalogue_and_decides() -> None:
    assert set(CORE_BLOCKLISTS) <= set(catalogue())
    decisive = {zone for zone, row in catalogue().items() if row.severity is Severity.ERROR}
    assert decisive == {
        "zen.spamhaus.org",
        "dbl.spamhaus.org",
        "spamhaus-dqs-key.zen.dq.spamhaus.net",
        "spamhaus-dqs-key.dbl.dq.spamhaus.net",
    }


def test_the_register_and_the_catalogue_are_disjoint() -> None:
    """In both directions: no list lies in a closed zone, and no closed zone hides a list below it."""
    for row in register():
        assert [z for z in catalogue() if is_within(z, row.zone)] == []
    assert len({row.zone for row in register()}) == len(register())


@pytest.mark.parametrize("row", register(), ids=lambda row: row.zone)
def test_a_row_of_the_register_is_dated(row: object) -> None:
    found = closed(str(getattr(row, "zone", "")))
    assert found == row
    assert found is not None
    assert found.state in {"closed", "offline", "lists-all", "false", "private", "merged"}
    assert found.state not in {"closed"} or found.since
    assert not found.since or date.fromisoformat((found.since + "-01-01")[:10]) <= date(2026, 11, 30)
    assert re.fullmatch(r"20\d\d-\d\d", found.as_of)
    assert found.why
    assert (found.instead in catalogue()) if found.state == "merged" else not found.instead


@pytest.mark.parametrize(
    "zone", ["dnsbl.sorbs.net", "spam.dnsbl.sorbs.net", "sorbs.net", "combined.njabl.org", "cbl.abuseat.org"]
)
def test_everything_below_a_closed_zone_is_closed(zone: str) -> None:
    assert closed(zone)


@pytest.mark.parametrize("zone", ["notsorbs.net", "zen.spamhaus.org", "net", "", "abuse.ch"])
def test_what_is_not_closed(zone: str) -> None:
    assert closed(zone) is None


def test_public_resolvers() -> None:
    found = public_resolvers(["192.0.2.53", "1.1.1.1", "2001:4860:4860::8888", "1.1.1.1", "9.9.9.9"])
    assert found == ("Cloudflare 1.1.1.1", "Google 2001:4860:4860::8888", "Quad9 9.9.9.9")
    assert public_resolvers([]) == ()


def test_addresses_of_public_resolvers_are_canonical() -> None:
    """Else one would not be recognised."""
    from deliverkit.facts import blocklists

    rows = blocklists._file("public_resolvers")["resolver"]
    known = [ip for row in rows for ip in row["addresses"]]
    assert [str(ipaddress.ip_address(ip)) for ip in known] == known
    assert len(set(known)) == len(known)
