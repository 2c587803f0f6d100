"""Zone lines: what dnspython reads from them is what was meant."""

from __future__ import annotations

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.model.answer import Mx, Rdata, Soa, Txt
from deliverkit.model.remedy import Action, RecordChange
from deliverkit.render import _zone_line
from tests.render.builds import POISONS


@pytest.mark.parametrize(
    ("rtype", "value", "text"),
    [
        ("A", "192.0.2.1", "192.0.2.1"),
        ("AAAA", "2001:db8::1", "2001:db8::1"),
        ("PTR", "mail.example.com", "mail.example.com."),
        ("CNAME", "mail.example.com.", "mail.example.com."),
        ("MX", Mx(10, "mx.example.com"), "10 mx.example.com."),
        ("MX", Mx(0, ""), "0 ."),
        ("TXT", Txt.of("v=spf1 -all"), '"v=spf1 -all"'),
        ("TXT", Txt((b"a", b"b")), '"a" "b"'),
        ("TXT", Txt((b"",)), '""'),
        ("TXT", Txt((b'say "x;\\"',)), '"say \\"x;\\\\\\""'),
        ("TXT", Txt((b"\x00\x1b\x7f\xe9",)), '"\\000\\027\\127\\233"'),
        ("TXT", Txt((b"x" * 300,)), f'"{"x" * 255}" "{"x" * 45}"'),
        ("TXT", Txt.of("x" * 256), f'"{"x" * 255}" "x"'),
        (
            "SOA",
            Soa("ns1.example.com", "hostmaster.example.com", 1),
            "ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600",
        ),
        ("CAA", '0 issue "ca.example.net"', '0 issue "ca.example.net"'),
        ("A", "<YOUR-SERVER-ADDRESS>", "<YOUR-SERVER-ADDRESS>"),
        ("A", "192.0.2.1\nevil IN A 192.0.2.2", "192.0.2.1\\010evil IN A 192.0.2.2"),
    ],
)
def test_rdata(rtype: str, value: Rdata, text: str) -> None:
    assert _zone_line.rdata(rtype, value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "."),
        ("example.com", "example.com."),
        ("example.com.", "example.com."),
        ("*.example.com", "*.example.com."),
        ("s1._domainkey.example.com", "s1._domainkey.example.com."),
        ("a b.example.com", "a\\032b.example.com."),
        ("a\\032b\\.c.example.com", "a\\032b\\.c.example.com."),
        ("a\\999.example.com", "a\\092999.example.com."),
        ("x;(\\", "x\\059\\040\\092."),
        ("a\nb", "a\\010b."),
        ("é", "\\195\\169."),
    ],
)
def test_owner(name: str, text: str) -> None:
    assert _zone_line.owner(name) == text


def test_lines() -> None:
    values = (Mx(10, "mx1.example.com"), Mx(20, "mx2.example.com"))
    change = RecordChange(Action.REPLACE, "example.com", "MX", values, ttl=600)
    assert _zone_line.lines(change) == (
        "example.com. 600 IN MX 10 mx1.example.com.",
        "example.com. 600 IN MX 20 mx2.example.com.",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Txt((b"a", b"b\xe9")), "abé"),
        (Mx(0, ""), "0 ."),
        (Mx(10, "mx.example.com"), "10 mx.example.com"),
        (Soa("ns1.example.com", "", 5, 1, 2, 3, 4), "ns1.example.com . 5 1 2 3 4"),
        ("mail.example.com", "mail.example.com"),
        ("", "."),
    ],
)
def test_plain(value: Rdata, text: str) -> None:
    assert _zone_line.plain(value) == text


@given(st.lists(st.binary(max_size=700), min_size=1, max_size=4))
def test_txt_is_read_back(strings: list[bytes]) -> None:
    text = _zone_line.rdata("TXT", Txt(tuple(strings)))
    assert text.isascii()
    assert text.isprintable()
    read = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, text)
    assert isinstance(read, dns.rdtypes.ANY.TXT.TXT)
    assert b"".join(read.strings) == b"".join(strings)
    assert all(len(s) <= 255 for s in read.strings)


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=4))
def test_names_in_presentation_form_are_read_back(labels: list[bytes]) -> None:
    name = dns.name.Name([*labels, b""])
    assert dns.name.from_text(_zone_line.owner(name.to_text(omit_final_dot=True))) == name


@given(st.text(st.characters(), max_size=40))
def test_no_name_can_break_out_of_its_line(name: str) -> None:
    text = _zone_line.owner(name)
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text
    assert text.endswith(".")


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_zone_file_holds_the_line(poison: str) -> None:
    octets = poison.encode("utf-8", "surrogatepass")
    change = RecordChange(Action.ADD, "x.example.com", "TXT", (Txt((octets,)),))
    text = "\n".join(_zone_line.lines(change)) + "\n"
    zone = dns.zone.from_text(text, origin="example.com.", relativize=False, check_origin=False)
    assert {str(name) for name in zone} == {"x.example.com."}
