"""Host names and addresses as text."""

from __future__ import annotations

import ipaddress
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.records import hostname

LONG = "a" * 63
IPV4 = "203.0.113.7"
IPV6 = "2001:db8::c0:7"
NIBBLES = "20010db80000000000000000" + "00c00007"

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))
IPV4S = st.ip_addresses(v=4).map(str)
IPV6S = st.ip_addresses(v=6).map(str)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("mail.example.com", ""),
        ("MAIL.EXAMPLE.COM.", ""),
        ("7.example.com", ""),
        ("mail.xn--exmple-cua.com", ""),
        ("mail.example.c0m", ""),
        (f"{LONG}.example", ""),
        (".".join([LONG, LONG, LONG, "a" * 61]), ""),  # 253 characters
        ("", "empty"),
        ("192.0.2.25", "address"),
        ("2001:db8::25", "address"),
        ("::ffff:192.0.2.25", "address"),
        ("[192.0.2.25]", "bad-characters"),
        ("mail_1.example.com", "bad-characters"),
        ("-mail.example.com", "bad-characters"),
        ("mail-.example.com", "bad-characters"),
        (" mail.example.com", "bad-characters"),
        ("mail.example.com\n", "bad-characters"),
        ("mail.example.com:25", "bad-characters"),
        ("mail.\x1b[31mexample.com", "bad-characters"),
        ("mail.exämple.com", "bad-characters"),
        ("mail.\N{KELVIN SIGN}example.com", "bad-characters"),
        ("mail.\N{ARABIC-INDIC DIGIT ONE}.com", "bad-characters"),
        (".", "empty-label"),
        (".mail.example.com", "empty-label"),
        ("mail..example.com", "empty-label"),
        ("mail.example.com..", "empty-label"),
        (f"a{LONG}.example", "label-too-long"),
        (".".join([LONG, LONG, LONG, "a" * 62]), "name-too-long"),  # 254 characters
        ("mail", "single-label"),
        ("mail.", "single-label"),
        ("192.0.2", "numeric-tld"),
        ("192.0.2.256", "numeric-tld"),
        ("mail.example.25", "numeric-tld"),
        ("localhost", "local"),
        ("mail.local", "local"),
        ("MAIL.LOCAL.", "local"),
        ("ex01.corp.internal", "local"),
        ("mail.home.arpa", "local"),
        ("home.arpa", "local"),
        ("chome.arpa", ""),
        ("mail.local.example.com", ""),
        ("mail.notlocal", ""),
        ("mail.test", ""),
    ],
)
def test_fault(name: str, fault: str) -> None:
    assert hostname.fault(name) == fault


@given(NAME)
def test_names_of_letters_digits_and_hyphens_are_sound(name: str) -> None:
    assert hostname.fault(name) == ""


@given(st.text(max_size=300))
def test_a_sound_name_is_plain_text(text: str) -> None:
    if not hostname.fault(text):
        assert set(text) <= set(string.ascii_letters + string.digits + "-.")
        assert "." in text


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[192.0.2.25]", "192.0.2.25"),
        ("[IPv6:2001:db8::25]", "2001:db8::25"),
        ("[ipv6:2001:0DB8:0::25]", "2001:db8::25"),
        ("192.0.2.25", None),
        ("[192.0.2.25", None),
        ("[192.0.2.256]", None),
        ("[192.0.2.025]", None),
        ("[2001:db8::25]", None),
        ("[IPv6:192.0.2.25]", None),
        ("[IPv6:fe80::1%eth0]", None),
        ("[IPv6:]", None),
        ("[]", None),
        ("[mail.example.com]", None),
        ("", None),
    ],
)
def test_address_literal(text: str, address: str | None) -> None:
    assert hostname.address_literal(text) == address


@given(st.text(max_size=60).map(lambda inner: f"[{inner}]"))
def test_an_address_literal_holds_an_address(text: str) -> None:
    address = hostname.address_literal(text)
    assert address is None or hostname.is_address(address)


