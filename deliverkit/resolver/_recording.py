"""The file format of recordings: plain text, sorted, so that two recordings can be compared line by line.

    deliverkit recording 1
    domain example.com
    ip 192.0.2.1

    ask example.com MX
    status OK
    ttl 3600
    from 192.0.2.53:53
    mx 10 mail.example.com

A word with blanks, quotes or anything beyond printable ASCII stands in quotes, its octets (UTF-8) as ``\\DDD``.
Nothing else is ever written, so a recording of hostile answers is harmless on a terminal. Lines that begin
with ``#`` are comments.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.subject import Subject
from deliverkit.resolver.names import escaped

VERSION = 1

_FIRST_LINE = re.compile(r"deliverkit recording ([0-9]{1,9})")
_WORD = re.compile(r' *(?:"((?:[ !#-\[\]-~]|\\[0-9]{3}|\\["\\])*)"|([!#-\[\]-~]+))(?= |$)')
_BARE = re.compile(r"[!#-\[\]-~]+")
_ESCAPE = re.compile(rb'\\([0-9]{3}|["\\])')
_SUBJECT_LINES = ("domain", "ip", "helo", "mail-from", "selector", "derived", "looks", "blocklists")
_RECORD_LINES = ("text", "mx", "soa", "value")
_LINE_OF = {"TXT": "text", "MX": "mx", "SOA": "soa"}  # every other type has "value"
_ADDRESSES = {"A": ipaddress.IPv4Address, "AAAA": ipaddress.IPv6Address}
_ANSWER_LINES = {  # how many words may follow, and which
    "status": (1, 1, "one word"),
    "ttl": (1, 1, "a number of seconds"),
    "from": (1, 2, "a server or a file, and perhaps a line"),
    "authenticated": (0, 0, "nothing"),
    "detail": (1, 1, "one word, in quotes if need be"),
}


class RecordingError(ValueError):
    """The text cannot be replayed: ``file:line: what is wrong; what was expected``."""


def write_recording(subject: Subject, tool: str, answers: Iterable[Answer]) -> str:
    """The text of a recording, printable ASCII and line feeds only. ``tool``: name and version."""
    return "".join(f"{line}\n" for line in _lines(subject, tool, answers))


def read_recording(text: str, source: str) -> tuple[Subject | None, list[Answer]]:
    """What ``write_recording`` wrote. Raises RecordingError, naming ``source`` and the line."""
    first, *rest = text.split("\n")
    version = _FIRST_LINE.fullmatch(first.rstrip("\r"))
    if version is None or int(version[1]) != VERSION:
        wrong = "this is not a recording" if version is None else f"version {version[1]} is not known here"
        raise RecordingError(f"{source}:1: {wrong}; expected 'deliverkit recording {VERSION}'")
    header: list[_Line] = []
    blocks: list[list[_Line]] = []
    for number, raw in enumerate(rest, 2):
        content = raw.rstrip("\r")
        if not content.strip(" ") or content.startswith("#"):
            continue
        line = _Line(f"{source}:{number}", *_split(content, f"{source}:{number}"))
        if line.keyword == "ask":
            blocks.append([line])
        else:
            (blocks[-1] if blocks else header).append(line)
    answers: dict[Question, Answer] = {}
    for ask, *lines in blocks:
        answer = _answer(ask, lines)
        if answer.question in answers:
            ask.fail(f"{answer.question} stands here for the second time", "each question once")
        answers[answer.question] = answer
    return _subject(header), list(answers.values())


def _lines(subject: Subject, tool: str, answers: Iterable[Answer]) -> Iterator[str]:
    yield f"deliverkit recording {VERSION}"
    yield f"tool {_word(tool)}"
    yield f"domain {_word(subject.domain)}"
    yield from (f"ip {_word(ip)}" for ip in subject.ips)
    if subject.helo is not None:
        yield f"helo {_word(subject.helo)}"
    if subject.mail_from is not None:
        yield f"mail-from {_word(subject.mail_from)}"
    yield from (f"selector {_word(selector)}" for selector in subject.selectors)
    yield from (f"derived {_word(part)}" for part in subject.derived)
    yield from (f"looks {_word(part)}" for part in subject.looks)
    yield " ".join(("blocklists", *map(_word, subject.blocklists)))
    for answer in sorted(answers, key=_place):
        yield ""
        yield from _block(answer)


def _place(answer: Answer) -> tuple[list[str], Question]:
    """Sorted from the top-level domain down, so that what belongs together stands together."""
    return answer.question.name.split(".")[::-1], answer.question


def _block(answer: Answer) -> Iterator[str]:
    question = answer.question
    at = f" {_word(f'@{question.at}')}" if question.at else ""
    unchecked = " +cd" if question.unchecked else ""
    yield f"ask {_name(question.name)} {_word(question.rtype)}{at}{unchecked}"
    yield f"status {answer.status}"
    if answer.ttl is not None:
        yield f"ttl {answer.ttl}"
    if answer.origin != Origin(""):
        line = "" if answer.origin.line is None else f" {answer.origin.line}"
        yield f"from {_word(answer.origin.source)}{line}"
    if answer.authenticated:
        yield "authenticated"
    yield from (f"alias {_name(alias)}" for alias in answer.aliases)
    yield from map(_record, answer.records)
    yield from (f"signature {_word(signature)}" for signature in answer.signatures)
    if answer.detail:
        yield f"detail {_word(answer.detail)}"


def _record(record: Rdata) -> str:
    match record:
        case Txt(strings):
            return " ".join(("text", *(f'"{escaped(octets)}"' for octets in strings)))
        case Mx(preference, exchange):
            return f"mx {preference} {_name(exchange)}"
        case Soa():
            timers = f"{record.serial} {record.refresh} {record.retry} {record.expire} {record.minimum}"
            return f"soa {_name(record.mname)} {_name(record.rname)} {timers}"
        case _:
            return f"value {_word(record)}"


def _word(text: str) -> str:
    return text if _BARE.fullmatch(text) else f'"{escaped(text.encode("utf-8", "surrogatepass"))}"'


def _name(name: str) -> str:
    """A name as a word; the root, which is empty, is written as a dot."""
    return _word(f"{name}." if not name or name.endswith(".") else name)


@dataclass(frozen=True, slots=True)
class _Line:
    """``place``: file and line; ``words``: the octets of what follows the keyword."""

    place: str
    keyword: str
    words: tuple[bytes, ...]

    def fail(self, wrong: str, expected: str) -> NoReturn:
        raise RecordingError(f"{self.place}: {wrong}; expected {expected}")

    def count(self, least: int, most: int, expected: str) -> None:
        if not least <= len(self.words) <= most:
            self.fail(f"{self.keyword!a} is followed by {len(self.words)} words", expected)

    def text(self, index: int) -> str:
        try:
            return self.words[index].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return self.fail(f"word {index + 1} after {self.keyword!a} is not UTF-8", "UTF-8 octets")

    def name(self, index: int) -> str:
        return self.text(index).removesuffix(".")

    def number(self, index: int) -> int:
        word = self.words[index]
        if not re.fullmatch(rb"[0-9]{1,10}", word):
            self.fail(f"word {index + 1} after {self.keyword!a} is not a number", "up to ten digits")
        return int(word)


def _split(content: str, place: str) -> tuple[str, tuple[bytes, ...]]:
    content = content.rstrip(" ")
    words: list[bytes] = []
    end = 0
    while end < len(content):
        word = _WORD.match(content, end)
        if word is None:
            raise RecordingError(
                f"{place}: column {end + 1} cannot be read; expected words of printable ASCII, "
                'others in quotes with \\DDD, \\" and \\\\ as escapes'
            )
        quoted, bare = word.groups()
        words.append(bare.encode("ascii") if quoted is None else _unescaped(quoted, place))
        end = word.end()
    keyword, *rest = words
    return keyword.decode("latin-1"), tuple(rest)


def _unescaped(quoted: str, place: str) -> bytes:
    def octet(escape: re.Match[bytes]) -> bytes:
        if not escape[1].isdigit():
            return escape[1]
        if int(escape[1]) > 255:
            raise RecordingError(f"{place}: \\{int(escape[1])} is no octet; expected \\000 to \\255")
        return bytes((int(escape[1]),))

    return _ESCAPE.sub(octet, quoted.encode("ascii"))


def _subject(header: Iterable[_Line]) -> Subject | None:
    said: dict[str, list[str]] = {}
    for line in header:
        if line.keyword not in ("tool", *_SUBJECT_LINES):
            line.fail(f"{line.keyword!a} is not known here", f"one of {', '.join(_SUBJECT_LINES)} or ask")
        if line.keyword in said and line.keyword not in ("ip", "selector", "derived", "looks"):
            line.fail(f"{line.keyword!a} stands here for the second time", "it once")
        if line.keyword != "blocklists":
            line.count(1, 1, "one word")
        if line.keyword == "ip":
            _check_address(line, ipaddress.ip_address, "one such as 192.0.2.1")
        said.setdefault(line.keyword, []).extend(line.text(index) for index in range(len(line.words)))
    if "domain" not in said:
        return None
    subject = Subject(
        domain=said["domain"][0],
        ips=tuple(said.get("ip", ())),
        helo=next(iter(said.get("helo", ())), None),
        mail_from=next(iter(said.get("mail-from", ())), None),
        selectors=tuple(said.get("selector", ())),
        derived=tuple(said.get("derived", ())),
        looks=tuple(said.get("looks", ())),
    )
    return replace(subject, blocklists=tuple(said["blocklists"])) if "blocklists" in said else subject


def _answer(ask: _Line, lines: Iterable[_Line]) -> Answer:
    question = _question(ask)
    once: dict[str, _Line] = {}
    aliases: list[str] = []
    records: list[Rdata] = []
    signatures: list[str] = []
    for line in lines:
        if line.keyword in _RECORD_LINES:
            records.append(_read_record(line, question.rtype))
        elif line.keyword == "alias":
            line.count(1, 1, "a name")
            aliases.append(line.name(0))
        elif line.keyword == "signature":
            line.count(1, 1, "one word, in quotes if need be")
            signatures.append(line.text(0))
        elif line.keyword not in _ANSWER_LINES:
            known = ", ".join((*_ANSWER_LINES, "alias", "signature", *_RECORD_LINES, "ask"))
            line.fail(f"{line.keyword!a} is not known here", f"one of {known}")
        elif line.keyword in once:
            line.fail(f"{line.keyword!a} stands here for the second time", "it once for each question")
        else:
            least, most, expected = _ANSWER_LINES[line.keyword]
            line.count(least, most, expected)
            once[line.keyword] = line
    if "status" not in once:
        ask.fail(f"{question} has no answer", "a line with its status")
    server = once.get("from")
    return Answer(
        question,
        _status(once["status"]),
        tuple(records),
        once["ttl"].number(0) if "ttl" in once else None,
        tuple(aliases),
        authenticated="authenticated" in once,
        origin=Origin(server.text(0), server.number(1) if len(server.words) > 1 else None)
        if server
        else Origin(""),
        detail=once["detail"].text(0) if "detail" in once else "",
        signatures=tuple(signatures),
    )


def _question(ask: _Line) -> Question:
    expected = "a name, a record type, and perhaps @SERVER and +cd"
    ask.count(2, 4, expected)
    rest = [ask.text(index) for index in range(2, len(ask.words))]
    unchecked = rest[-1:] == ["+cd"]
    server = rest[:-1] if unchecked else rest
    if len(server) > 1 or (server and not server[0].startswith("@")):
        ask.fail(f"{' '.join(rest)[:60]!a} is not known here", expected)
    return Question(ask.text(0), ask.text(1), server[0][1:] if server else "", unchecked)


def _status(line: _Line) -> Status:
    try:
        return Status(line.text(0))
    except ValueError:
        return line.fail(f"{line.text(0)[:40]!a} is not a status", f"one of {', '.join(Status)}")


def _check_address(line: _Line, read: Callable[[str], object], expected: str) -> None:
    try:
        read(line.text(0))
    except ValueError:
        line.fail(f"{line.text(0)[:60]!a} is not an IP address", expected)


def _read_record(line: _Line, rtype: str) -> Rdata:
    if line.keyword != (wanted := _LINE_OF.get(rtype, "value")):
        line.fail(f"{line.keyword!a} is no record of type {rtype[:20]!a}", f"'{wanted}'")
    if rtype in _ADDRESSES:
        line.count(1, 1, "an IP address")
        _check_address(line, _ADDRESSES[rtype], f"one of type {rtype}")
    match line.keyword:
        case "text":
            return Txt(line.words)
        case "mx":
            line.count(2, 2, "a preference and a host name")
            return Mx(line.number(0), line.name(1))
        case "soa":
            line.count(7, 7, "two names and five numbers")
            return Soa(line.name(0), line.name(1), *(line.number(index) for index in range(2, 7)))
        case _:
            line.count(1, 1, "one word, in quotes if need be")
            return line.text(0)
