"""What a case of the DKIM tables consists of, and short ways to write one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.auth.signing import BODY, HEAD, KEY_NAME, Pair, layout, rsa, sign
from tests.auth.zone import Given

NOW = 1_800_000_000


@dataclass(frozen=True)
class Case:
    """``text``: the whole value of the field in the place of ``tags``. ``zone``: beside or in the place of the
    sound key. ``after``: what happens to the message on its way. ``says``: more of the result."""

    name: str
    clause: str
    result: str
    reason: str
    tags: Mapping[str, str | None] = field(default_factory=dict)
    text: str = ""
    pair: Pair = field(default_factory=rsa)
    key: Given | None = None
    zone: Mapping[str, Given] = field(default_factory=dict)
    head: bytes = HEAD
    body: bytes = BODY
    fold: bool = False
    after: Callable[[bytes], bytes] | None = None
    now: float = NOW
    says: Mapping[str, object] = field(default_factory=dict)

    def message(self) -> bytes:
        text = self.text or layout(self.tags)
        own = sign(text, self.head, self.body, self.pair, fold=self.fold)
        whole = own + self.head + b"\r\n" + self.body
        return self.after(whole) if self.after else whole

    def names(self) -> dict[str, Given]:
        return {KEY_NAME: self.pair.record() if self.key is None else self.key, **self.zone}


def ok(name: str, clause: str, **more: object) -> Case:
    return Case(name, clause, "pass", "dkim.pass", **more)  # type: ignore[arg-type]


def never(name: str, clause: str, reason: str, **more: object) -> Case:
    return Case(name, clause, "permerror", f"dkim.{reason}", **more)  # type: ignore[arg-type]


def differs(name: str, clause: str, **more: object) -> Case:
    return Case(name, clause, "fail", "dkim.signature-differs", **more)  # type: ignore[arg-type]


def body_differs(name: str, clause: str, **more: object) -> Case:
    return Case(name, clause, "fail", "dkim.body-differs", **more)  # type: ignore[arg-type]


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(message: bytes) -> bytes:
        assert old in message
        return message.replace(old, new, 1)

    return change


def before(lines: bytes) -> Callable[[bytes], bytes]:
    return lambda message: lines + message


def behind(lines: bytes) -> Callable[[bytes], bytes]:
    return lambda message: message + lines


def octets_of_b(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Changes the octets in ``b=``, which is the last tag."""

    def changed(message: bytes) -> bytes:
        own, end, rest = message.partition(b"\r\n")
        tags, b, digits = own.partition(b"; b=")
        return tags + b + base64.b64encode(change(base64.b64decode(digits))) + end + rest

    return changed


def more_modulus(b: bytes) -> bytes:
    """The same number modulo the modulus, made one octet longer."""
    return (int.from_bytes(b, "big") + rsa().modulus).to_bytes(len(b) + 1, "big")


SOUND = rsa().record()
P = SOUND.partition("p=")[2]
OTHER = rsa(2048).record()


def p(octets: bytes, kind: str = "rsa") -> str:
    """A key record with these octets as its key."""
    return f"v=DKIM1; k={kind}; p={base64.b64encode(octets).decode()}"