@pytest.mark.parametrize(
    ("ip", "name", "rtype"),
    [
        (IPV4, "7.113.0.203.in-addr.arpa", "A"),
        (
            "2001:db8::25",
            "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            "AAAA",
        ),
    ],
)
def test_reverse_name_and_type(ip: str, name: str, rtype: str) -> None:
    assert (hostname.reverse_name(ip), hostname.address_type(ip)) == (name, rtype)


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.0", "10.0.0.5", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.1.1"),
        *("198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:10.0.0.5", "::ffff:203.0.113.7", "fc00::1", "fd12::1", "fe80::1", "ff02::1"),
    ],
)
def test_unreachable(ip: str) -> None:
    assert hostname.is_unreachable(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *("192.0.2.25", "198.51.100.25", IPV4, "2001:db8::25", "3fff::25"),
        # The edges of the private ranges, which belong to somebody.
        *("9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0"),
    ],
)
def test_reachable(ip: str) -> None:
    assert not hostname.is_unreachable(ip)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("203-0-113-7.example.net", "203-0-113-7"),
        ("203-0-113-7.dynamic.example.net", "203-0-113-7"),
        ("c-203-0-113-7.example.net", "203-0-113-7"),
        ("ip-203-0-113-7.example.net", "203-0-113-7"),
        ("IP-203-0-113-7.Example.NET", "203-0-113-7"),
        ("203.0.113.7.example.net", "203.0.113.7"),
        ("203_0_113_7.example.net", "203_0_113_7"),
        ("static.7.113.0.203.clients.example.net", "7.113.0.203"),
        ("7-113-0-203.adsl.example.co.uk", "7-113-0-203"),
        ("host-203-000-113-007.example.net", "203-000-113-007"),
        ("p203000113007.example.net", "203000113007"),
        ("dsl007113000203.example.net", "007113000203"),
        ("host3405803783.example.net", "3405803783"),
        ("ipcb007107.example.net", "cb007107"),
        ("ec2-203-0-113-7.compute-1.example.com", "203-0-113-7"),
    ],
)
def test_generic_ipv4_address_in_name(name: str, shown: str) -> None:
    assert hostname.generic(name, IPV4) == ("address-in-name", shown)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"{NIBBLES}.example.net", NIBBLES),
        (f"{NIBBLES[::-1]}.example.net", NIBBLES[::-1]),
        (".".join(NIBBLES[::-1]) + ".ip6.example.net", ".".join(NIBBLES[::-1])),
        ("2001-0db8-0000-0000-0000-0000-00c0-0007.example.net", "2001-0db8-0000-0000-0000-0000-00c0-0007"),
        ("g-2001-db8-0-0-0-0-c0-7.example.net", "2001-db8-0-0-0-0-c0-7"),
        ("2001-db8--c0-7.example.net", "2001-db8--c0-7"),
    ],
)
def test_generic_ipv6_address_in_name(name: str, shown: str) -> None:
    assert hostname.generic(name, IPV6) == ("address-in-name", shown)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("host7.dsl.example.net", "dsl"),
        ("dyn7.example.net", "dyn"),
        ("pool-9-1.example.net", "pool"),
        ("cpe7f.cust.example.net", "cpe"),
        ("DHCP-7.example.net", "dhcp"),
    ],
)
def test_generic_dynamic_word(name: str, word: str) -> None:
    assert hostname.generic(name, IPV4) == ("dynamic-word", word)


@pytest.mark.parametrize(
    "name",
    [
        "mail.example.com",
        "mta7.example.com",
        "smtp-203-0-113-7.example.com",
        "mail-203-0-113-7.example.com",
        "mx203-0-113-7.example.com",
        "a8-31.smtp-out.example.com",
        "o1.news.example.com",
        "server1.example.com",
        "v113-7.example.com",  # half an address is a numbering plan
        "1203-0-113-7.example.com",
        "203-0-113-77.example.com",
        "203-0-113-8.example.com",  # somebody else's address
        "pool.example.com",  # no number: a name that somebody chose
        "client.example.com",
        "dsl7.com",  # the registered domain itself
        "203-0-113-7.net",
        "localhost",
        "",
    ],
)
def test_not_generic(name: str) -> None:
    assert hostname.generic(name, IPV4) == ("", "")


@given(ip=IPV4S, separator=st.sampled_from([".", "-", "_"]), backwards=st.booleans())
def test_every_ipv4_address_is_found_in_its_name(ip: str, separator: str, backwards: bool) -> None:
    octets = ip.split(".")[::-1] if backwards else ip.split(".")
    name = f"h-{separator.join(octets)}.example.net"
    assert hostname.generic(name, ip)[0] == "address-in-name"


@given(ip=IPV6S, separator=st.sampled_from(["", ".", "-"]), backwards=st.booleans())
def test_every_ipv6_address_is_found_in_its_nibbles(ip: str, separator: str, backwards: bool) -> None:
    nibbles = ipaddress.IPv6Address(ip).exploded.replace(":", "")
    name = f"{separator.join(nibbles[::-1] if backwards else nibbles)}.example.net"
    assert hostname.generic(name, ip)[0] == "address-in-name"


@given(name=st.text(max_size=300), ip=IPV4S | IPV6S)
def test_any_reverse_name_is_judged_and_shown_as_it_stands(name: str, ip: str) -> None:
    key, shown = hostname.generic(name, ip)
    assert key in ("", "address-in-name", "dynamic-word")
    assert bool(key) == bool(shown)
    assert shown in name.lower()
