"""Finding the checks: the folder is the list. The id of ``checks/spf/too_many_lookups.py`` is
``spf-too-many-lookups``."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import deliverkit.checks
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage

FOLDER = os.path.dirname(deliverkit.checks.__file__)
HEADINGS = ("What it checks", "Why mail bounces", "Remedy")
_WORDS = {word.__name__: word for word in (Rule, Bounce, Severity, Likelihood, Stage)}


class UnknownCheck(LookupError):
    """No check has this id."""


@dataclass(frozen=True, slots=True)
class Page:
    """A check's docstring: ``title`` and the paragraphs under each of ``HEADINGS``."""

    title: str
    sections: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, docstring: str) -> Page:
        title, _, rest = inspect.cleandoc(docstring).partition("\n")
        parts = re.split(rf"^({'|'.join(HEADINGS)})\n-+\n", rest, flags=re.MULTILINE)
        return cls(title.rstrip("."), tuple(zip(parts[1::2], (p.strip() for p in parts[2::2]), strict=True)))


@dataclass(frozen=True, slots=True)
class Description:
    """What a check says of itself, without its judgement."""

    id: str
    rule: Rule
    page: Page


@dataclass(frozen=True, slots=True)
class Check:
    """``wants``: the fact types that ``judge`` asks for, in order."""

    id: str
    rule: Rule
    judge: Callable[..., Iterator[Draft]]

    @property
    def wants(self) -> tuple[type, ...]:
        # Checks name their facts under TYPE_CHECKING only, so that a check can be loaded without observers.
        from deliverkit.facts import values  # noqa: PLC0415

        hints = typing.get_type_hints(self.judge, localns=vars(values))
        return tuple(t for name, t in hints.items() if name != "return")


@cache
def ids() -> tuple[str, ...]:
    """Every check id, sorted by family and name."""
    families = (name for name in os.listdir(FOLDER) if os.path.isdir(os.path.join(FOLDER, name)))
    return tuple(
        sorted(
            f"{family}-{name[:-3]}".replace("_", "-")
            for family in families
            for name in os.listdir(os.path.join(FOLDER, family))
            if name.endswith(".py") and not name.startswith("_")
        )
    )


def describe(check_id: str) -> Description:
    """The rule and page of a check, read from its source without running it: a page needs neither the
    judgement nor what that imports. Raises UnknownCheck."""
    family, slug = _parts(check_id)
    with open(os.path.join(FOLDER, family, f"{slug}.py"), encoding="utf-8") as file:
        module = ast.parse(file.read())
    (rule,) = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "RULE"
    )
    made = eval(compile(ast.Expression(rule), check_id, "eval"), dict(_WORDS))  # noqa: S307 - our own source
    return Description(check_id, made, Page.of(ast.get_docstring(module) or ""))


@cache
def load(check_id: str) -> Check:
    """The check of this id. Raises UnknownCheck."""
    family, slug = _parts(check_id)
    module = importlib.import_module(f"deliverkit.checks.{family}.{slug}")
    return Check(check_id, module.RULE, module.judge)


def discover() -> tuple[Check, ...]:
    """All checks, sorted by id."""
    return tuple(load(check_id) for check_id in ids())


def _parts(check_id: str) -> tuple[str, str]:
    if check_id not in ids():
        raise UnknownCheck(check_id)
    family, _, slug = check_id.partition("-")
    return family, slug.replace("-", "_")
