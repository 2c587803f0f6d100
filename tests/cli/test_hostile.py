"""DNS text that wants to do harm, from the wire to the output: shown harmlessly, in every format."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deliverkit.lab import world
from deliverkit.model.answer import Answer, Mx, Question, Soa, Status, Txt
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import escaped
from tests.cli.running import Asked, call, process, served

DOMAIN, IP, HELO = "hostile.example", "203.0.113.200", "mail.hostile.example"
PTR = "200.113.0.203.in-addr.arpa"
OPTIONS = ["--ip", IP, "--helo", HELO, "--selector", "s1", "--fail-on", "never"]

POISONS = {
    "colour": b"\x1b[31;1mred\x1b[0m",
    "title": b"\x1b]0;owned\x07",
    "link": b"\x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "clear": b"\x1b[2J\x1b[H\x9b2J",
    "overwrite": b"v=spf1 -all\r\b\b\b\bv=spf1 +all",
    "newline": b"x\nevil.example. 3600 IN A 192.0.2.66\n\xe2\x80\xa8\xe2\x80\xa9",
    "nul": b"\x00\x01\x02\x7f\x80\x9f\xad",
    "markup": b"[bold red]x[/] [link=https://evil.example]y[/link] :boom: [/nothing]",
    "braces": b"{domain} {0} {value!r} %s %(x)s ${HOME} `id` $(id)",
    "bidi": "\u202egnp.exe\u2066\u2069\u200f\ufeff".encode(),
    "invalid": b"\xff\xfe\xc3\x28\xf0\x28\x8c\x28\xed\xa0\x80",
    "marks": ("e" + "\u0301" * 60).encode(),
    "quotes": b'";\\" ) ; comment \\',
    "json": b'"}],"findings":[],"\\u0000',
    "long": b"A" * 60_000,
}


class Hostile:
    """A stream whose every record holds ``poison``; where that cannot be, its first octets."""

    def __init__(self, poison: bytes) -> None:
        label = escaped(poison[:40]).replace(".", "\\.")
        text = Txt(tuple(poison[i : i + 255] for i in range(0, len(poison), 255)))
        dmarc, dkim = (Txt((start, *text.strings)) for start in (b"v=DMARC1; p=", b"v=DKIM1; p="))
        spf = Txt((b"v=spf1 a:", *text.strings[:2]))  # together with the text it has to fit into a message
        self._records: dict[tuple[str, str], tuple[Any, ...]] = {
            (DOMAIN, "TXT"): (spf, text),
            (DOMAIN, "MX"): (Mx(10, f"{label}.{DOMAIN}"), Mx(20, "mx.hostile.example")),
            (DOMAIN, "SOA"): (Soa(f"{label}.{DOMAIN}", f"{label}.{DOMAIN}", 1),),
            (f"_dmarc.{DOMAIN}", "TXT"): (dmarc, text),
            (f"s1._domainkey.{DOMAIN}", "TXT"): (dkim,),
            (PTR, "PTR"): (f"{label}.{DOMAIN}", f"{label}.{HELO}"),
            (HELO, "A"): (IP,),
        }

    async def ask(self, question: Question) -> Answer:
        records = self._records.get((question.name, question.rtype))
        if records is None:
            return await world.zone().ask(question)
        return Answer(question, Status.OK, records, 60)


class Everywhere(Hostile):
    """Blocklists answer with the poison too, as an alias."""

    async def ask(self, question: Question) -> Answer:
        answer = await super().ask(question)
        if question.name.endswith((".spamhaus.org", ".spamcop.net")):
            (alias, *_) = self._records[PTR, "PTR"]
            return Answer(question, Status.OK, ("127.0.0.3",), 60, (alias,))
        return answer


def harmless(text: str) -> bool:
    """Line feeds, and characters that can be seen."""
    return all(c == "\n" or (c.isprintable() and unicodedata.category(c) not in ("Mn", "Me")) for c in text)


def audited(resolver: Resolver, *options: str) -> str:
    with served(resolver) as server:
        result = call("audit", DOMAIN, *OPTIONS, "--resolver", server, *options)
    assert result.exit_code in (0, 3)
    assert result.stderr == ""
    return result.stdout


@pytest.mark.parametrize("kind", [Hostile, Everywhere])
@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_text(kind: type[Hostile], poison: bytes) -> None:
    text = audited(kind(poison))
    assert text.startswith("Will mail from hostile.example bounce?\n")
    assert harmless(text)
    assert ("dkim-key-too-long" if len(poison) > 4096 else "dkim-key-unreadable") in text
    assert not any(line.startswith("evil.example") for line in text.splitlines())
    assert len(text) < 400_000


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_text_with_colours_and_in_ascii(poison: bytes) -> None:
    resolver = Hostile(poison)
    with served(resolver) as server:
        plain, coloured, only_ascii = (
            call("audit", DOMAIN, *OPTIONS, "--resolver", server, *more).stdout
            for more in ((), ("--color",), ("--ascii",))
        )
    assert only_ascii.isascii()
    assert harmless(only_ascii)
    codes = {part.partition("m")[0] for part in coloured.split("\x1b[")[1:]}
    assert codes <= {"0", "1", "2", "32", "1;31", "1;32", "1;33", "1;35", "36"}, "another escape than colours"
    for code in codes:
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


@pytest.mark.parametrize("kind", [Hostile, Everywhere])
@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_json(kind: type[Hostile], poison: bytes) -> None:
    text = audited(kind(poison), "--format", "json")
    assert harmless(text)
    document = json.loads(text)
    schema = json.loads(call("schema", "report").stdout)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    records = [r for a in document["asked"] for r in a["records"]]
    assert poison.decode("latin-1") in records, "what DNS holds is kept, to the octet"


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_recording_of_it_is_harmless_and_says_the_same(tmp_path: Path, poison: bytes) -> None:
    path = tmp_path / "audit.dnsrec"
    text = audited(Everywhere(poison), "--record", str(path))
    recording = path.read_text("ascii")
    assert harmless(recording)
    assert call("audit", "--replay", str(path), "--fail-on", "never").stdout == text


def test_a_process_survives_all_of_it_at_once() -> None:
    with served(Everywhere(b"".join(POISONS.values())[:60_000])) as server:
        done = process("audit", DOMAIN, *OPTIONS, "--resolver", server)
    assert (done.returncode in (0, 3), done.stderr) == (True, b"")
    assert harmless(done.stdout.decode())


LONG = {
    "hosts": " ".join(f"a:h{n}.hostile.example" for n in range(2000)),
    "records": " ".join(f"include:h{n}.hostile.example" for n in range(1500)),
    "addresses": " ".join(f"ip4:192.0.{n // 250}.{n % 250}" for n in range(2500)),
    "modifiers": "x=1 " * 12_000,
    "slips": "include: ip4:x " * 3000,
}


class OneText:
    """The healthy stream with another text at its top."""

    def __init__(self, *texts: str) -> None:
        self._texts = tuple(map(Txt.of, texts))

    async def ask(self, question: Question) -> Answer:
        if question == Question("healthy.example", "TXT"):
            return Answer(question, Status.OK, self._texts, 60)
        return await world.zone().ask(question)


@pytest.mark.parametrize("terms", LONG.values(), ids=LONG)
def test_a_long_spf_record_is_not_followed_for_ever(terms: str) -> None:
    asked = Asked(OneText(f"v=spf1 {terms} -all"))
    with served(asked) as server:
        result = call(
            "audit", "healthy.example", "--ip", "203.0.113.1", "--resolver", server, "--fail-on", "warning"
        )
    assert (result.exit_code, result.stderr) == (1, "")
    assert harmless(result.stdout)
    assert len(asked.questions) < 400


def test_an_answer_that_does_not_fit_into_any_message_is_no_missing_record() -> None:
    """Over TCP too it is cut short: what is left of it says nothing."""
    with served(OneText("v=spf1 -all", "x" * 40_000, "y" * 40_000)) as server:
        result = call("audit", "healthy.example", "--ip", "203.0.113.1", "--resolver", server)
    assert (result.exit_code, result.stderr) == (3, "")
    assert "spf-missing" not in result.stdout.partition("── Could not tell ")[0]
    assert "healthy.example TXT" in result.stdout.partition("── Could not tell ")[2]


def test_a_name_that_leads_to_itself() -> None:
    """A circle of aliases comes to an end, and is no verdict about the domain."""

    class Circle:
        async def ask(self, question: Question) -> Answer:
            return Answer(question, Status.NODATA, aliases=("a.hostile.example", question.name))

    text = " ".join(audited(Circle()).split())
    assert "form a circle" in text
    assert "6 passed, 0 failed, 117 could not tell, 9 skipped" in text
