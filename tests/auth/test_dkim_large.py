"""Ten million octets in every place of a signature: linear time, where anything else would take minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from deliverkit.auth.signatures import dkim
from tests.auth.dkim_cases import NOW
from tests.auth.signing import BODY, HEAD, KEY_NAME, layout, rsa, sign
from tests.auth.zone import Zone

BIG = 10_000_000


def under(own: bytes, body: bytes = b"") -> bytes:
    return own + HEAD + b"\r\n" + body


def unsigned(tags: bytes) -> bytes:
    return under(b"DKIM-Signature: v=1; " + tags + b"\r\n")


MESSAGES: dict[str, Callable[[], bytes]] = {
    "a tag": lambda: under(sign(layout({"z": "x" * BIG}))),
    "names that are absent": lambda: under(sign(layout({"h": "from" + ":x" * 100_000}))),
    "names that are present": lambda: under(
        sign(layout({"h": "from" + ":to" * 100_000})) + b"To: x\r\n" * 100_000
    ),
    "different names": lambda: under(sign(layout({"h": "from:" + ":".join(map(str, range(100_000)))}))),
    "one name, many signatures": lambda: under(
        sign(layout({"h": "from" + ":to" * 10_000})) * 100, b"To: x\r\n" * 100_000
    ),
    "semicolons": lambda: unsigned(b";" * BIG),
    "one tag again and again": lambda: unsigned(b"a=1;" * (BIG // 4)),
    "different tags": lambda: unsigned(b"".join(b"a%d=1;" % n for n in range(BIG // 10))),
    "equals signs": lambda: unsigned(b"=" * BIG),
    "quoted-printable": lambda: unsigned(b"i=" + b"=40" * (BIG // 3)),
    "half quoted-printable": lambda: unsigned(b"i=" + b"=4" * (BIG // 2)),
    "labels": lambda: unsigned(b"d=" + b"a." * (BIG // 2)),
    "a long label": lambda: unsigned(b"d=" + "ä".encode() * (BIG // 2)),
    "digits": lambda: unsigned(b"l=" + b"9" * BIG + b"; t=" + b"9" * BIG),
    "base64": lambda: unsigned(b"b=" + b"A" * BIG + b"; bh=" + b"=" * BIG),
    "folds": lambda: unsigned(b"b=" + b"\r\n A" * (BIG // 4)),
    "colons": lambda: unsigned(b"h=" + b":" * BIG + b"; q=" + b":" * BIG),
    "slashes": lambda: unsigned(b"c=" + b"/" * BIG),
    "signatures": lambda: under(sign(layout()) * 20_000, BODY * 20_000),
    "lengths": lambda: under(b"".join(sign(layout({"l": str(n)})) for n in range(60)), b"x" * BIG),
    "a body of blanks": lambda: under(sign(layout()), b" " * BIG),
    "a body of empty lines": lambda: under(sign(layout()), b"\r\n" * (BIG // 2)),
    "header fields": lambda: under(sign(layout()) + b"X: y\r\n" * 1_000_000),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_large(name: str) -> None:
    results = asyncio.run(dkim(MESSAGES[name](), Zone({KEY_NAME: rsa().record()}), NOW))
    assert results
    assert all(str(result.reason) for result in results)
    assert all(len(str(step)) < 1000 for result in results for step in result.trace)
