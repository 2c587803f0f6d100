"""DKIM against the data of others: dkimpy's files (the examples of RFC 6376 and RFC 8463 among them), Stalwart's and
mailauth's messages."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from deliverkit.adapters import dkimpy
from deliverkit.auth.results import DkimResult
from deliverkit.auth.signatures import dkim
from deliverkit.records.dkim import decoded
from tests.auth.zone import Zone
from tests.shared import shared_path

NOW = 1_667_843_664
# RFC 8463 appendix A.2.
RFC8463_KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
ED25519_NAME = "brisbane._domainkey.football.example.com"
RSA_NAME = "test._domainkey.football.example.com"


def run(path: Path, names: dict[str, str], now: float = NOW) -> tuple[DkimResult, ...]:
    return asyncio.run(dkim(path.read_bytes(), Zone(names), now))


def outcome(results: tuple[DkimResult, ...]) -> list[tuple[str, str]]:
    assert all(str(result.reason).endswith(".") for result in results)
    return [(result.selector, result.reason.key) for result in results]


def dkimpy_data() -> Path:
    return shared_path("suites/dkim-dkimpy/data")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("rfc6376.signed.msg", [("brisbane", "dkim.pass"), ("test", "dkim.pass")]),
        ("rfc6376.signed.rsa.msg", [("test", "dkim.pass")]),
        # Its t= was taken out and an x= put in after signing.
        ("rfc6376.signed.no_t.msg", [("test", "dkim.signature-differs")]),
        ("message.mbox", [("2007-00", "dkim.key-name-missing")]),
        ("ed25519test2.msg", [("sed", "dkim.pass")]),
        ("test.message.baddomain", [("test", "dkim.domain")]),
        ("test2.message", [("20120113", "dkim.key-name-missing")]),
        ("rfc6376.msg", []),
        ("rfc6376.w1258.msg", []),
        ("test.message", []),
        ("test_nofrom.message", []),
    ],
)  # fmt: skip
def test_dkimpy_messages(message: str, expected: list[tuple[str, str]]) -> None:
    data = dkimpy_data()
    names = {
        ED25519_NAME: RFC8463_KEY,
        RSA_NAME: (data / "test.txt").read_text(),
        "sed._domainkey.test.ex": (data / "eximtest.dns").read_text(),
    }
    assert outcome(run(data / message, names)) == expected


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("test.txt", "dkim.pass"),
        ("test2.txt", "dkim.pass"),  # no k=
        ("test_bad.txt", "dkim.key-unreadable"),
        ("badversion.txt", "dkim.key-version"),
        ("badk.txt", "dkim.key-type"),
        ("test_tlsrpt.txt", "dkim.key-service"),
        ("1024_testkey_wo_markers.pub.txt", "dkim.signature-differs"),
        ("1024_testkey_wo_markers.pub.rsa.txt", "dkim.signature-differs"),
        ("2048_testkey_wo_markers.pub.txt", "dkim.signature-differs"),
        ("2048_testkey_wo_markers.pub.rsa.txt", "dkim.signature-differs"),
        ("2048_testkey_PKCS8.key.pub.txt", "dkim.signature-differs"),
        ("ed25519test.dns", "dkim.key-type-differs"),
    ],
)
def test_dkimpy_records(record: str, reason: str) -> None:
    data = dkimpy_data()
    names = {RSA_NAME: (data / record).read_text()}
    (result,) = run(data / "rfc6376.signed.rsa.msg", names)
    assert result.reason.key == reason
    if reason == "dkim.signature-differs":
        assert result.key_bits == int(record[:4])


def stalwart() -> list[dict[str, Any]]:
    expectations = json.loads(shared_path("suites/dkim-stalwart/expectations.json").read_text("utf-8"))
    assert expectations["evaluate_at"] == NOW
    cases: list[dict[str, Any]] = expectations["cases"]
    return cases


def test_stalwart() -> None:
    """The suite asks for a pass of the last signature; all of them do."""
    found = {}
    for case in stalwart():
        assert case["expect"] == "pass (last signature)"
        results = run(shared_path(f"suites/dkim-stalwart/{case['file']}"), case["dns"])
        found[case["file"]] = [str(result.result) for result in results]
    assert found == {
        "001.eml": ["pass", "pass"],
        "002.eml": ["pass"],
        "003.eml": ["pass", "pass"],
        "004.eml": ["pass"],
        "005.eml": ["pass"],
        "006.eml": ["pass"],
    }


def test_stalwart_after_expiry() -> None:
    """005 ends a day after it was made, to the second."""
    case = stalwart()[4]
    path = shared_path(f"suites/dkim-stalwart/{case['file']}")
    assert outcome(run(path, case["dns"], 1_667_930_064)) == [("sysmsg-1", "dkim.pass")]
    assert outcome(run(path, case["dns"], 1_667_930_065)) == [("sysmsg-1", "dkim.expired")]


def test_mailauth_messages() -> None:
    """Keys are given for one message; the names of all others do not exist any more."""
    folder = shared_path("suites/mailauth-fixtures")
    names = {
        name: "".join(types["TXT"][0])
        for name, types in json.loads((folder / "dns.json").read_text()).items()
    }
    found = {path.name: outcome(run(path, names)) for path in sorted(folder.glob("*.eml"))}
    signed = {name: outcomes for name, outcomes in found.items() if outcomes}
    assert signed.pop("signed.eml") == [("brisbane", "dkim.pass"), ("test", "dkim.pass")]
    assert set(signed) == {
        "arc-fail.eml", "arc-fail2.eml", "arc-fail3.eml", "arc-pass.eml", "arc-pass2.eml", "authtest.eml",
        "bimi.eml", "message2.eml", "message3.eml", "message4.eml", "zbimi.eml", "zproov.eml",
    }  # fmt: skip
    assert {reason for outcomes in signed.values() for _, reason in outcomes} == {"dkim.key-name-missing"}


@pytest.mark.parametrize(("pem", "bits"), [("public-rsa.pem", 2048), ("public-small.pem", 512)])
def test_mailauth_keys(pem: str, bits: int) -> None:
    lines = shared_path(f"suites/mailauth-fixtures/{pem}").read_text().splitlines()
    der = decoded("".join(line for line in lines if not line.startswith("-")))
    key = dkimpy.rsa_key(der or b"")
    assert key is not None
    assert key.bits == bits
