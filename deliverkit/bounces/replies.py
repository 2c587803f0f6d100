"""What real receivers answer to a fault: one file per receiver in ``receivers/``, each rule dated.

Enhanced codes collide (Gmail's 5.7.27 is a failed SPF check, the IANA registry's is the sender's null MX), so
every rule belongs to one receiver.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from deliverkit.model.bounce import Bearing, Reply
from deliverkit.model.receiver import Group, Receiver, ReceiverRule, Want
from deliverkit.model.verdict import Stage

FOLDER = os.path.join(os.path.dirname(__file__), "receivers")
GROUPS = os.path.join(os.path.dirname(__file__), "groups.toml")


class UnknownReceiver(LookupError):
    """No such receiver. ``nearest``: up to three known names, the nearest first."""

    def __init__(self, name: str) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - only where a name was mistyped

        self.name = name
        near = get_close_matches(_plain(name), _names(), n=3)
        self.nearest = tuple(dict.fromkeys(_names()[n] for n in near))
        super().__init__(f"{name} is no known receiver")


def replies(
    check_id: str, code: int | None = None, receivers: Collection[str] | None = None
) -> tuple[Reply, ...]:
    """What receivers answer where this check fails; empty where none is known to mind.

    ``code`` and ``receivers`` narrow it to one bounce code and to some receivers, None for all. Sorted by
    receiver; for one receiver the most telling reply comes first. Replies of the past are left out.
    """
    return tuple(
        reply
        for reply in _by_check().get(check_id, ())
        if (code is None or reply.code == code) and (receivers is None or reply.receiver in receivers)
    )


def fits(reply: Reply, message: str, data: Mapping[str, object]) -> bool:
    """Whether the reply, which may follow from some causes only, follows from a finding with this message and data."""
    return matches(reply, message, data) and not (reply.together and data.get("other") == "pass")


def matches(reply: Reply, message: str, data: Mapping[str, object]) -> bool:
    """The same, whatever else passes beside what the finding is about."""
    told = str(data).casefold()
    values = {**data, "message": message}
    return (
        all(word.casefold() in told for word in reply.only)
        and (not reply.lists or concerns(reply, str(data.get("zone", ""))))
        and all(values.get(key) in allowed for key, allowed in reply.where)
    )


def concerns(reply: Reply, zone: str) -> bool:
    """Whether a blocklist is one that the receiver uses for this reply."""
    return not reply.lists or any(word in zone.casefold() for word in reply.lists)


@cache
def receiver_names() -> tuple[str, ...]:
    """All receivers, by the names that ``replies`` uses, sorted."""
    return tuple(sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".toml")))


def title(name: str) -> str:
    """How a person calls the receiver. Raises KeyError for an unknown name."""
    return receivers()[name].title


def find(name: str) -> Receiver:
    """The receiver of this name, whether its own, another name of it, or a domain of it. Raises UnknownReceiver."""
    try:
        return receivers()[_names()[_plain(name)]]
    except KeyError:
        raise UnknownReceiver(name) from None


@cache
def receivers() -> dict[str, Receiver]:
    """All receivers by name, sorted."""
    return {name: _receiver(name) for name in receiver_names()}


@cache
def groups() -> dict[str, Group]:
    """The groups of checks that rules name as ``@name``."""
    with open(GROUPS, "rb") as file:
        rows = tomllib.load(file)
    return {
        name: Group(
            name,
            tuple(row["checks"]),
            tuple((check, tuple(patterns)) for check, patterns in row.get("perhaps", {}).items()),
            row.get("each") == "selector",
        )
        for name, row in rows.items()
    }


@cache
def _names() -> dict[str, str]:
    """Every name that a person may use, in plain form, and the receiver's own."""
    return {_plain(known): r.name for r in receivers().values() for known in (r.name, *r.aliases)}


def _plain(name: str) -> str:
    """``Hotmail.com``, ``hotmail`` and ``HOTMAIL`` are one."""
    words = "-".join(name.casefold().replace("_", " ").split())
    for ending in (".com", ".net", ".de", ".fr"):
        words = words.removesuffix(ending)
    return words


_REPLY_FIELDS = frozenset(f.name for f in fields(Reply))


def _receiver(name: str) -> Receiver:
    with open(os.path.join(FOLDER, f"{name}.toml"), "rb") as file:
        row = tomllib.load(file)
    return Receiver(
        name=name,
        title=row["title"],
        aliases=tuple(row["aliases"]),
        as_of=row["as_of"],
        undated=row["undated"],
        rules=tuple(_rule(name, row["as_of"], rule) for rule in row["rule"]),
        wants=tuple(Want(**{"reply": "", "as_of": row["as_of"], **want}) for want in row.get("wants", ())),
        hosted_by=row.get("hosted_by", ""),
        hosted_since=row.get("hosted_since", ""),
    )


def _rule(receiver: str, as_of: str, row: Mapping[str, Any]) -> ReceiverRule:
    """``follows``: any of these checks and groups; ``together``: every one of these groups."""
    listed = {key: tuple(row.get(key, ())) for key in ("only", "lists")}
    where = tuple((key, tuple(values)) for key, values in row.get("where", {}).items())
    plain = {key: value for key, value in row.items() if key in _REPLY_FIELDS}
    made = {
        **listed,
        "where": where,
        "stage": Stage[row["stage"]],
        "bearing": Bearing(row.get("bearing", "decides")),
        "together": "together" in row,
    }
    together = tuple((_group(name),) for name in row.get("together", ()))
    causes = together or (tuple(_group(name) for name in row["follows"]),)
    reply = Reply(**{"receiver": receiver, "as_of": as_of, **plain, **made})
    return ReceiverRule(reply, causes, row.get("ipv6_only", False))


def _group(name: str) -> Group:
    """A group, or one check as a group of its own."""
    return groups()[name[1:]] if name.startswith("@") else Group("", (name,))


@cache
def _by_check() -> dict[str, tuple[Reply, ...]]:
    found: dict[str, tuple[Reply, ...]] = {}
    for receiver in receivers().values():
        for rule in receiver.rules:
            for check_id in rule.checks if rule.reply.bearing is not Bearing.PAST else ():
                found[check_id] = (*found.get(check_id, ()), rule.reply)
    return found
