"""What real receivers answer to a fault: one file per receiver in ``receivers/``, each rule dated.

Enhanced codes collide (Gmail's 5.7.27 is a failed SPF check, the IANA registry's is the sender's null MX), so
every rule belongs to one receiver.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from deliverkit.model.bounce import Reply
from deliverkit.model.verdict import Stage

FOLDER = os.path.join(os.path.dirname(__file__), "receivers")


def replies(
    check_id: str, code: int | None = None, receivers: Collection[str] | None = None
) -> tuple[Reply, ...]:
    """What receivers answer where this check fails; empty where none is known to mind.

    ``code`` and ``receivers`` narrow it to one bounce code and to some receivers, None for all. Sorted by
    receiver; for one receiver the most telling reply comes first.
    """
    return tuple(
        reply
        for reply in _by_check().get(check_id, ())
        if (code is None or reply.code == code) and (receivers is None or reply.receiver in receivers)
    )


def fits(reply: Reply, data: Mapping[str, object]) -> bool:
    """Whether a reply that follows only from some causes (``only``: words such as PBL), or not from some
    (``unless``), can follow from this finding's data."""
    if data.get("other") in reply.unless:
        return False
    told = str(data).casefold()
    return all(word.casefold() in told for word in reply.only)


@cache
def receiver_names() -> tuple[str, ...]:
    """All receivers, by the names that ``replies`` uses, sorted."""
    return tuple(sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".toml")))


def title(name: str) -> str:
    """How a person calls the receiver. Raises KeyError for an unknown name."""
    return str(_files()[name]["title"])


@cache
def _files() -> dict[str, dict[str, Any]]:
    files = {}
    for name in receiver_names():
        with open(os.path.join(FOLDER, f"{name}.toml"), "rb") as file:
            files[name] = tomllib.load(file)
    return files


@cache
def _by_check() -> dict[str, tuple[Reply, ...]]:
    found: dict[str, tuple[Reply, ...]] = {}
    for name, file in _files().items():
        for rule in file["rule"]:
            reply = Reply(
                receiver=name,
                reply=rule["reply"],
                says=rule["says"],
                as_of=rule["as_of"],
                code=rule["code"],
                stage=Stage[rule["stage"]],
                temporary=rule["temporary"],
                only=tuple(rule.get("only", ())),
                unless=tuple(rule.get("unless", ())),
            )
            for check_id in rule["follows"]:
                found[check_id] = (*found.get(check_id, ()), reply)
    return found
