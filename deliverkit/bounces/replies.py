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
from typing import TYPE_CHECKING, Any

from deliverkit.model.bounce import Bearing, Reply
from deliverkit.model.verdict import Stage

if TYPE_CHECKING:
    # A page of `deliverkit explain` needs replies only: the receivers' own values are loaded where they are built.
    from deliverkit.model.receiver import Group, Receiver, ReceiverRule, Want

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


def of_code(code: int, check_ids: Collection[str]) -> tuple[Reply, ...]:
    """What ``replies`` has for these checks and one bounce code, each once, reading no more than that: parsing all
    rules would be a tenth of what `deliverkit explain` may take."""
    told = _told_of([f"\ncode = {code}\n"])
    return tuple(
        dict.fromkeys(
            reply
            for check_id in check_ids
            for reply, checks in told
            if check_id in checks and reply.code == code and reply.bearing is not Bearing.PAST
        )
    )


def of_check(check_id: str) -> tuple[Reply, ...]:
    """What ``replies`` has for this check, read in the same way."""
    holding = [f'"@{name}"' for name, row in _group_rows().items() if check_id in row["checks"]]
    told = _told_of([f'"{check_id}"', *holding])
    return tuple(reply for reply, checks in told if check_id in checks and reply.bearing is not Bearing.PAST)


def of_status(status: str) -> tuple[tuple[Reply, tuple[str, ...]], ...]:
    """Every reply with this reply code (``550``) or enhanced status code (``5.7.27``), and the ids of the checks that
    it can follow from, sorted by receiver. The same code means different things to different receivers, and
    replies of the past are among them: they stand in logs."""
    return tuple((reply, checks) for reply, checks in _told() if _names_status(reply.reply, status))


def wants_of_status(status: str) -> tuple[tuple[str, Want], ...]:
    """The receivers that answer so where something is not as they want it that the DNS cannot show, and what."""
    found = ((receiver.name, want) for receiver in receivers().values() for want in receiver.wants)
    return tuple((name, want) for name, want in found if _names_status(want.reply, status))


def _names_status(published: str, status: str) -> bool:
    return status in published.replace(";", " ").split()


def fits(reply: Reply, message: str, data: Mapping[str, object]) -> bool:
    """Whether the reply, which may follow from some causes only, follows from a finding with this message and data."""
    return matches(reply, message, data) and not (reply.together and data.get("other") in {"pass", "unknown"})


def matches(reply: Reply, message: str, data: Mapping[str, object]) -> bool:
    """The same, whatever else passes beside what the finding is about."""
    told = str(data).casefold()
    values = {**data, "message": message}
    return (
        all(word.casefold() in told for word in reply.only)
        and (not reply.lists or concerns(reply, str(data.get("zone", ""))))
        and all(_one_of(values.get(key), allowed) for key, allowed in reply.where)
    )


def _one_of(value: object, allowed: tuple[str, ...]) -> bool:
    """Of several values one is enough."""
    return any(one in allowed for one in value) if isinstance(value, tuple) else value in allowed


def concerns(reply: Reply, zone: str) -> bool:
    """Whether a blocklist is one that the receiver uses for this reply."""
    return not reply.lists or any(word in zone.casefold() for word in reply.lists)


@cache
def receiver_names() -> tuple[str, ...]:
    """All receivers, by the names that ``replies`` uses, sorted."""
    return tuple(sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".toml")))


def title(name: str) -> str:
    """How a person calls the receiver. Raises KeyError for an unknown name."""
    if name not in receiver_names():
        raise KeyError(name)
    return str(_head(name)["title"])


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
    from deliverkit.model.receiver import Group  # noqa: PLC0415

    return {
        name: Group(
            name,
            tuple(row["checks"]),
            tuple((check, tuple(patterns)) for check, patterns in row.get("perhaps", {}).items()),
            row.get("each") == "selector",
            tuple(row.get("envelope", ())),
        )
        for name, row in _group_rows().items()
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


_RULE = "\n[[rule]]\n"


@cache
def _text(name: str) -> str:
    with open(os.path.join(FOLDER, f"{name}.toml"), encoding="utf-8") as file:
        return file.read()


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


@cache
def _head(name: str) -> dict[str, Any]:
    """What stands before the rules."""
    return tomllib.loads(_text(name).partition(_RULE)[0])


def _told_of(signs: Collection[str]) -> list[tuple[Reply, tuple[str, ...]]]:
    """As `_told`, of the rules that have one of these signs in their text, parsed alone."""
    told = []
    for name in receiver_names():
        tables = [table for table in _text(name).split(_RULE)[1:] if any(sign in table for sign in signs)]
        for row in tomllib.loads(_RULE.join(["", *tables])).get("rule", []):
            told.append((_reply(name, _head(name)["as_of"], row), _checks(row)))
    return told


@cache
def _group_rows() -> dict[str, Any]:
    with open(GROUPS, "rb") as file:
        return tomllib.load(file)


def _receiver(name: str) -> Receiver:
    from deliverkit.model.receiver import Receiver, Want  # noqa: PLC0415

    row = _file(name)
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
    from deliverkit.model.receiver import ReceiverRule  # noqa: PLC0415

    together = tuple((_group(name),) for name in row.get("together", ()))
    causes = together or (tuple(_group(name) for name in row["follows"]),)
    return ReceiverRule(_reply(receiver, as_of, row), causes, row.get("ipv6_only", False))


def _reply(receiver: str, as_of: str, row: Mapping[str, Any]) -> Reply:
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
    return Reply(**{"receiver": receiver, "as_of": as_of, **plain, **made})


def _group(name: str) -> Group:
    """A group, or one check as a group of its own."""
    from deliverkit.model.receiver import Group  # noqa: PLC0415

    return groups()[name[1:]] if name.startswith("@") else Group("", (name,))


def _checks(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of all checks that a rule can follow from."""
    named = row["together"] if "together" in row else row["follows"]
    each = (_group_rows()[name[1:]]["checks"] if name.startswith("@") else [name] for name in named)
    return tuple(dict.fromkeys(check_id for checks in each for check_id in checks))


@cache
def _told() -> tuple[tuple[Reply, tuple[str, ...]], ...]:
    """Every reply with the ids of the checks that it can follow from, sorted by receiver."""
    files = ((name, _file(name)) for name in receiver_names())
    return tuple(
        (_reply(name, file["as_of"], row), _checks(row)) for name, file in files for row in file["rule"]
    )


@cache
def _by_check() -> dict[str, tuple[Reply, ...]]:
    found: dict[str, tuple[Reply, ...]] = {}
    for reply, checks in _told():
        for check_id in checks if reply.bearing is not Bearing.PAST else ():
            found[check_id] = (*found.get(check_id, ()), reply)
    return found
