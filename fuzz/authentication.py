"""A longer hunt for what breaks the evaluators: coverage-guided, with atheris (Linux, CPython).

    make fuzz                       # 100,000 inputs for each target
    make fuzz RUNS=1000000
    .venv/bin/python fuzz/authentication.py message -runs=100000     # one target; libFuzzer's own options follow

Whatever comes in, an evaluation has to end with a result of its RFC and a reason that can be said; anything else is
a crash, and atheris writes the input that caused it to the current folder.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["deliverkit", "dkim"]):
    from deliverkit.auth import arc, authenticate, dkim, dmarc, spf
    from deliverkit.auth.results import Result
    from deliverkit.model.answer import SETTLED, Answer, Mx, Question, Rdata, Status, Txt

EXAMPLE = Path(__file__).parent.parent / "examples" / "message"
NOW = 1795385100
MESSAGE = (EXAMPLE / "newsletter.eml").read_bytes()
KEY = "".join((EXAMPLE / "zone.txt").read_text("ascii").partition("s1._domainkey")[2].split('"')[1:-2:2])
FAILURES = [status for status in Status if status not in SETTLED]


class World:
    """Answers every question of a type with the same records. ``broken``: how many of 256 questions get no answer;
    always the same ones, so that a crash can be had again."""

    def __init__(self, records: dict[str, tuple[Rdata, ...]], broken: int = 0) -> None:
        self.records = records
        self.broken = broken

    async def ask(self, question: Question) -> Answer:
        dice = zlib.crc32(str(question).encode("utf-8", "surrogatepass"))
        if dice % 256 < self.broken:
            return Answer(question, FAILURES[dice % len(FAILURES)])
        found = self.records.get(question.rtype, ())
        return Answer(question, Status.OK if found else Status.NODATA, found)


def fuzz_spf(raw: bytes) -> None:
    """First octet: how much of the DNS is broken; then, line by line, sender, HELO, a host name, the record."""
    broken, rest = raw[:1], raw[1:]
    lines = rest.decode("latin-1").split("\n", 3)
    sender, helo, host, record = (*lines, *["", "", "", ""])[:4]
    records: dict[str, tuple[Rdata, ...]] = {
        "TXT": (Txt.of("v=spf1 " + record),),
        "A": ("198.51.100.9", "192.0.2.1")[: len(helo) % 3],
        "MX": (Mx(10, host), Mx(20, "mx.example.com")),
        "PTR": (host, "mail.example.com"),
    }
    world = World(records, broken[0] // 4 if broken else 0)
    for ip in ("192.0.2.1", "2001:db8::1", host):
        for mail_from in (sender, "postmaster@example.com", ""):
            told(asyncio.run(spf(ip, mail_from, helo, world)))


def fuzz_key(raw: bytes) -> None:
    """The input is the key record: as it is, and in two strings."""
    half = len(raw) // 2
    for strings in ((raw,), (raw[:half], raw[half:])):
        results = asyncio.run(dkim(MESSAGE, World({"TXT": (Txt(strings),)}), NOW))
        assert len(results) == 1
        told(results[0])


def fuzz_dmarc(raw: bytes) -> None:
    """First octet: how much of the DNS is broken; then the From domain, a line feed, the record."""
    broken, rest = raw[:1], raw[1:]
    domain, _, record = rest.decode("latin-1").partition("\n")
    world = World({"TXT": (Txt.of("v=DMARC1;" + record),)}, broken[0] // 4 if broken else 0)
    for name in (domain, "news.example.com", "a.b.c.d.e.f.g.h.i.example.com"):
        told(asyncio.run(dmarc(name, None, (), world)))


def fuzz_message(raw: bytes) -> None:
    """The input itself, and the signed example with the input in front, in its signature, and behind."""
    world = World({"TXT": (Txt.of(KEY),)})
    for message in (raw, raw + MESSAGE, MESSAGE.replace(b"d=shop.example", raw), MESSAGE + raw):
        for result in asyncio.run(dkim(message, world, NOW)):
            told(result)
        told(asyncio.run(arc(message, world, NOW)))
        told(asyncio.run(authenticate(message, "192.0.2.1", "mail.example.com", "", world, NOW)).dmarc)


def told(outcome: object) -> None:
    """Fails where an outcome has no result word or no sentence."""
    assert isinstance(getattr(outcome, "result", None), Result)
    assert str(getattr(outcome, "reason", ""))


_ARC = (
    b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=shop.example; s=s1; t=1; b=AAAA\r\n"
    b"ARC-Message-Signature:i=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.example; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    b"ARC-Authentication-Results: i=1; mx.example; dkim=pass\r\n",
)
TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "spf": (
        fuzz_spf,
        (
            b"\0a@example.com\nmail.example.com\nmail.example.com\nip4:192.0.2.0/24 a mx/24//64 ptr -all",
            b"\0@\n[192.0.2.1]\n.\nexists:%{i}.%{l1r-}.%{d2}._spf.example.com include:%{o} redirect=x.example",
            b"\x40\n\n\nip6:2001:db8::/32 ?include:example.org ~all exp=%{s}.example.com",
        ),
    ),
    "key": (fuzz_key, (KEY.encode(), b"v=DKIM1; k=ed25519; h=sha256:x; s=email:*; t=s:y; n=note; p=")),
    "dmarc": (
        fuzz_dmarc,
        (
            b"\0example.com\n p=reject; sp=none; np=quarantine; t=y; psd=n; rua=mailto:a@example.net!10m; pct=50",
            b"\x40a.b.example\nadkim=s; aspf=r; fo=1:d:s; ruf=mailto:x@y.example; p=bad; ;; x",
        ),
    ),
    "message": (fuzz_message, (MESSAGE, b"d=x.example; l=10; x=1; t=2", *_ARC)),
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"usage: {sys.argv[0]} {{{','.join(TARGETS)}}} [libFuzzer options]")
    target, seeds = TARGETS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], "-len_control=0", "-max_len=8192", *sys.argv[2:], corpus], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
