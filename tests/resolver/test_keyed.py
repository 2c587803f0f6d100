"""The keys of blocklists stay out of everything that comes back."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.resolver.keyed import Keyed
from tests.resolver import strategies
from tests.resolver.fakes import Scripted

SECRET = "S3cretkey0123456789abcdefg"
KEYS = {"spamhaus-dqs-key": SECRET}
NAME = "2.0.0.127.spamhaus-dqs-key.zen.dq.spamhaus.net"
BELOW = f"2.0.0.127.{SECRET.lower()}.zen.dq.spamhaus.net"


class Telling:
    """Repeats the name it was asked for in every part of its answer."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        name = question.name
        records: tuple[Rdata, ...] = (
            name.upper(),
            Txt((b"see " + name.encode()[:14], name.encode()[14:] + b"\xff")),
            Txt((b"untouched", b"\xff")),
            Mx(10, name),
            Soa(name, name, 1),
        )
        return Answer(
            question, Status.OK, records, 60, (name,), True, Origin(f"{name}:53", 7), f"asked {name.upper()}"
        )


def test_the_secret_goes_down_and_the_placeholder_comes_back() -> None:
    below = Telling()
    got = asyncio.run(Keyed(below, KEYS).ask(Question(NAME, "TXT")))
    assert below.asked == [Question(BELOW, "TXT")]
    assert got == Answer(
        Question(NAME, "TXT"),
        Status.OK,
        (
            "2.0.0.127.spamhaus-dqs-key.ZEN.DQ.SPAMHAUS.NET",
            Txt((b"see " + NAME.encode() + b"\xff",)),
            Txt((b"untouched", b"\xff")),
            Mx(10, NAME),
            Soa(NAME, NAME, 1),
        ),
        60,
        (NAME,),
        True,
        Origin(f"{NAME}:53", 7),
        "asked 2.0.0.127.spamhaus-dqs-key.ZEN.DQ.SPAMHAUS.NET",
    )
    assert SECRET.lower() not in repr(got).lower()


def test_two_keys_of_which_one_holds_the_other() -> None:
    keyed = Keyed(Telling(), {"one-key": "abc", "two-key": "abcdef"})
    got = asyncio.run(keyed.ask(Question("1.one-key.example.two-key.example.net", "A")))
    assert got.aliases == ("1.one-key.example.two-key.example.net",)


def test_only_whole_labels_are_placeholders() -> None:
    below = Telling()
    asyncio.run(Keyed(below, KEYS).ask(Question("x-spamhaus-dqs-key.example.net", "A")))
    assert below.asked == [Question("x-spamhaus-dqs-key.example.net", "A")]


def test_without_keys_everything_passes_untouched() -> None:
    answer = Answer(Question(NAME, "A"), Status.OK, ("127.0.0.2",))
    below = Scripted({f"{NAME} A": [answer]})
    assert asyncio.run(Keyed(below, {}).ask(Question(NAME, "A"))) is answer


@pytest.mark.parametrize("secret", ["", "two.labels", "with blank", "k" * 64, "é", "key\n"])
def test_a_key_that_is_no_label_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(
        ValueError, match="the key for 'spamhaus-dqs-key' cannot be part of a DNS name"
    ) as caught:
        Keyed(Telling(), {"spamhaus-dqs-key": secret})
    assert not secret or secret not in str(caught.value)


@settings(deadline=None)
@given(
    strategies.answers,
    st.sampled_from([SECRET, SECRET.upper(), f"a.{SECRET.lower()}.b"]),
    st.sampled_from(["detail", "alias", "record", "origin"]),
)
def test_no_answer_gives_the_secret_away(answer: Answer, secret: str, where: str) -> None:
    dirty = {
        "detail": Answer(answer.question, answer.status, answer.records, detail=answer.detail + secret),
        "alias": Answer(answer.question, answer.status, aliases=(*answer.aliases, secret)),
        "record": Answer(
            answer.question, answer.status, (*answer.records, secret, Txt((b"x", secret.encode())))
        ),
        "origin": Answer(answer.question, answer.status, origin=Origin(secret)),
    }[where]
    below = Scripted({})
    below._script = {answer.question: [dirty]}
    got = asyncio.run(Keyed(below, KEYS).ask(answer.question))
    assert SECRET.lower() not in repr(got).lower()
    assert (got.question, got.status) == (answer.question, answer.status)
