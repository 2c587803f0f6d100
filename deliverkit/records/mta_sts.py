"""MTA-STS (RFC 8461): which TXT values are meant, which hosts a policy lists, and texts to publish. The grammar itself
is checkdmarc's to judge."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange

A_WEEK = 7 * 24 * 3600
"""Seconds. RFC 8461 section 3.2 expects that a policy is kept for weeks."""

MEDIA_TYPE = "text/plain"
"""Of a policy (RFC 8461 section 3.2)."""

_RECORD = re.compile(r"v=STSv1[ \t]*;")
_MEANT = re.compile(r"[^a-z0-9]{0,9}v[ \t]{0,9}=[ \t]{0,9}sts", re.IGNORECASE)
_ID = re.compile(r"id[ \t]*=[ \t]*([A-Za-z0-9]{1,32})(?![A-Za-z0-9])")


def is_record(text: str) -> bool:
    """Record selection: ``v=STSv1`` and a semicolon first, case-sensitive (RFC 8461 section 3.1)."""
    return _RECORD.match(text) is not None


def is_meant(text: str) -> bool:
    """Whether the text is a record, or would be one but for a slip in its version."""
    return _MEANT.match(text) is not None


def url(domain: str) -> str:
    """Where the policy of a domain stands (RFC 8461 section 3.3)."""
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def lists(patterns: Iterable[str], host: str) -> bool:
    """Whether one of the ``mx`` values fits the host; ``*.`` stands for exactly one label (RFC 8461 section 4.1)."""
    name = host.lower().removesuffix(".")
    wild = f"*.{name.partition('.')[2]}"
    return any(pattern.lower().removesuffix(".") in (name, wild) for pattern in patterns)


def policy(mode: str, hosts: Iterable[str], max_age: int = A_WEEK) -> str:
    """The text of a policy (RFC 8461 section 3.2)."""
    lines = ("version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in hosts), f"max_age: {max_age}")
    return "".join(f"{line}\n" for line in lines)


def record(text: str, *, renewed: bool = False) -> str:
    """A sound record with the id that stands in ``text``; ``renewed``: with another, which tells senders that the
    policy has changed."""
    found = _ID.search(text)
    old = found[1] if found else "1"
    if not renewed:
        return f"v=STSv1; id={old}"
    new = str(int(old) + 1) if old.isdigit() else f"{old[:31]}{'2' if old.endswith('1') else '1'}"
    return f"v=STSv1; id={new[-32:]}"


def publish(domain: str, text: str, aliases: tuple[str, ...]) -> RecordChange:
    """The record of a domain becomes ``text``, where it stands."""
    *_, name = (f"_mta-sts.{domain}", *aliases)
    return RecordChange(
        Action.REPLACE, name, "TXT", (Txt.of(text),), by=Actor.ZONE_OWNER if aliases else Actor.YOU
    )


def withdraw(domain: str, aliases: tuple[str, ...]) -> RecordChange:
    """The record of a domain goes, so that no sender looks for a policy any more."""
    *_, name = (f"_mta-sts.{domain}", *aliases)
    return RecordChange(Action.REMOVE, name, "TXT", by=Actor.ZONE_OWNER if aliases else Actor.YOU)


def serve(domain: str, text: str) -> RecordChange:
    """The policy of a domain becomes ``text``."""
    return RecordChange(Action.REPLACE, url(domain), "GET", ("200", MEDIA_TYPE, text), by=Actor.WEB_HOST)
