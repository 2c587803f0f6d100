"""Refusals: what was typed and cannot be used ends with one line that names the option, the value and the next step."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deliverkit.records.given import Unusable
from deliverkit.texts import say
from deliverkit.texts.clean import clean

AUTO = "auto"


class InputError(click.ClickException):
    """Exit 2 with one line."""

    exit_code = 2

    def __init__(self, key: str, **data: object) -> None:
        # What was typed may be hostile too when a script passes it on.
        shown = {k: clean(v) if isinstance(v, str) else v for k, v in data.items()}
        super().__init__(say(f"error.{key}", file="cli", **shown))

    @classmethod
    def of(cls, error: Unusable) -> InputError:
        """The line for what a reader of inputs refused."""
        if not error.why:
            return cls(error.key, **error.data)
        shown = {k: clean(v) for k, v in error.data.items()}
        return cls(error.key, why=say(f"error.why-{error.why}", file="cli", **shown), **error.data)


def listed(ips: Sequence[str]) -> Sequence[str]:
    """The addresses of --ip; none where it says ``auto``. Raises InputError."""
    if AUTO in ips and len(ips) > 1:
        raise InputError("ip-auto-with-others")
    return () if AUTO in ips else ips
