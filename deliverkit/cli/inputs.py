"""Refusals: what was typed and cannot be used ends with one line that names the option, the value and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from deliverkit.records.given import Unusable
from deliverkit.texts import say
from deliverkit.texts.clean import clean

if TYPE_CHECKING:
    from deliverkit.model.receiver import Receiver

AUTO, ALL, NONE = "auto", "all", "none"


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


def receivers(given: Sequence[str]) -> tuple[str, ...]:
    """The receivers of --receiver, each by its own name and once; lists are separated by commas. Raises InputError."""
    from deliverkit.bounces import replies  # noqa: PLC0415 - only where receivers are asked for

    names = [name.strip() for item in given for name in item.split(",")]
    if any(name.casefold() == ALL for name in names):
        return replies.receiver_names()
    return tuple(dict.fromkeys(receiver(name).name for name in names))


def receiver(name: str) -> Receiver:
    """The receiver that a user named. Raises InputError with the nearest names and the list of all."""
    from deliverkit.bounces import replies  # noqa: PLC0415

    try:
        return replies.find(name)
    except replies.UnknownReceiver as unknown:
        near = ", ".join(unknown.nearest)
        hint = say("error.did-you-mean", file="cli", near=near) + " " if near else ""
        known = ", ".join(replies.receiver_names())
        raise InputError("unknown-receiver", name=name, hint=hint, known=known) from None


def listed(ips: Sequence[str]) -> Sequence[str]:
    """The addresses of --ip; none where it says ``auto``. Raises InputError."""
    if AUTO in ips and len(ips) > 1:
        raise InputError("ip-auto-with-others")
    return () if AUTO in ips else ips


def selectors(given: Sequence[str]) -> Sequence[str]:
    """Those of --selector; none where it says ``none``. Raises InputError."""
    if NONE in given and len(given) > 1:
        raise InputError("selector-none-with-others")
    return () if NONE in given else given
