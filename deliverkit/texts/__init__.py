"""Every sentence that a person reads and that is not a page: data files by language, apart from logic.

``en/ui.toml`` holds the words of the reports, ``en/cli.toml`` those of the command line,
``en/tui.toml`` those of the walkthrough.
``en/checks/<family>.toml`` holds the messages and remedies of the checks of one family, as
``[slug] message-key = "..."`` and ``[slug.remedy] key = "..."``. Templates name their arguments: ``{helo}``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

# os.path: pathlib's import would be a tenth of what `deliverkit explain` may take.
FOLDER = os.path.dirname(__file__)
LANGUAGE = "en"


@cache
def _load(name: str) -> dict[str, Any]:
    with open(os.path.join(FOLDER, LANGUAGE, f"{name}.toml"), "rb") as file:
        return tomllib.load(file)


def say(key: str, *, file: str = "ui", **data: object) -> str:
    """A sentence of ``ui.toml`` or another file of its kind; ``key`` is dotted: ``verdict.will-bounce``."""
    node: Any = _load(file)
    for part in key.split("."):
        node = node[part]
    return _fill(node, data)


def message(check_id: str, key: str, data: Mapping[str, object]) -> str:
    """The sentence of a finding."""
    return _fill(_of_check(check_id)[key], data)


def remedy(check_id: str, key: str, data: Mapping[str, object]) -> str:
    """The sentence of a remedy."""
    return _fill(_of_check(check_id)["remedy"][key], data)


def _of_check(check_id: str) -> dict[str, Any]:
    family, _, slug = check_id.partition("-")
    return dict(_load(f"checks/{family}")[slug])


def _fill(template: str, data: Mapping[str, object]) -> str:
    shown = {k: ", ".join(map(str, v)) if isinstance(v, tuple) else v for k, v in data.items()}
    return template.format_map(shown)
