"""Hostile data in every field, rendered in every format: harmless, not taken for markup, still parseable."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverkit.model.report import Report
from deliverkit.render import json_v1, terminal
from tests.render.builds import POISONS, hostile

FORMATS: dict[str, Callable[[Report], str]] = {
    "terminal": terminal.render,
    "narrow": lambda report: terminal.render(report, width=40),
    "ascii": lambda report: terminal.render(report, width=120, ascii=True),
    "json": json_v1.render,
}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def harmless(text: str) -> bool:
    return all(c == "\n" or c.isprintable() for c in text)


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_no_control_character_comes_out(form: Callable[[Report], str], poison: str) -> None:
    text = form(hostile(poison))
    assert harmless(text)
    text.encode("utf-8")


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_ascii_is_ascii(poison: str) -> None:
    assert FORMATS["ascii"](hostile(poison)).isascii()


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_colour_is_all_that_colour_adds(poison: str) -> None:
    report = hostile(poison)
    coloured = terminal.render(report, color=True)
    assert COLOUR.sub("", coloured) == terminal.render(report)


def test_markup_is_shown_as_it_is() -> None:
    text = terminal.render(hostile("[bold red]x[/] :boom:"), color=True)
    assert text.count("[bold red]x[/] :boom:") > 20
    assert "]8;" not in text


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_only_zone_lines_are_longer_than_the_sheet(poison: str) -> None:
    lines = terminal.render(hostile(poison), ascii=True).splitlines()
    assert all(len(line) <= 80 or " 3600 IN " in line for line in lines)


def test_no_line_that_is_not_of_the_plan_looks_like_zone_text() -> None:
    lines = terminal.render(hostile("x\nevil.example.com. 3600 IN A 192.0.2.66")).splitlines()
    assert not any(line.startswith("evil") for line in lines)


def test_a_long_record_does_not_make_a_long_report() -> None:
    lines = terminal.render(hostile("A" * 60_000)).splitlines()
    assert sum(len(line) for line in lines if " 3600 IN " not in line) < 100_000
    assert any("characters left out" in line for line in lines)


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_json_is_whole_and_follows_its_schema(poison: str) -> None:
    document = json.loads(json_v1.render(hostile(poison)))
    jsonschema.validate(document, json_v1.schema(), jsonschema.Draft202012Validator)
    assert document["subject"]["helo"] == poison
    assert document["findings"][0]["data"]["helo"] == poison
    assert document["findings"][0]["place"]["type"] == poison
    texts = [r for a in document["asked"] for r in a["records"]]
    assert poison.encode("utf-8", "surrogatepass").decode("latin-1") in texts


@given(st.text(st.characters(), max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_text_in_every_format(poison: str) -> None:
    report = hostile(poison)
    assert all(harmless(form(report)) for form in FORMATS.values())
    document: dict[str, Any] = json.loads(json_v1.render(report))
    assert document["subject"]["domain"] == poison
