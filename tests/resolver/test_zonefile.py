"""Zone text as a resolver."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.resolver.zonefile import UnexpectedQuestion, Zone, ZoneError, ZoneRecord
from tests.resolver import strategies
from tests.resolver.fakes import question

ZONE = r"""; two domains in one text
$ORIGIN example.com.
$TTL 1h
@       IN SOA ns1 hostmaster (
            2026010101 ; serial
            7200 3600 1209600 300 )
        NS  ns1
        NS  ns2.example.net.
        300 IN TXT "v=spf1 " "-all"
        IN 600 TXT unquoted\032text
ns1     A   192.0.2.53
www     CNAME host
host    60 A 192.0.2.1
        A 192.0.2.2
out     CNAME www.example.org.
deep.in.the.tree AAAA 2001:db8::1
*.wild  TXT "wild"
*.wild  MX 10 mail
known.wild A 192.0.2.9
sub.*.odd TXT "RFC 4592"
loop1   CNAME loop2
loop2   CNAME loop1
*.alias CNAME host
tlsa    TYPE65280 \# 2 abcd

$ORIGIN 2.0.192.in-addr.arpa.
1 PTR host.example.com.
"""


def ask(zone: Zone, text: str) -> Answer:
    return asyncio.run(zone.ask(question(text)))


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone.from_text(ZONE, source="db.example")


@pytest.mark.parametrize(
    ("asked", "records", "ttl", "line"),
    [
        (
            "example.com SOA",
            (Soa("ns1.example.com", "hostmaster.example.com", 2026010101, 7200, 3600, 1209600, 300),),
            3600,
            4,
        ),
        ("example.com NS", ("ns1.example.com", "ns2.example.net"), 3600, 7),
        ("example.com TXT", (Txt((b"v=spf1 ", b"-all")), Txt((b"unquoted text",))), 300, 9),
        ("NS1.Example.COM. a", ("192.0.2.53",), 3600, 11),
        ("host.example.com A", ("192.0.2.1", "192.0.2.2"), 60, 13),
        ("deep.in.the.tree.example.com AAAA", ("2001:db8::1",), 3600, 16),
        ("tlsa.example.com TYPE65280", ("\\# 2 abcd",), 3600, 24),
        ("1.2.0.192.in-addr.arpa PTR", ("host.example.com",), 3600, 27),
        ("any.wild.example.com TXT", (Txt((b"wild",)),), 3600, 17),
        ("any.at.all.wild.example.com MX", (Mx(10, "mail.example.com"),), 3600, 18),
        ("*.wild.example.com TXT", (Txt((b"wild",)),), 3600, 17),
        ("www.example.com CNAME", ("host.example.com",), 3600, 12),
    ],
)
def test_records(zone: Zone, asked: str, records: tuple[Rdata, ...], ttl: int, line: int) -> None:
    origin = Origin("db.example", line)
    assert ask(zone, asked) == Answer(question(asked), Status.OK, records, ttl, origin=origin)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("example.com A", Status.NODATA),
        ("com A", Status.NODATA),
        (". NS", Status.NODATA),
        ("in.the.tree.example.com A", Status.NODATA),
        ("in-addr.arpa PTR", Status.NODATA),
        ("any.wild.example.com A", Status.NODATA),
        ("wild.example.com TXT", Status.NODATA),
        ("known.wild.example.com TXT", Status.NODATA),
        ("below.known.wild.example.com TXT", Status.NXDOMAIN),
        ("any.odd.example.com TXT", Status.NODATA),
        ("sub.any.odd.example.com TXT", Status.NODATA),
        ("no.example.com A", Status.NXDOMAIN),
        ("below.host.example.com A", Status.NXDOMAIN),
        ("example.org A", Status.NXDOMAIN),
        ("a..example.com A", Status.NXDOMAIN),
    ],
)
def test_nothing_there(zone: Zone, asked: str, status: Status) -> None:
    got = ask(zone, asked)
    assert (got.status, got.records, got.question) == (status, (), question(asked))


@pytest.mark.parametrize(
    ("asked", "status", "alias", "line"),
    [
        ("www.example.com A", Status.OK, "host.example.com", 13),
        ("www.example.com MX", Status.NODATA, "host.example.com", None),
        ("out.example.com A", Status.NXDOMAIN, "www.example.org", None),
        ("any.alias.example.com A", Status.OK, "host.example.com", 13),
    ],
)
def test_aliases(zone: Zone, asked: str, status: Status, alias: str, line: int | None) -> None:
    got = ask(zone, asked)
    assert (got.status, got.aliases, got.origin) == (status, (alias,), Origin("db.example", line))
    assert got.records == (("192.0.2.1", "192.0.2.2") if status is Status.OK else ())


def test_a_circle_of_aliases(zone: Zone) -> None:
    got = ask(zone, "loop1.example.com A")
    assert (got.status, got.aliases, got.records) == (Status.SERVFAIL, (), ())
    assert got.detail == "the aliases (CNAME) form a circle, or a chain of more than 16"


def test_an_alias_lives_no_longer_than_its_shortest_part() -> None:
    zone = Zone.from_text("a.test. 60 CNAME b.test.\nb.test. 300 A 192.0.2.1\nc.test. 600 CNAME b.test.")
    assert [ask(zone, f"{name}.test A").ttl for name in "abc"] == [60, 300, 300]


def test_names_and_holds(zone: Zone) -> None:
    assert "*.wild.example.com" in zone.names
    assert "in.the.tree.example.com" not in zone.names
    held = [
        "example.com",
        "Example.COM.",
        "com",
        "in.the.tree.example.com",
        "x.y.wild.example.com",
        "odd.example.com",
    ]
    assert all(zone.holds(name) for name in held)
    assert not any(zone.holds(name) for name in ["example.org", "x.host.example.com", "x.example.com"])
    assert not Zone.from_text("").holds("")


def test_records_given_one_by_one() -> None:
    zone = Zone(
        [ZoneRecord("a.test", 60, "A", "192.0.2.1", 3), ZoneRecord("a.test", 60, "A", "192.0.2.1", 4)], "f"
    )
    assert ask(zone, "a.test A") == Answer(
        Question("a.test", "A"), Status.OK, ("192.0.2.1",), 60, origin=Origin("f", 3)
    )


def test_relative_names_are_completed_by_the_origin_and_what_lies_outside_is_left_out() -> None:
    zone = Zone.from_text("@ MX 10 mail\nmail A 192.0.2.1\nwww.example.org. A 192.0.2.2\n", "Example.com")
    assert zone.names == {"example.com", "mail.example.com"}
    assert ask(zone, "example.com MX").records == (Mx(10, "mail.example.com"),)


def test_the_root_as_origin() -> None:
    assert Zone.from_text("test TXT a\n$ORIGIN example\nwww TXT b", ".").names == {"test", "www.example"}


@pytest.mark.parametrize(
    ("text", "ttls"),
    [
        ("a.test. A 192.0.2.1", [3600]),
        ("a.test. 5 A 192.0.2.1\nb.test. A 192.0.2.1", [5, 5]),
        ("$TTL 7\na.test. 5 A 192.0.2.1\nb.test. A 192.0.2.1", [5, 7]),
        ("a.test. SOA . . 1 2 3 4 9\nb.test. A 192.0.2.1", [9, 9]),
        ("a.test. 5 SOA . . 1 2 3 4 9\nb.test. A 192.0.2.1", [5, 5]),
        ("$TTL 7\na.test. SOA . . 1 2 3 4 9\nb.test. A 192.0.2.1", [7, 7]),
        ("a.test. 1w2d IN A 192.0.2.1", [777600]),
    ],
)
def test_ttls(text: str, ttls: list[int]) -> None:
    zone = Zone.from_text(text)
    answers = [ask(zone, f"{name} {rtype}") for name in sorted(zone.names) for rtype in ("A", "SOA")]
    assert [answer.ttl for answer in answers if answer.records] == ttls


def test_generate() -> None:
    zone = Zone.from_text(
        "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 5\n$GENERATE 1-9/4 $ PTR host-${0,3}.example.com.\n"
    )
    assert zone.names == {f"{i}.2.0.192.in-addr.arpa" for i in (1, 5, 9)}
    got = ask(zone, "5.2.0.192.in-addr.arpa PTR")
    assert (got.records, got.ttl, got.origin) == (("host-005.example.com",), 5, Origin("zone", 3))


def test_signed_aliases_and_windows_text_and_a_byte_order_mark() -> None:
    text = "\ufeffa.test. CNAME b.test.\r\na.test. NSEC b.test. CNAME\r\n"
    text += "b.test. TXT (\r\n  x\r\n  y ) ; z\r\nc.test. A 192.0.2.1\r\n"
    zone = Zone.from_text(text)
    assert ask(zone, "a.test TXT").texts == ("xy",)
    assert ask(zone, "c.test A").origin.line == 6


ERRORS = [
    ("www A 192.0.2.1", "1: the name 'www' is relative, and no $ORIGIN says to which domain"),
    (
        "a.test. MX 10 mail",
        "1: the MX record of a.test holds a relative name, and no $ORIGIN says to which domain",
    ),
    (
        "\n  A 192.0.2.1",
        "2: the line begins with a blank, so its name is that of the line above; there is none",
    ),
    ("a.test. A 192.0.2.256", "1: the A record of a.test cannot be read: its value does not fit its type"),
    (
        "a.test. MX 10",
        "1: the MX record of a.test cannot be read: a value is missing, or stands in quotation marks without need",
    ),
    ("a.test. TXT (a\n\nb", "1: the TXT record of a.test cannot be read: a bracket is not closed"),
    (
        'a.test. A 192.0.2.1\nb.test. TXT "a',
        "2: the TXT record of b.test cannot be read: it ends too early; is a value or a quotation mark missing?",
    ),
    (
        'a.test. TXT "a\nb.test. TXT b',
        "1: the TXT record of a.test cannot be read: a quotation mark is not closed before the line ends",
    ),
    (
        f'a.test. TXT "{"x" * 256}"',
        "1: the TXT record of a.test cannot be read: "
        "a string is longer than 255 octets; cut it into several, each in quotation marks",
    ),
    ("a.test. FOO x", "1: there is no record type 'FOO'"),
    ("a.test. 192.0.2.1", "1: there is no record type '192.0.2.1'"),
    ("a.test. TYPE99999 x", "1: there is no record type 'TYPE99999'"),
    ("a.test. ANY x", "1: ANY is not a type that a record can have"),
    ("a.test. 300", "1: a record type is missing after a.test"),
    ("a.test. CH TXT x", "1: the class CH is not the Internet's; only IN is"),
    ("a..test. A 192.0.2.1", "1: the text cannot be read: A DNS label is empty."),
    ('"a.test." A 192.0.2.1', "1: a domain name is expected here"),
    ("$INCLUDE other.zone", "1: $INCLUDE is not followed; put the records of that file in its place"),
    ("$FOO", "1: there is no directive '$FOO'"),
    ("$TTL soon", "1: 'soon' is not a number of seconds"),
    ("$ORIGIN example", "1: the name 'example' is relative, and no $ORIGIN says to which domain"),
    ("$GENERATE 0-99999 a$.test. A 192.0.2.1", "1: $GENERATE would make more than 65536 records"),
    ("$GENERATE 1-2/0 a$.test. A 192.0.2.1", "1: $GENERATE needs a range like 1-254 or 0-254/2"),
    ("$GENERATE 1-2 a$.test. A 192.0.2.1", "1: $GENERATE needs an $ORIGIN before it"),
    (
        "a.test. CNAME b.test.\na.test. A 192.0.2.1",
        "2: a.test has a CNAME, which has to be the only record of its name",
    ),
    (
        "a.test. CNAME b.test.\na.test. CNAME c.test.",
        "2: a.test has a CNAME, which has to be the only record of its name",
    ),
    (
        "a.test. A 192.0.2.1\n\na.test. CNAME b.test.",
        "3: a.test has a CNAME, which has to be the only record of its name",
    ),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_errors_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ZoneError) as caught:
        Zone.from_text(text, source="db.test")
    assert str(caught.value) == f"db.test:{message}"


def test_an_impossible_origin() -> None:
    with pytest.raises(ZoneError, match=r"^db.test: the origin 'a\.\.b' is not a domain name: "):
        Zone.from_text("", "a..b", "db.test")


def test_reading_files(tmp_path: Path) -> None:
    path = tmp_path / "db.example"
    path.write_text("@ TXT a", "utf-8")
    assert ask(Zone.read(path, "example.com"), "example.com TXT").origin == Origin(str(path), 1)
    path.write_bytes(b"a.test. TXT a\nb.test. TXT \xff")
    with pytest.raises(ZoneError, match=r"db\.example:2: the text is not UTF-8; write other octets as"):
        Zone.read(path)
    with pytest.raises(ZoneError, match=r"missing: the file cannot be opened: No such file"):
        Zone.read(tmp_path / "missing")


def test_a_strict_zone_notices_what_nobody_foresaw() -> None:
    text = "a.b.test. A 192.0.2.1\n*.w.test. A 192.0.2.1\nc.test. CNAME other.example."
    zone = Zone.from_text(text, strict=True, absent={"gone.test", "Left.Test."})
    foreseen = ["a.b.test", "b.test", "x.w.test", "gone.test", "left.test", "c.test", "a..b"]
    statuses = [ask(zone, f"{name} AAAA").status for name in foreseen]
    assert statuses == [Status.NODATA] * 3 + [Status.NXDOMAIN] * 4
    with pytest.raises(
        UnexpectedQuestion, match=r"^new\.test TXT was asked, and zone does not hold that name$"
    ):
        ask(zone, "new.test TXT")
    assert ask(Zone.from_text(text), "new.test TXT").status is Status.NXDOMAIN


PIECES = [
    "$ORIGIN ",
    "$TTL ",
    "$GENERATE ",
    "example.com. ",
    "www ",
    "@ ",
    "A ",
    "TXT ",
    "MX ",
    "SOA ",
    "IN ",
    "300 ",
]
PIECES += [
    "(",
    ")",
    '"',
    "\\",
    "\n",
    "\n ",
    "; ",
    "192.0.2.1 ",
    "10 ",
    "1-5 ",
    "1-5/0 ",
    "h$ ",
    "\x00",
    "\ud800",
    "é",
]
PIECES += ["\\# ", "4 ", "c0000201 ", "*.", "CLASS9 ", "9" * 5000, "SVCB ", "NAPTR ", "OPT "]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=15).map("".join),
    st.sampled_from([None, ".", "example.com"]),
)
def test_arbitrary_text_is_a_zone_or_a_zone_error(text: str, origin: str | None) -> None:
    try:
        Zone.from_text(text, origin, "f")
    except ZoneError as error:
        assert str(error).startswith("f:")


@settings(deadline=None)
@given(st.lists(strategies.txts, min_size=1, max_size=4, unique=True), strategies.any_text)
def test_any_octets_come_back_and_any_question_has_an_answer(values: list[Txt], name: str) -> None:
    lines = [
        " ".join('"' + "".join(f"\\{octet:03d}" for octet in s) + '"' for s in v.strings) for v in values
    ]
    zone = Zone.from_text("".join(f"a.test. TXT {line}\n" for line in lines))
    assert ask(zone, "a.test TXT").records == tuple(values)
    asyncio.run(zone.ask(Question(name, "TXT")))
