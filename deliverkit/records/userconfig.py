"""The user's configuration file: TOML with one table, ``[keys]``, the access keys of blocklists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from typing import Any

from deliverkit.records.given import Unusable

_LABEL = re.compile(
    r"[A-Za-z0-9_-]{1,63}"
)  # a key becomes one label of the name that is asked (RFC 1035 section 2.3.1)
_TABLE = "keys"


def keys(text: str, source: str, known: Collection[str]) -> dict[str, str]:
    """Name -> access key, for the names of ``known`` that the file holds.

    ``source``: how to call the file in an error. Raises Unusable, which names file and line and never what stands
    there, for that may be a key in the wrong place.
    """
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+)", str(error))
        raise Unusable(
            "config-no-toml", path=source, line=place[1] if place else str(text.count("\n") + 1)
        ) from None
    names = ", ".join(sorted(known))
    for table, rows in tables.items():
        if table != _TABLE or not isinstance(rows, dict):
            raise Unusable("config-unknown-table", path=source, line=_line(text, table))
    found: dict[str, Any] = tables.get(_TABLE, {})
    for name, key in found.items():
        if name not in known:
            raise Unusable("config-unknown-key", path=source, line=_line(text, name), names=names)
        if not isinstance(key, str) or not _LABEL.fullmatch(key.strip()):
            raise Unusable("config-key-unusable", path=source, line=_line(text, name), name=name)
    return {name: key.strip() for name, key in found.items()}


def _line(text: str, name: str) -> str:
    """The first line that begins with this name, quoted or not, or has it as the head of a table; else the first."""
    written = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}\b")
    lines = enumerate(text.splitlines(), 1)
    return str(next((number for number, line in lines if written.match(line)), 1))
