"""Replies by the letter of RFC 5321 section 4.2, whole or in pieces, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.smtp.reply import MAX_LINE, MAX_LINES, MAX_OCTETS, Malformed, Replies, Reply


def taken(octets: bytes) -> Reply | None:
    replies = Replies()
    replies.feed(octets)
    return replies.take()


@pytest.mark.parametrize(
    ("octets", "code", "lines", "enhanced", "text"),
    [
        (b"250 Ok\r\n", 250, ("Ok",), "", "Ok"),
        (b"250\r\n", 250, ("",), "", ""),
        (b"250 \r\n", 250, ("",), "", ""),
        (b"250-a\r\n250-b\r\n250 c\r\n", 250, ("a", "b", "c"), "", "a b c"),
        (b"250-\r\n250\r\n", 250, ("", ""), "", " "),
        (b"550 5.1.1 No\r\n", 550, ("5.1.1 No",), "5.1.1", "No"),
        (b"550 5.1.1\r\n", 550, ("5.1.1",), "5.1.1", ""),
        (b"550 5.7.999 No\r\n", 550, ("5.7.999 No",), "5.7.999", "No"),
        (b"550 4.1.1 No\r\n", 550, ("4.1.1 No",), "", "4.1.1 No"),
        (b"550 5.1.1234 No\r\n", 550, ("5.1.1234 No",), "", "5.1.1234 No"),
        (b"550 #5.1.1 No\r\n", 550, ("#5.1.1 No",), "", "#5.1.1 No"),
        (b"571 refused\r\n", 571, ("refused",), "", "refused"),
        (b"550 \xe4\xb8\x8d\r\n", 550, ("不",), "", "不"),
        (b"550 \xb2\xbb\x00\x1b\r\n", 550, ("\xb2\xbb\x00\x1b",), "", "\xb2\xbb\x00\x1b"),
    ],
)
def test_reply(octets: bytes, code: int, lines: tuple[str, ...], enhanced: str, text: str) -> None:
    reply = taken(octets)
    assert reply == Reply(code, lines)
    assert reply is not None
    assert (reply.enhanced, reply.text) == (enhanced, text)
    assert reply.positive == (code == 250)


@pytest.mark.parametrize(
    ("octets", "key"),
    [
        (b"hello\r\n", "not-a-reply"),
        (b"\r\n", "not-a-reply"),
        (b"25\r\n", "not-a-reply"),
        (b"2500 Ok\r\n", "not-a-reply"),
        (b"250_Ok\r\n", "not-a-reply"),
        (b" 250 Ok\r\n", "not-a-reply"),
        (b"150 Ok\r\n", "not-a-reply"),
        (b"650 Ok\r\n", "not-a-reply"),
        ("２５０ Ok\r\n".encode(), "not-a-reply"),
        (b"250 Ok\n", "line-end"),
        (b"250 O\rk\r\n", "line-end"),
        (b"250-a\r\n251 b\r\n", "codes-differ"),
        (b"250 " + b"x" * MAX_LINE + b"\r\n", "line-too-long"),
        (b"x" * (MAX_LINE + 1), "line-too-long"),
        (b"250-x\r\n" * MAX_LINES, "too-many-lines"),
        ((b"250-" + b"x" * 1000 + b"\r\n") * 66, "too-many-octets"),
    ],
)
def test_malformed(octets: bytes, key: str) -> None:
    with pytest.raises(Malformed) as caught:
        taken(octets)
    assert caught.value.key == key
    assert len(caught.value.came) <= 300


def test_the_longest_that_is_taken() -> None:
    assert taken(b"250 " + b"x" * (MAX_LINE - 6) + b"\r\n") is not None
    assert taken(b"250-x\r\n" * (MAX_LINES - 1) + b"250 x\r\n") is not None
    assert MAX_OCTETS < 66 * 1006


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_octets_are_replies_or_malformed_and_never_pile_up(pieces: list[bytes]) -> None:
    replies = Replies()
    try:
        for piece in pieces:
            replies.feed(piece)
            while replies.take() is not None:
                pass
            assert len(replies.waiting) <= MAX_LINE
    except Malformed:
        pass


@given(st.data())
def test_how_it_is_cut_changes_nothing(data: st.DataObject) -> None:
    whole = b"220-mx.example.net\r\n220 ESMTP\r\n250 2.1.0 Ok\r\n550-5.1.1 a\r\n550 5.1.1 b\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    replies, found = Replies(), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        replies.feed(whole[start:end])
        while (reply := replies.take()) is not None:
            found.append(reply)
    assert [r.code for r in found] == [220, 250, 550]
    assert b"".join(f"{line}\r\n".encode() for r in found for line in r.verbatim) == whole
    assert replies.waiting == b""
