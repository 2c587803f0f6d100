"""Values of records between dnspython, the model and zone text."""

from __future__ import annotations

import dns.exception
import dns.rdata
import dns.rdatatype
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliverkit.model.answer import Mx, Question, Rdata, Soa, Txt
from deliverkit.resolver.wire import from_rdata, from_text, name_text, to_name, to_rdata, to_text
from tests.resolver import strategies

VALUES: list[tuple[str, str, Rdata, str]] = [
    ("A", "192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ("AAAA", "2001:DB8:0:0:0::1", "2001:db8::1", "2001:db8::1"),
    ("PTR", "Mail.Example.COM.", "mail.example.com", "mail.example.com."),
    ("CNAME", "mail.example.com", "mail.example.com", "mail.example.com."),
    ("NS", ".", "", "."),
    ("MX", "10 MX1.example.com.", Mx(10, "mx1.example.com"), "10 mx1.example.com."),
    ("MX", "0 .", Mx(0, ""), "0 ."),
    ("TXT", '"v=spf1 " "-all"', Txt((b"v=spf1 ", b"-all")), '"v=spf1 " "-all"'),
    ("TXT", '"\\226\\027[31m\\"\\\\"', Txt((b'\xe2\x1b[31m"\\',)), '"\\226\\027[31m\\"\\\\"'),
    ("TXT", '""', Txt((b"",)), '""'),
    (
        "SOA",
        "ns1.example.com. hostmaster.example.com. 1 2 3 4 5",
        Soa("ns1.example.com", "hostmaster.example.com", 1, 2, 3, 4, 5),
        "ns1.example.com. hostmaster.example.com. 1 2 3 4 5",
    ),
    ("SRV", "1 2 25 mx.example.com.", "1 2 25 mx.example.com.", "1 2 25 mx.example.com."),
    ("CAA", '0 issue "ca.example"', '0 issue "ca.example"', '0 issue "ca.example"'),
    ("TYPE65280", "\\# 2 abcd", "\\# 2 abcd", "\\# 2 abcd"),
    ("PTR", "a\\.b.example.com.", "a\\.b.example.com", "a\\.b.example.com."),
]


@pytest.mark.parametrize(("rtype", "text", "value", "canonical"), VALUES)
def test_text_to_value_and_back(rtype: str, text: str, value: Rdata, canonical: str) -> None:
    assert from_text(rtype, text) == value
    assert to_text(rtype, value) == canonical
    assert from_rdata(to_rdata(rtype, value)) == value


@pytest.mark.parametrize(
    ("rtype", "text"),
    [
        ("A", "192.0.2.256"),
        ("AAAA", "192.0.2.1"),
        ("MX", "ten mx.example.com."),
        ("TXT", '"open'),
        ("TXT", '"' + "x" * 256 + '"'),
        ("PTR", "a..b."),
        ("PTR", "x" * 64 + ".example."),
        ("NOSUCHTYPE", "x"),
        ("TYPE99999", "x"),
        ("TYPE65280", "\\# 3 abcd"),
    ],
)
def test_what_is_no_value_is_a_plain_error(rtype: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not a value of type"):
        from_text(rtype, text)


@settings(deadline=None)
@given(strategies.txts | strategies.mxs() | strategies.soas())
def test_every_structured_value_survives_text_and_wire(value: Rdata) -> None:
    rtype = {Txt: "TXT", Mx: "MX", Soa: "SOA"}[type(value)]
    text = to_text(rtype, value)
    assert text.isascii() and text.isprintable()
    assert from_text(rtype, text) == value
    assert from_rdata(to_rdata(rtype, value)) == value


RTYPES = [dns.rdatatype.to_text(t) for t in dns.rdatatype.RdataType if not dns.rdatatype.is_metatype(t)]


@settings(deadline=None)
@given(st.sampled_from([*RTYPES, "TYPE65280"]), st.binary(max_size=60))
def test_no_octets_of_any_type_break_the_conversion(rtype: str, octets: bytes) -> None:
    try:
        rdata = dns.rdata.from_wire("IN", rtype, octets, 0, len(octets))
    except dns.exception.DNSException:
        return
    value = from_rdata(rdata)
    assert from_rdata(to_rdata(rtype, value)) == value
    assert to_text(rtype, value).isprintable()


def test_a_record_that_has_no_text_of_its_own_takes_the_generic_form() -> None:
    rdata = dns.rdata.from_wire("IN", "DNSKEY", b"\x01\x00\x03\x08", 0, 4)
    assert from_rdata(rdata) == "\\# 4 01000308"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        (".", ""),
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("\\097.test", "a.test"),
        ("a\\.", "a\\046"),
        ("a\\\\.", "a\\\\"),
    ],
)
def test_names(text: str, canonical: str) -> None:
    assert name_text(to_name(text)) == canonical


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a..example.com", "a label cannot be empty"),
        (".example.com", "a label cannot be empty"),
        ("a" * 64 + ".example.com", "longer than 63 octets"),
        (".".join(["a" * 63] * 4), "longer than 255 octets"),
        ("a\\", "cannot be written"),
        ("a\\999.example.com", "cannot be written"),
        ("\ud800.example.com", "cannot be written"),
    ],
)
def test_impossible_names(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        to_name(text)


@settings(deadline=None)
@given(strategies.any_text)
def test_any_text_is_a_name_or_a_value_error(text: str) -> None:
    try:
        name = name_text(to_name(text))
    except ValueError:
        return
    assert name.isascii() and name.isprintable()
    assert name_text(to_name(name)) == name
    assert Question(name, "A").name == name
