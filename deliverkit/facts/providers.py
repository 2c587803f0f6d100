"""Mail providers, as data (``providers.toml``): what shows one, and the DKIM selectors that all its customers have."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deliverkit.resolver.names import is_within


@dataclass(frozen=True, slots=True)
class Provider:
    """One row. ``mx``/``spf``: names at or below which a mail host, or the target of an SPF ``include``, shows the
    provider. ``selectors``: the fixed ones, () where each customer has its own."""

    name: str
    mx: tuple[str, ...]
    spf: tuple[str, ...]
    selectors: tuple[str, ...]
    source: str
    as_of: str


@cache
def catalogue() -> tuple[Provider, ...]:
    """All providers, in the order of the file."""
    return tuple(
        Provider(**(row | {key: tuple(row[key]) for key in ("mx", "spf", "selectors")}))
        for row in _file()["provider"]
    )


@cache
def common() -> tuple[str, ...]:
    """Selectors that are in use whoever the provider is."""
    return tuple(_file()["common"]["selectors"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "providers.toml").read_text(encoding="utf-8"))


def vendor(target: str) -> str:
    """The name of the provider whose SPF records stand at or below ``target``'s ending, '' where none is known."""
    name = target.lower().removesuffix(".")
    return next((p.name for p in catalogue() if any(is_within(name, above) for above in p.spf)), "")


def shown(mail_hosts: Iterable[str], targets: Iterable[str]) -> tuple[Provider, ...]:
    """The providers that these MX names and SPF targets show, in the order of the catalogue."""
    hosts = tuple(mail_hosts)
    vendors = {vendor(target) for target in targets}
    return tuple(
        p
        for p in catalogue()
        if p.name in vendors or any(is_within(host.lower(), above) for host in hosts for above in p.mx)
    )
