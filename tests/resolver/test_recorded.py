"""Recordings: an exact round trip, a readable file, and errors that name the line."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.subject import CORE_BLOCKLISTS, Subject
from deliverkit.resolver.recorded import Recorder, RecordingError, Replay
from tests.resolver import strategies
from tests.resolver.fakes import Scripted, question

SUBJECT = Subject(
    domain="example.com",
    ips=("192.0.2.1", "2001:db8::1"),
    helo="",
    mail_from="bounce+tag@mail.example.com",
    selectors=("s1", "key._domainkey.example.net"),
    derived=("ips",),
    looks=("authoritative",),
    blocklists=("zen.spamhaus.org", "bl.spamcop.net"),
)
SERVER = Origin("192.0.2.53:53")


def an_answer(text: str, status: Status, *records: Rdata, ttl: int | None = None, detail: str = "") -> Answer:
    return Answer(question(text), status, records, ttl, origin=SERVER, detail=detail)


ANSWERS = [
    an_answer("www.example.com TXT", Status.TIMEOUT, detail='192.0.2.53:53 gave "no answer" within 2 s'),
    an_answer("example.com TXT", Status.OK, Txt((b"v=spf1 ", b"-all\x1b[31m\xff\x00\\"))),
    an_answer("example.com MX", Status.OK, Mx(10, "mail.example.com"), Mx(0, ""), ttl=3600),
    an_answer("example.com SOA", Status.OK, Soa("ns1.example.com", "", 1, 2, 3, 4, 5)),
    Answer(
        Question("a.example.com", "A"),
        Status.OK,
        ("192.0.2.1",),
        60,
        ("b.example.net",),
        authenticated=True,
        origin=Origin("zones/example zone", 7),
    ),
    an_answer("_25._tcp.example.com SRV", Status.OK, "1 2 25 mx.example.com."),
    an_answer(". NS", Status.NXDOMAIN),
]

TEXT = r"""deliverkit recording 1
tool "deliverkit 1.0"
domain example.com
ip 192.0.2.1
ip 2001:db8::1
helo ""
mail-from bounce+tag@mail.example.com
selector s1
selector key._domainkey.example.net
derived ips
looks authoritative
blocklists zen.spamhaus.org bl.spamcop.net

ask . NS
status NXDOMAIN
from 192.0.2.53:53

ask example.com MX
status OK
ttl 3600
from 192.0.2.53:53
mx 10 mail.example.com
mx 0 .

ask example.com SOA
status OK
from 192.0.2.53:53
soa ns1.example.com . 1 2 3 4 5

ask example.com TXT
status OK
from 192.0.2.53:53
text "v=spf1 " "-all\027[31m\255\000\\"

ask _25._tcp.example.com SRV
status OK
from 192.0.2.53:53
value "1 2 25 mx.example.com."

ask a.example.com A
status OK
ttl 60
from "zones/example zone" 7
authenticated
alias b.example.net
value 192.0.2.1

