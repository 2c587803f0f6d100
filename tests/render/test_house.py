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


def _facts() -> Iterator[ast.AST]:
    for path in sorted((ROOT / "deliverkit" / "facts").glob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _texts(root: ast.AST) -> Iterator[str]:
    """The text constants in a piece of source that could be keys."""
    for node in ast.walk(root):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value:
            yield node.value


def _said_as(argument: str) -> set[str]:
    """The text keys that observers give as this argument of a call, as far as they stand there."""
    calls = (node for node in _facts() if isinstance(node, ast.keyword) and node.arg == argument)
    return {text for call in calls for text in _texts(call.value)}


@pytest.mark.parametrize(
    ("table", "argument", "some"),
    [
        ("circumstance", "absent", {"ptr-missing", "spf-several-records", "dmarc-missing"}),
        ("doubt", "doubt", {"wants-helo"}),
    ],
)
def test_every_circumstance_and_doubt_has_a_sentence(table: str, argument: str, some: set[str]) -> None:
    said, known = _said_as(argument), set(ui()[table])
    assert said <= known
    assert some <= known
    assert known <= {text for node in _facts() for text in _texts(node)}  # no sentence that nobody says


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
    for actor, action in product(set(Actor) - {Actor.NOBODY}, Action):
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
