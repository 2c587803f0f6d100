"""Whatever a server sends, a conversation ends in a value, within its time, and DATA is never said."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverkit.smtp.line import Line
from deliverkit.smtp.session import Call, converse
from tests.smtp.peer import DEFAULT, Peer

STAGE, TOTAL = 0.05, 0.3
SEMBLANCE = st.sampled_from(
    [
        b"250 ",
        b"250-",
        b"220 ",
        b"354 ",
        b"421 ",
        b"550 5.1.1 ",
        b"\r\n",
        b"\n",
        b"\r",
        b"\x00",
        b"STARTTLS",
        b"x" * 3000,
    ]
)
OCTETS = st.one_of(st.binary(max_size=200), st.lists(SEMBLANCE, max_size=12).map(b"".join))


# A socket that is dropped in the middle of a TLS handshake may be collected before it is closed, at any later time.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["banner", *DEFAULT, "STARTTLS"]), OCTETS, min_size=1))
def test_any_octets_at_any_stage(script: dict[str, bytes]) -> None:
    said = {verb: f"@raw {octets.decode('latin-1')}" for verb, octets in script.items()}
    started = time.monotonic()
    with Peer(DEFAULT | said) as server:
        call = Call(
            "mx.example.net", "127.0.0.1", server.port, "c.example.org", recipient="a@example.com",
            stage=STAGE, total=TOTAL,
        )  # fmt: skip
        session = asyncio.run(converse(call))
    assert time.monotonic() - started < 5
    assert session.steps[0].name == "connect"
    assert b"DATA" not in server.heard.upper()


@pytest.mark.parametrize(
    "command",
    [
        "DATA",
        "data",
        "BDAT 5",
        "MAIL FROM:<>\r\nDATA",
        "RCPT TO:<a\nDATA>",
        "QUIT\x00",
        "VRFY a",
        "",
        " QUIT",
    ],
)
def test_no_other_word_can_be_said(command: str) -> None:
    async def say() -> None:
        await Line(1, 1).ask(command)

    with pytest.raises(ValueError, match="no command that this client says"):
        asyncio.run(say())


def test_all_stages_together_are_bounded() -> None:
    with Peer(DEFAULT | {"EHLO": "@drip"}) as server:
        call = Call("mx.example.net", "127.0.0.1", server.port, "c.example.org", stage=30, total=0.3)
        started = time.monotonic()
        session = asyncio.run(converse(call))
    assert time.monotonic() - started < 3
    assert session.steps[-1].trouble == "timeout"
