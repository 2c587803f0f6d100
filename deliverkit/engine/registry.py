"""Finding the checks: the folder is the list. The id of ``checks/spf/too_many_lookups.py`` is
``spf-too-many-lookups``."""

from __future__ import annotations

import importlib
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import deliverkit.checks
from deliverkit.model.rule import Draft, Rule

FOLDER = Path(deliverkit.checks.__file__).parent
HEADINGS = ("What it checks", "Why mail bounces", "Remedy")


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
class Check:
    """``wants``: the fact types that ``judge`` asks for, in order."""

    id: str
    rule: Rule
    page: Page
    judge: Callable[..., Iterator[Draft]]
    module: str

    @property
    def wants(self) -> tuple[type, ...]:
        # Checks name their facts under TYPE_CHECKING only, so that a page can be shown without loading facts.
        from deliverkit.facts import values  # noqa: PLC0415

        hints = typing.get_type_hints(self.judge, localns=vars(values))
        return tuple(t for name, t in hints.items() if name != "return")


@cache
def ids() -> tuple[str, ...]:
    """Every check id, sorted by family and name."""
    return tuple(
        sorted(
            f"{p.parent.name}-{p.stem}".replace("_", "-") for p in FOLDER.glob("*/*.py") if p.stem[0] != "_"
        )
    )


@cache
def load(check_id: str) -> Check:
    """The check of this id. Raises UnknownCheck."""
    if check_id not in ids():
        raise UnknownCheck(check_id)
    family, _, slug = check_id.partition("-")
    name = f"deliverkit.checks.{family}.{slug.replace('-', '_')}"
    module = importlib.import_module(name)
    return Check(check_id, module.RULE, Page.of(module.__doc__ or ""), module.judge, name)


def discover() -> tuple[Check, ...]:
    """All checks, sorted by id."""
    return tuple(load(check_id) for check_id in ids())
