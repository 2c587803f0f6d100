"""The catalogue of blocklists, as data (``blocklists.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deliverkit.model.verdict import Severity


@dataclass(frozen=True, slots=True)
class Blocklist:
    """One row. ``kinds``: ``ip``, ``ip6``, ``domain``. ``key``: the environment variable of its access key,
    '' for a public list; ``placeholder``: the label that stands for the key wherever a question is shown."""

    zone: str
    name: str
    kinds: tuple[str, ...]
    codes: Mapping[str, str]
    severity: Severity
    delist: str
    terms: str
    source: str
    as_of: str
    key: str = ""
    placeholder: str = ""
    instead_of: str = ""

    @property
    def takes_domains(self) -> bool:
        return "domain" in self.kinds


@cache
def catalogue() -> dict[str, Blocklist]:
    """Zone -> row, in the order of the file."""
    rows = tomllib.loads((Path(__file__).parent / "blocklists.toml").read_text(encoding="utf-8"))["list"]
    lists = (
        Blocklist(**{**row, "kinds": tuple(row["kinds"]), "severity": Severity[row["severity"]]})
        for row in rows
    )
    return {b.zone: b for b in lists}
