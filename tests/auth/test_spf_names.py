"""Names and networks as the evaluation needs them of the record parser."""

from __future__ import annotations

import ipaddress

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.records import spf


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        ("Example.COM.", "Example.COM"),
        ("example.com..", ""),
        (".example.com", ""),
        ("", ""),
        (".", ""),
        ("a b.example.com", "a b.example.com"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
        ("a" * 64 + ".com", ""),
        ("é.example.com", ""),
        ("x." * 126 + "y", "x." * 126 + "y"),
        ("xx." * 84 + "yy", "xx." * 83 + "yy"),
        ("x" + "a." * 127, "a." * 125 + "a"),
    ],
)
def test_target_name(text: str, name: str) -> None:
    assert spf.target_name(text) == name


@given(
    st.text(alphabet=st.characters(max_codepoint=127), max_size=300) | st.text(alphabet="ab.", max_size=300)
)
def test_a_target_name_exists_and_is_written_so_that_it_is_read_again(text: str) -> None:
    name = spf.target_name(text)
    if name:
        labels = dns.name.from_text(spf.presented(name)).labels
        assert [label.decode("ascii") for label in labels] == [*name.split("."), ""]
        assert text.removesuffix(".").endswith(name)


@pytest.mark.parametrize(
    ("term", "network"),
    [
        ("ip4:192.0.2.1", ipaddress.ip_network("192.0.2.1/32")),
        ("ip4:192.0.2.1/24", ipaddress.ip_network("192.0.2.0/24")),
        ("ip4:255.255.255.255/0", ipaddress.ip_network("0.0.0.0/0")),
        ("ip6:2001:db8::1", ipaddress.ip_network("2001:db8::1/128")),
        ("ip6:2001:db8:8000::/33", ipaddress.ip_network("2001:db8:8000::/33")),
    ],
)
def test_networks(term: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    (parsed,) = spf.parse(f"v=spf1 {term}").terms
    assert parsed.network == int(network.network_address) >> (network.max_prefixlen - network.prefixlen)


@pytest.mark.parametrize(
    ("term", "breaks"),
    [
        ("a", False),
        ("foo=bar", False),
        ("ip4=192.0.2.1", False),
        ("foo", True),
        ("redirect=", True),
        ("a=%{", True),
    ],
)
def test_what_breaks_a_record(term: str, breaks: bool) -> None:
    (parsed,) = spf.parse(f"v=spf1 {term}").terms
    assert parsed.breaks == breaks
