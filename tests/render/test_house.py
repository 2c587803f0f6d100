"""House rules: every check renders in every format, and every key that can reach a renderer has its sentence."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import jsonschema
import pytest

from deliverkit import texts
from deliverkit.bounces import catalogue
from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.model.answer import Status
from deliverkit.model.remedy import Action, Actor
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.render import json_v1, terminal
from tests.checks.cases import Case, cases
from tests.shared import ROOT

CASES = [case for check_id in registry.ids() for case in cases(check_id)]
VALIDATOR = jsonschema.Draft202012Validator(json_v1.schema())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_case_renders_in_every_format(case: Case) -> None:
    check, resolver = registry.load(case.check_id), case.resolver(strict=False)
    found = asyncio.run(report(case.subject, resolver, [check]))
    found = dataclasses.replace(found, plan=asyncio.run(remedy.plan(found, resolver, [check])))
    text = terminal.render(found)
    assert all(line.isprintable() for line in text.splitlines())
    assert terminal.render(found, ascii=True).isascii()
    VALIDATOR.validate(json.loads(json_v1.render(found)))


def ui() -> dict[str, dict[str, object]]:
    path = Path(texts.FOLDER) / texts.LANGUAGE / "ui.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _said_by_facts(functions: set[str]) -> Iterator[str]:
    """Text keys that observers give for want of a fact, and those that the named functions return."""
    for path in sorted((ROOT / "deliverkit" / "facts").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found: list[ast.AST] = []
            if isinstance(node, ast.keyword) and node.arg == "absent":
                found = [node.value]
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in functions:
                found = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
            for part in (n for root in found for n in ast.walk(root)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "-" in part.value:
                    yield part.value


def test_every_circumstance_has_a_sentence() -> None:
    said = set(_said_by_facts(set()))
    assert {"ptr-missing", "spf-several-records", "dmarc-missing"} <= said
    assert said == set(ui()["circumstance"])


def test_every_doubt_has_a_sentence() -> None:
    said = {
        key
        for key in _said_by_facts({"_doubt", "_from_its_own_servers"})
        if key.startswith(("dnsbl-", "wants-"))
    }
    assert "dnsbl-refused" in said
    assert said == set(ui()["doubt"])


def test_every_reason_of_the_cases_has_a_sentence() -> None:
    reasons = {e.reason for case in CASES for e in case.outcomes if e.reason}
    for kind, *items in reasons:
        assert kind in ui()["reason"] or kind == "doubt"
        if kind in ("doubt", "not-applicable"):
            table = "doubt" if kind == "doubt" else "circumstance"
            assert set(items) <= set(ui()[table])


def test_every_placeholder_is_explained() -> None:
    folders = (ROOT / "deliverkit" / room for room in ("checks", "records", "facts"))
    sources = (p.read_text(encoding="utf-8") for f in folders for p in f.rglob("*.py"))
    found = {name for text in sources for name in re.findall(r'"<([A-Z-]+)>"', text)}
    assert {"YOUR-PUBLIC-KEY", "YOUR-SERVER-ADDRESS"} <= found
    assert found == set(ui()["blank"])


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("status", {str(s) for s in Status}),
        ("severity", {s.name.lower() for s in Severity}),
        ("severity-means", {s.name.lower() for s in Severity}),
        ("likelihood", {x.name.lower() for x in Likelihood}),
        ("stage", {s.name.lower() for s in Stage}),
        (
            "setting",
            {f.name for f in dataclasses.fields(Subject)} - {"derived", "blocklists", "looks", "guessed"},
        ),
    ],
)
def test_every_word_of_the_model_has_its_text(table: str, keys: set[str]) -> None:
    assert set(ui()[table]) == keys


def test_every_actor_can_make_every_change() -> None:
    for actor, action in product(Actor, Action):
        assert texts.say(f"change.{actor}.{action}")
    assert all(texts.say(f"who.{actor}") for actor in Actor)


def test_every_word_of_the_catalogue_has_its_text() -> None:
    rows = [catalogue.load(code) for code in catalogue.codes()]
    words = ui()["page"]
    for key, table in (("lasting", "lastings"), ("scope", "scopes"), ("predictable", "predictions")):
        assert {getattr(row, key) for row in rows} == set(_table(words, table))
    assert {row.stage.replace(" ", "-") for row in rows} == set(_table(words, "stages"))
    assert {row.action or "unnamed" for row in rows} == set(_table(words, "actions"))


def test_every_text_is_used() -> None:
    """By its whole key, or as one of a table whose key is put together."""
    files = [p for room in ("render", "texts") for p in sorted((ROOT / "deliverkit" / room).glob("*.py"))]
    code = "".join(p.read_text(encoding="utf-8") for p in files)
    for key in _keys(ui()):
        parents = [key.rsplit(".", n)[0] for n in range(key.count(".") + 1)]
        assert any(f'"{k}"' in code or f'"{k}.{{' in code for k in parents) or _by_label(key, code), key


def _by_label(key: str, code: str) -> bool:
    """`detail.seen` and the like: tables of which single texts are asked for by their last part."""
    table, _, last = key.rpartition(".")
    return f'say(f"{table}.{{' in code and f'"{last}"' in code


def _keys(table: dict[str, object] | dict[str, dict[str, object]], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def _table(parent: dict[str, object], key: str) -> dict[str, object]:
    table = parent[key]
    assert isinstance(table, dict)
    return table
