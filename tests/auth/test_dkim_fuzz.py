"""Mutated messages, keys and chains: always a result with a reason and a sentence, never an exception."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from deliverkit.auth.chain import arc
from deliverkit.auth.results import ArcResult, DkimResult, Result
from deliverkit.auth.signatures import dkim
from deliverkit.model.answer import Answer, Question, Rdata, Status, Txt
from deliverkit.records import dkim as key_records
from deliverkit.records.dkim_signature import Kind, Signature, parse, without_signature
from tests.auth.dkim_cases import NOW
from tests.auth.sealing import Hop, chain
from tests.auth.signing import BODY, ED25519, HEAD, layout, rsa, sign

SIGNED = (
    sign(layout({"i": "a=40b@example.com", "t": "1700000000", "x": "1900000000", "l": "20", "q": "dns/txt"}))
    + sign(layout({"a": "ed25519-sha256", "s": "ed"}), pair=ED25519)
    + sign(layout({"c": "simple/simple", "d": "bücher.example"}), fold=True)
    + HEAD
    + b"\r\n"
    + BODY
)
CHAIN = chain(Hop(), Hop({"c": None}))
RECORDS = (
    rsa().record().encode(),
    ED25519.record().encode(),
    b"v=DKIM1; k=rsa; t=y:s; h=sha256; s=email:x; n=a; p=",
)

DKIM_RESULTS = {Result.PASS, Result.FAIL, Result.NEUTRAL, Result.PERMERROR, Result.TEMPERROR}
ARC_RESULTS = {Result.NONE, Result.PASS, Result.FAIL, Result.TEMPERROR}

PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b"\r\n", b"\n", b"\r", b" ", b"\t", b";", b"=", b":", b"\0", b"\xff", b"\r\n ", b"\r\n\r\n", b"i=1;",
         b"i=2;", b"cv=fail;", b"b=", b"p=", b"h=from:", b"DKIM-Signature:", b"ARC-Seal:", b"=40", b"l=9;", b"--"],
    ),
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: bytes) -> bytes:
    """The text with some pieces taken out, put in, doubled or moved."""
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        change: Callable[[bytes], bytes] = draw(
            st.sampled_from(
                [lambda _: b"", lambda part: part + part, lambda part: part[::-1], bytes.swapcase]
            )
        )
        text = text[:start] + change(text[start:end]) + draw(PIECES) + text[end:]
    return text


ANSWERS = st.one_of(
    st.sampled_from(RECORDS).flatmap(mutated).map(lambda text: (Txt((text,)),)),
    st.lists(st.sampled_from(RECORDS).map(lambda text: Txt((text[:100], text[100:]))), max_size=3).map(tuple),
    st.just(("192.0.2.1",)),
    st.sampled_from([status for status in Status if status is not Status.OK]),
)


class Fixed:
    def __init__(self, given: tuple[Rdata, ...] | Status) -> None:
        self._given = given

    async def ask(self, question: Question) -> Answer:
        if isinstance(self._given, Status):
            return Answer(question, self._given)
        return Answer(question, Status.OK, self._given)


def check_signature(result: DkimResult) -> None:
    assert result.result in DKIM_RESULTS
    for reason in (result.reason, *result.trace):
        assert str(reason).endswith(".")
        assert str(reason).isprintable()


def check_chain(result: ArcResult) -> None:
    assert result.result in ARC_RESULTS
    assert (result.oldest_pass is None) or result.result is Result.PASS
    for reason in (result.reason, *result.trace):
        assert str(reason).endswith(".")
        assert str(reason).isprintable()
    for one in result.sets:
        for part in (one.seal, one.message_signature):
            if part is not None:
                check_signature(part)


@given(mutated(SIGNED), ANSWERS)
def test_signatures(message: bytes, answer: tuple[Rdata, ...] | Status) -> None:
    for result in asyncio.run(dkim(message, Fixed(answer), NOW)):
        check_signature(result)


@given(mutated(CHAIN), ANSWERS)
def test_chains(message: bytes, answer: tuple[Rdata, ...] | Status) -> None:
    check_chain(asyncio.run(arc(message, Fixed(answer), NOW)))


@given(st.binary(max_size=300), ANSWERS)
def test_any_octets(message: bytes, answer: tuple[Rdata, ...] | Status) -> None:
    for result in asyncio.run(dkim(b"DKIM-Signature:" + message, Fixed(answer), NOW)):
        check_signature(result)
    check_chain(asyncio.run(arc(b"ARC-Seal:" + message, Fixed(answer), NOW)))


@given(mutated(SIGNED))
def test_a_change_that_counts_is_never_a_pass(message: bytes) -> None:
    """What passes has the signed fields and the body as they were, up to what canonicalization forgives."""
    for result in asyncio.run(dkim(message, Fixed((Txt((RECORDS[1],)),)), NOW)):
        if result.result is Result.PASS:
            assert result.domain == "example.com"
            assert b"Author<author@example.com>" in b"".join(message.split())
            assert b"line" in message


@given(st.sampled_from(Kind), st.one_of(st.binary(max_size=200), mutated(layout().encode())))
def test_parsing_never_fails(kind: Kind, value: bytes) -> None:
    signature = parse(kind, value)
    assert isinstance(signature, Signature)
    assert len(signature.key_name) <= 253 or signature.fault is not None
    emptied = without_signature(b"X:" + value)
    assert without_signature(emptied) == emptied
    assert len(emptied) <= len(value) + 2


@given(st.text(max_size=80))
def test_base64_is_what_it_says(text: str) -> None:
    octets = key_records.decoded(text)
    assert octets is None or isinstance(octets, bytes)