ask www.example.com TXT
status TIMEOUT
from 192.0.2.53:53
detail "192.0.2.53:53 gave \"no answer\" within 2 s"
"""


def recorded(subject: Subject, answers: list[Answer], tool: str = "deliverkit 1.0") -> str:
    below = Scripted({})
    below._script = {answer.question: [answer] for answer in answers}
    recorder = Recorder(below)

    async def run() -> None:
        for answer in answers:
            assert await recorder.ask(answer.question) == answer

    asyncio.run(run())
    return recorder.dump(subject, tool)


def replayed(replay: Replay, question: Question) -> Answer:
    return asyncio.run(replay.ask(question))


def test_the_file() -> None:
    assert recorded(SUBJECT, ANSWERS) == TEXT


def test_the_file_replays() -> None:
    replay = Replay.from_text(TEXT, "audit.txt")
    assert replay.subject == SUBJECT
    for answer in ANSWERS:
        assert replayed(replay, answer.question) == answer


@pytest.mark.parametrize(
    ("line", "blocklists"),
    [("", CORE_BLOCKLISTS), ("blocklists\n", ()), ("blocklists a.example\n", ("a.example",))],
)
def test_a_file_without_a_line_of_blocklists_means_the_usual_ones(
    line: str, blocklists: tuple[str, ...]
) -> None:
    replay = Replay.from_text(f"deliverkit recording 1\ndomain example.com\n{line}", "f")
    assert replay.subject == Subject("example.com", blocklists=blocklists)


def test_every_part_of_the_stream_is_recorded() -> None:
    parts = [field.name for field in dataclasses.fields(Subject)]
    assert parts == [
        "domain",
        "ips",
        "helo",
        "mail_from",
        "selectors",
        "derived",
        "blocklists",
        "looks",
        "guessed",
    ]


def test_a_question_that_the_file_does_not_hold() -> None:
    got = replayed(Replay.from_text(TEXT, "audit.txt"), Question("example.com", "AAAA"))
    assert (got.status, got.settled, got.origin) == (Status.UNRECORDED, False, Origin("audit.txt"))
    assert got.detail == "audit.txt does not hold this question"


def test_the_last_answer_is_recorded() -> None:
    question = Question("example.com", "A")
    below = Scripted(
        {"example.com A": [Answer(question, Status.TIMEOUT), Answer(question, Status.OK, ("192.0.2.1",))]}
    )
    recorder = Recorder(below)
    asyncio.run(recorder.ask(question))
    asyncio.run(recorder.ask(question))
    replay = Replay.from_text(recorder.dump(SUBJECT, "x"), "f")
    assert replayed(replay, question).records == ("192.0.2.1",)


@settings(deadline=None)
@given(
    strategies.subjects,
    st.lists(strategies.answers, max_size=4, unique_by=lambda a: a.question),
    strategies.any_text,
)
def test_everything_survives_the_round_trip(subject: Subject, answers: list[Answer], tool: str) -> None:
    text = recorded(subject, answers, tool)
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    replay = Replay.from_text(text, "f")
    assert replay.subject == subject
    for answer in answers:
        assert replayed(replay, answer.question) == answer
    assert recorded(subject, answers[::-1], tool) == text


@settings(deadline=None)
@given(
    st.text()
    | st.text(alphabet='ask\n "\\0127.exmplTX#status OK')
    | st.lists(st.sampled_from(TEXT.split("\n"))).map("\n".join)
)
@example("")
@example("\x00")
def test_arbitrary_text_is_a_recording_or_a_recording_error(text: str) -> None:
    for candidate in (
        text,
        f"deliverkit recording 1\n{text}",
        f"deliverkit recording 1\nask . A\nstatus OK\n{text}",
    ):
        try:
            Replay.from_text(candidate, "f")
        except RecordingError as error:
            assert str(error).startswith("f:")
            assert str(error).isprintable()


@settings(deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.text(max_size=5))
def test_a_damaged_file_is_a_recording_or_a_recording_error(start: int, end: int, put: str) -> None:
    try:
        Replay.from_text(TEXT[:start] + put + TEXT[end:], "f")
    except RecordingError as error:
        assert str(error).startswith("f:")


HEAD = "deliverkit recording 1\n"
UNREADABLE = (
    "f:4: column 5 cannot be read; expected words of printable ASCII, "
    'others in quotes with \\DDD, \\" and \\\\ as escapes'
)
ASK = f"{HEAD}ask example.com A\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f:1: this is not a recording; expected 'deliverkit recording 1'"),
        ("{}", "f:1: this is not a recording; expected 'deliverkit recording 1'"),
        ("deliverkit recording 2\n", "f:1: version 2 is not known here; expected 'deliverkit recording 1'"),
        (
            f"{HEAD}\ncolour red",
            "f:3: 'colour' is not known here; "
            "expected one of domain, ip, helo, mail-from, selector, derived, looks, blocklists or ask",
        ),
        (f"{HEAD}domain a b", "f:2: 'domain' is followed by 2 words; expected one word"),
        (f"{HEAD}domain a\ndomain b", "f:3: 'domain' stands here for the second time; expected it once"),
        (
            f"{HEAD}ask example.com",
            "f:2: 'ask' is followed by 1 words; expected a name, a record type, and perhaps @SERVER and +cd",
        ),
        (ASK, "f:2: example.com A has no answer; expected a line with its status"),
        (
            f"{ASK}statsu OK",
            "f:3: 'statsu' is not known here; "
            "expected one of status, ttl, from, authenticated, detail, alias, signature, text, mx, soa, value, ask",
        ),
        (
            f"{ASK}status FINE",
            "f:3: 'FINE' is not a status; "
            "expected one of OK, NODATA, NXDOMAIN, SERVFAIL, REFUSED, TIMEOUT, UNRECORDED",
        ),
        (
            f"{ASK}status OK\nstatus OK",
            "f:4: 'status' stands here for the second time; expected it once for each question",
        ),
        (f"{ASK}status OK\nttl -1", "f:4: word 1 after 'ttl' is not a number; expected up to ten digits"),
        (
            f"{ASK}status OK\nttl 12345678901",
            "f:4: word 1 after 'ttl' is not a number; expected up to ten digits",
        ),
        (
            f"{HEAD}ask example.com MX\nstatus OK\nmx ten a.example",
            "f:4: word 1 after 'mx' is not a number; expected up to ten digits",
        ),
        (
            f"{HEAD}ask example.com MX\nstatus OK\nmx 10",
            "f:4: 'mx' is followed by 1 words; expected a preference and a host name",
        ),
        (
            f"{HEAD}ask example.com SOA\nstatus OK\nsoa a b 1",
            "f:4: 'soa' is followed by 3 words; expected two names and five numbers",
        ),
        (
            f"{HEAD}ask example.com PTR\nstatus OK\nvalue",
            "f:4: 'value' is followed by 0 words; expected one word, in quotes if need be",
        ),
        (f"{ASK}status OK\nvalue", "f:4: 'value' is followed by 0 words; expected an IP address"),
        (f"{ASK}status OK\nvalue ::1", "f:4: '::1' is not an IP address; expected one of type A"),
        (f"{ASK}status OK\ntext a", "f:4: 'text' is no record of type 'A'; expected 'value'"),
        (
            f"{HEAD}ask example.com MX\nstatus OK\nvalue a.example",
            "f:4: 'value' is no record of type 'MX'; expected 'mx'",
        ),
        (
            f"{HEAD}ip 192.0.2.0/24",
            "f:2: '192.0.2.0/24' is not an IP address; expected one such as 192.0.2.1",
        ),
        (f'{ASK}status OK\nalias "\\255"', "f:4: word 1 after 'alias' is not UTF-8; expected UTF-8 octets"),
        (f'{ASK}status OK\ntext "\\999"', "f:4: \\999 is no octet; expected \\000 to \\255"),
        (f'{ASK}status OK\ntext "open', UNREADABLE),
        (f'{ASK}status OK\ntext "a"b', UNREADABLE),
        (f'{ASK}status OK\ntext "\x1b[31m"', UNREADABLE),
        (
            f"{ASK}status OK\n\nask example.com A\nstatus OK",
            "f:5: example.com A stands here for the second time; expected each question once",
        ),
    ],
)
def test_errors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(RecordingError) as caught:
        Replay.from_text(text, "f")
    assert str(caught.value) == message


def test_hand_edited_files_may_have_comments_blank_lines_and_windows_line_ends() -> None:
    text = "deliverkit recording 1\r\n# why\r\n\r\nask Example.COM. a\r\n  \r\n# how\r\n"
    text += "  status   OK \r\nvalue 192.0.2.1\r\n"
    replay = Replay.from_text(text, "f")
    assert replay.subject is None
    assert replayed(replay, Question("example.com", "A")).records == ("192.0.2.1",)


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "audit.txt"
    path.write_text(TEXT, "ascii")
    assert Replay.read(path).subject == SUBJECT
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert Replay.read(str(path)).subject == SUBJECT


def test_a_missing_file_a_folder_and_a_binary_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"missing: the file cannot be opened: No such file"):
        Replay.read(tmp_path / "missing")
    with pytest.raises(RecordingError, match="the file cannot be opened"):
        Replay.read(tmp_path)
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    with pytest.raises(RecordingError, match="binary:1: this is not a recording"):
        Replay.read(tmp_path / "binary")
