"""What evaluation reads of a record besides its policies: RFC 9989 sections 4.7 to 4.10.1, RFC 7489 section 6.6.3."""

from __future__ import annotations

import time

import pytest

from deliverkit.records.dmarc import LegacyPolicy, parse, parse_legacy

RUA = "rua=mailto:a@example.com"


@pytest.mark.parametrize(
    ("tags", "applies"),
    [
        ("p=none", True),
        ("p=bad", False),
        (f"p=bad; {RUA}", True),
        ("p=reject; sp=bad", False),
        ("p=reject; np=bad", False),
        (f"p=reject; np=bad; {RUA}", True),
        ("sp=reject", False),
        (f"sp=reject; {RUA}", True),
        ("p=", False),
        ("p=bad; ruf=mailto:a@example.com", False),
        ("p=bad; rua=bad, mailto:a@example.com!10m", True),
        ("p=bad; rua=mailto:a@example.com!10p", False),
        ("p=bad; rua=mailto:a@example.com!", False),
        ("p=bad; rua=mailto:ä@example.com", False),
        ("p=bad; rua=mailto:%zz@example.com", False),
        ("p=bad; rua=mailto:%C3%A4@example.com", True),
        ("p=bad; rua=https://[2001:db8::1]:8443/x?y=1#z", True),
        ("p=bad; rua=mailto:<a@example.com>", False),
    ],
)
def test_applies(tags: str, applies: bool) -> None:
    assert parse(f"v=DMARC1; {tags}").applies is applies


@pytest.mark.parametrize(
    ("tags", "given"),
    [
        ("p=none", {"p"}),
        ("p=none; sp=none", {"p", "sp"}),
        ("p=none; np=none", {"p", "np"}),
        (f"sp=reject; {RUA}", {"p", "sp"}),
        (f"p=reject; sp=bad; np=reject; {RUA}", {"p"}),
    ],
)
def test_given(tags: str, given: set[str]) -> None:
    assert set(parse(f"v=DMARC1; {tags}").given) == given


@pytest.mark.parametrize("fo", ["0", "1", "d", "s", "0:d", "1:d:s", "d:s", "s:d", "d:1:s", "s:d:0", "D:S"])
def test_failure_options(fo: str) -> None:
    record = parse(f"v=DMARC1; p=none; fo={fo}")
    assert (record.fo, record.faults) == (fo.lower(), ())


@pytest.mark.parametrize("fo", ["2", "01", "0:1", "d:d", "0:", ":", "0 : d", "d,s"])
def test_failure_options_that_nobody_knows(fo: str) -> None:
    record = parse(f"v=DMARC1; p=none; fo={fo}")
    assert (record.fo, record.faults) == ("0", (("value-invalid", "fo", fo),))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("p=reject", LegacyPolicy("reject", "reject", 100)),
        ("p=Reject; SP=none; pct=5", LegacyPolicy("reject", "none", 5)),
        ("p=reject; np=bad; t=y; psd=n", LegacyPolicy("reject", "reject", 100)),
        ("p=reject; sp=bad", LegacyPolicy("", "", 100)),
        (f"p=reject; sp=bad; {RUA}", LegacyPolicy("none", "none", 100)),
        ("sp=reject", LegacyPolicy("", "", 100)),
        (f"sp=reject; {RUA}", LegacyPolicy("none", "none", 100)),
        ("p=none; pct=0", LegacyPolicy("none", "none", 0)),
        ("p=none; pct=101", LegacyPolicy("none", "none", 100)),
        ("p=none; pct=-1", LegacyPolicy("none", "none", 100)),
        ("p=none; pct=1000", LegacyPolicy("none", "none", 100)),
        ("p=none; pct=٣", LegacyPolicy("none", "none", 100)),
        ("p=none; p=reject", LegacyPolicy("none", "none", 100)),
    ],
)
def test_legacy(tags: str, expected: LegacyPolicy) -> None:
    assert parse_legacy(f"v=DMARC1; {tags}") == expected


@pytest.mark.parametrize(
    "piece", ["p=none;", ";", "x", "rua=mailto:a@example.com,", "=", "p=x;", "%", "mailto:a!1"]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        text = "v=DMARC1; p=none; rua=" + piece * (size // len(piece))
        begin = time.process_time()
        parse.__wrapped__(text)
        parse_legacy.__wrapped__(text)
        return time.process_time() - begin

    seconds(1000)
    assert seconds(500_000) < 40 * max(seconds(50_000), 0.01)
