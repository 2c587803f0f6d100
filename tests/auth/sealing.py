"""Chains for tests: each set is made by hand, and may be made wrong."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dkim.canonicalization import Relaxed

from tests.auth.signing import BODY, HEAD, Pair, fields_of, rsa, sign

MESSAGE_TAGS = {
    "i": "{i}",
    "a": "rsa-sha256",
    "c": "relaxed/relaxed",
    "d": "example.com",
    "s": "s1",
    "h": "from:to:subject:date",
    "bh": "{bh}",
    "b": "{b}",
}
SEAL_TAGS = {"i": "{i}", "a": "rsa-sha256", "cv": "{cv}", "d": "example.com", "s": "s1", "b": "{b}"}


@dataclass(frozen=True)
class Hop:
    """What one forwarder adds. ``results``: the value of its ARC-Authentication-Results. ``drop``: parts that it
    leaves out (``results``, ``message``, ``seal``), ``twice``: parts that it adds twice. ``head``/``body``: what
    it changes of the mail before it signs."""

    message: Mapping[str, str | None] = field(default_factory=dict)
    seal: Mapping[str, str | None] = field(default_factory=dict)
    results: str = " i={i}; mx.example.com; spf=pass smtp.mailfrom=example.com"
    pair: Pair = field(default_factory=rsa)
    instance: int = 0
    cv: str = ""
    colon: str = ": "
    drop: Sequence[str] = ()
    twice: Sequence[str] = ()
    changes: tuple[bytes, bytes] | None = None


def _text(tags: Mapping[str, str], changes: Mapping[str, str | None], **given: str) -> str:
    merged: dict[str, str | None] = {**tags, **changes}
    text = "; ".join(f"{tag}={value}" for tag, value in merged.items() if value is not None)
    for name, value in given.items():
        text = text.replace("{" + name + "}", value)
    return text


def chain(*hops: Hop, head: bytes = HEAD, body: bytes = BODY) -> bytes:
    """A message that went through ``hops``."""
    sealed: list[bytes] = []  # the fields that a seal covers, in the order of section 5.1.1
    for n, hop in enumerate(hops, 1):
        if hop.changes:
            head, body = (part.replace(*hop.changes) for part in (head, body))
        i = str(hop.instance or n)
        results = f"ARC-Authentication-Results:{hop.results.replace('{i}', i)}\r\n".encode()
        blank = hop.colon.removeprefix(":")
        message = sign(
            blank + _text(MESSAGE_TAGS, hop.message, i=i),
            results + head,
            body,
            hop.pair,
            name="ARC-Message-Signature",
        )
        text = blank + _text(SEAL_TAGS, hop.seal, i=i, cv=hop.cv or ("none" if n == 1 else "pass"))
        seal = _seal(text, [*sealed, results, message], hop.pair)
        sealed += [results, message, seal]
        added = {"seal": seal, "message": message, "results": results}
        for name, line in added.items():
            head = line * (0 if name in hop.drop else 2 if name in hop.twice else 1) + head
    return head + b"\r\n" + body


def _seal(text: str, covered: Sequence[bytes], pair: Pair) -> bytes:
    emptied = re.sub(r"\s*\{b\}\s*", "", text)
    own = f"ARC-Seal:{emptied}\r\n".encode()
    data = b""
    for name, value in Relaxed.canonicalize_headers([fields_of(line)[0] for line in (*covered, own)]):
        data += name + b":" + value
    digest = hashlib.sha256(data.removesuffix(b"\r\n")).digest()
    return f"ARC-Seal:{text.replace('{b}', base64.b64encode(pair.sign(digest)).decode())}\r\n".encode()
