"""The bounce codes that a report names: OMICard's 900-943 and 950, one small file each in ``codes/``."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from deliverkit.model.bounce import BounceCode

FOLDER = os.path.join(os.path.dirname(__file__), "codes")


class UnknownCode(LookupError):
    """No such bounce code. ``nearest``: the three known codes closest to it, ascending."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.nearest = tuple(sorted(sorted(codes(), key=lambda known: abs(known - code))[:3]))
        super().__init__(f"{code} is no bounce code; the nearest are {', '.join(map(str, self.nearest))}")


@cache
def codes() -> tuple[int, ...]:
    """All codes, ascending; from the names of the files, without reading them."""
    return tuple(sorted(int(name[:-5]) for name in os.listdir(FOLDER) if name.endswith(".toml")))


def is_code(text: str) -> bool:
    """Whether the text, as a user typed it, is a bounce code."""
    return text in map(str, codes())


@cache
def load(code: int) -> BounceCode:
    """The row of one code. Raises UnknownCode."""
    import tomllib  # noqa: PLC0415 - listing the codes must not pay for a parser

    try:
        with open(os.path.join(FOLDER, f"{code}.toml"), "rb") as file:
            content = tomllib.load(file)
    except FileNotFoundError:
        raise UnknownCode(code) from None
    row: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in content.items()
        if key != "crosswalk"  # the other systems' names for it; no part of the row
    }
    return BounceCode(**row)
