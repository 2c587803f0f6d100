"""The catalogue of bounce codes: complete, equal to its sources, and cheap to read."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from deliverkit.bounces import catalogue
from tests.shared import shared_path

EVERY_CODE = (*range(900, 944), 950)
ACTIONS = {"rest-then-resend": "resend", "bounce": "bounce", None: ""}
SCOPES = {"recipient", "sender", "content", "infrastructure", "local"}
TABLES = (
    "OMICard bounce code table, report document",
    "OMICard handling table, report document",
    "OMICard handling table, send-flow document",
)


def crosswalk() -> dict[int, dict[str, Any]]:
    rows = json.loads(shared_path("reference/bounce-crosswalk.json").read_text(encoding="utf-8"))
    return {row["code"]: row for row in rows}


def raw(code: int) -> dict[str, Any]:
    return tomllib.loads((Path(catalogue.FOLDER) / f"{code}.toml").read_text(encoding="utf-8"))


def test_codes() -> None:
    assert catalogue.codes() == EVERY_CODE


@pytest.mark.parametrize("code", EVERY_CODE)
def test_row_is_whole(code: int) -> None:
    row = catalogue.load(code)
    assert row.code == code
    assert row.action in {"bounce", "resend", ""}
    assert row.lasting in {"permanent", "temporary", "unknown", "none"}
    assert row.scope in SCOPES
    assert row.predictable in {"yes", "partly", "no"}
    assert row.meaning
    assert row.remedy.endswith(".")
    assert not row.notes or row.notes.endswith(".")
    assert TABLES[0] in row.sources
    assert set(TABLES[1:]) <= set(row.sources) if code < 940 else not set(TABLES[1:]) & set(row.sources)
    assert all(isinstance(value, str | int | tuple) for value in asdict(row).values())


@pytest.mark.parametrize("code", EVERY_CODE)
def test_agrees_with_the_reference(code: int) -> None:
    there, row = crosswalk()[code], catalogue.load(code)
    assert row.meaning_zh == there["meaning_zh"]
    assert row.action == ACTIONS[there["default_action"]]
    assert row.lasting == there["permanence"]
    assert row.stage == there["stage"]
    assert row.predictable == there["predictable"]
    assert row.enhanced == tuple(there["enhanced_status"])
    for system in ("d365", "emaillabs", "shanon", "sisimai"):
        names = [name for name in there[system] if not name.startswith("(")]
        assert raw(code)["crosswalk"][system] == names


def test_reference_has_no_other_codes() -> None:
    assert tuple(sorted(crosswalk())) == EVERY_CODE


@pytest.mark.parametrize(
    ("code", "row"),
    [
        (914, ("bounce", "permanent", "in-session", "infrastructure", "yes", "5.5.2")),
        (916, ("bounce", "permanent", "in-session", "infrastructure", "yes", "5.7.25")),
        (917, ("bounce", "permanent", "in-session", "infrastructure", "yes", "5.7.1")),
        (933, ("bounce", "permanent", "in-session", "sender", "yes", "5.1.8")),
        (941, ("", "permanent", "in-session", "sender", "yes", "5.7.23")),
    ],
)
def test_codes_of_the_sending_side(code: int, row: tuple[str, ...]) -> None:
    found = catalogue.load(code)
    assert row == (
        found.action,
        found.lasting,
        found.stage,
        found.scope,
        found.predictable,
        found.enhanced[0],
    )


def test_941_word_for_word() -> None:
    row = catalogue.load(941)
    assert row.meaning == (
        "The sending IP address is not authorised by the sender's domain: SPF or DMARC in the DNS"
    )
    assert row.meaning_zh == "發信機(IP)未被寄件者授權去發信: SPF 或是 Dmarc DNS設定"
    assert row.variants == ()


def test_scopes() -> None:
    """Only these may remove an address from a list (906 does not: nothing failed)."""
    recipient = {code for code in EVERY_CODE if catalogue.load(code).scope == "recipient"}
    assert recipient == {901, 902, 903, 905, 906, 908, 912, 920, 926, 927, 934}
    assert catalogue.load(906).lasting == "none"


@pytest.mark.parametrize(
    ("code", "differs"),
    [
        (907, ["郵件被目標伺服器拒絕接收", "被目標伺服器拒絕接收"]),
        (909, ["收件郵件主機端設定錯誤", "目標伺服器端設定錯誤"]),
        (912, ["(已滿、過期或是停用)", "(已滿或停用)"]),
        (913, ["廣告或是政策阻擋", "被收件主機廣告阻擋"]),
        (914, ["KIMO", "Helo command 拒絕"]),
        (915, ["(可能是對方主機空間不足或記憶體不足)", "without the hint"]),
        (918, ["(內容、主旨或網址)", "(內容或網址)"]),
        (924, ["Yahoo", "any receiver"]),
        (
            931,
            ["本機傳遞迴圈現象", "傳送時間過期", "IO 或 CPU 資源不足 造成信件發不出去 (需立即重新調整資源)"],
        ),
        (933, ["無效寄件者", "驗證失敗(寄件者 DNS"]),
        (937, ["for 931 too", "休息後重送"]),
    ],
)
def test_every_variant_is_kept_with_its_source(code: int, differs: list[str]) -> None:
    variants = catalogue.load(code).variants
    assert tuple(variant.split(": ")[0] for variant in variants) == TABLES
    for words in differs:
        assert any(words in variant for variant in variants)


@pytest.mark.parametrize(
    ("code", "nearest"),
    [(944, (941, 942, 943)), (948, (942, 943, 950)), (0, (900, 901, 902)), (-5, (900, 901, 902))],
)
def test_unknown_code(code: int, nearest: tuple[int, ...]) -> None:
    with pytest.raises(catalogue.UnknownCode) as caught:
        catalogue.load(code)
    assert isinstance(caught.value, LookupError)
    assert (caught.value.code, caught.value.nearest) == (code, nearest)
    assert str(caught.value) == f"{code} is no bounce code; the nearest are {', '.join(map(str, nearest))}"


@pytest.mark.parametrize("text", ["900", "941", "950"])
def test_is_code(text: str) -> None:
    assert catalogue.is_code(text)


@pytest.mark.parametrize("text", ["", "944", " 941", "0941", "941\n", "spf-missing", "９４１", "9" * 5000])
def test_is_no_code(text: str) -> None:
    assert not catalogue.is_code(text)


def test_listing_needs_no_parser_and_explaining_needs_no_dns() -> None:
    script = (
        "import sys; from deliverkit.bounces import catalogue; catalogue.codes(); "
        "assert 'tomllib' not in sys.modules; catalogue.load(941); "
        "print(sorted({'dns', 'rich', 'click', 'asyncio', 'importlib.resources'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
