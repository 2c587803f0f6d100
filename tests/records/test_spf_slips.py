"""Slips of the pen around SPF records: what was meant, and what is no slip at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.records import spf, spf_slips


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("v=spf1; mx; -all", "v=spf1 mx -all"),
        ("v=spf1,mx,-all", "v=spf1 mx -all"),
        ("v=spf1\tmx -all", "v=spf1 mx -all"),
        ("v=spf1\u00c2\u00a0mx -all", "v=spf1 mx -all"),  # a no-break space in UTF-8
        ("v=spf1mx -all", "v=spf1 mx -all"),
        ("v=spf1-all", "v=spf1 -all"),
        ("v=spf1;", "v=spf1"),
        (" v=spf1 mx -all", "v=spf1 mx -all"),
        ('"v=spf1 mx -all"', "v=spf1 mx -all"),
        ("\u00e2\u0080\u009cv=spf1 mx \u00e2\u0080\u0093all\u00e2\u0080\u009d", "v=spf1 mx -all"),
        ("\\v=spf1 mx -all", "v=spf1 mx -all"),
        ("v = spf1 mx -all", "v=spf1 mx -all"),
        ("v=spf 1 mx -all", "v=spf1 mx -all"),
        ("v=spf-1 mx -all", "v=spf1 mx -all"),
        ("v:spf1 mx -all", "v=spf1 mx -all"),
        ("v=spf mx -all", "v=spf1 mx -all"),
        ("v=sfp1 mx -all", "v=spf1 mx -all"),
        ("v=spf2 mx -all", "v=spf1 mx -all"),
        ("v=spf2.0/mfrom,pra mx -all", "v=spf1 mx -all"),
        ("SPF1 redirect=_spf.example.net", "v=spf1 redirect=_spf.example.net"),
        ("v=spf1; ip4:192.0.2.1; nonsense; +all", "v=spf1 ip4:192.0.2.1 ~all"),
    ],
)
def test_meant_as_spf(text: str, meant: str) -> None:
    assert not spf.is_spf(text)
    assert spf_slips.meant_as_spf(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 mx -all",
        "v=spf1",
        "v=spf10 mx -all",
        "v=spf11",
        "spf2.0/pra mx -all",
        "spf2.0/mfrom mx -all",
        "spf",
        "spf1",
        "spf mx -all",
        "spf check: see the handbook",
        "spf1 is what you need",
        "v=spf is old",
        "v=spf1; see the handbook",
        "v=DMARC1; p=none",
        "v=DKIM1; p=",
        "site-verification=v=spf1 mx -all",
        "",
    ],
)
def test_not_meant_as_spf(text: str) -> None:
    assert spf_slips.meant_as_spf(text) == ""


@given(
    st.text(st.characters(max_codepoint=255), max_size=80) | st.from_regex(r"\A[\"' ]*v ?= ?spf ?[12;:]*.*")
)
def test_whatever_was_meant_is_sound(text: str) -> None:
    meant = spf_slips.meant_as_spf(text.encode("latin-1", "replace").decode("latin-1"))
    assert not meant or (spf.is_spf(meant) and not spf.parse(meant).faults)


@pytest.mark.parametrize(
    ("strings", "glued", "record"),
    [
        (
            ["v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2 -all"],
            ["ip4:192.0.2.1ip4:192.0.2.2"],
            "ip4:192.0.2.1 ip4:192.0.2.2 -all",
        ),
        (["v=spf1 mx", "-all"], ["mx-all"], "mx -all"),
        (["v=spf1 a", "mx -all"], ["amx"], "a mx -all"),
        (
            ["v=spf1 include:a.example.net", "-all"],
            ["include:a.example.net-all"],
            "include:a.example.net -all",
        ),
        (["v=spf1 mx", "", "-all"], ["mx-all"], "mx -all"),
        (
            ["v=spf1 mx", "a:b.example.net", "-all"],
            ["mxa:b.example.net", "a:b.example.net-all"],
            "mx a:b.example.net -all",
        ),
        (
            ["v=spf1 redirect=a.example.net", "exp=b.example.net"],
            ["redirect=a.example.netexp=b.example.net"],
            "redirect=a.example.net exp=b.example.net",
        ),
        (["v=spf1 mx ", "-all"], [], "mx -all"),
        (["v=spf1 mx", " -all"], [], "mx -all"),
        (["v=spf1 mx -all"], [], "mx -all"),
        (["v=spf1 ip4:192.0.2.", "1 -", "all"], [], "ip4:192.0.2.1 -all"),
        (["v=spf1 ip4:192.0.2.1/2", "4 -all"], [], "ip4:192.0.2.1/24 -all"),
        (["v=spf1 ip6:2001:db8:", ":1 -all"], [], "ip6:2001:db8::1 -all"),
        (["v=spf1 include:_spf.example.c", "a -all"], [], "include:_spf.example.ca -all"),
        (["v=spf1 a:mail.example.c", "a/24 -all"], [], "a:mail.example.ca/24 -all"),
        (["v=spf1 include:a.", "mx.example.net -all"], [], "include:a.mx.example.net -all"),
        (["v=sp", "f1 mx -all"], [], "mx -all"),
    ],
)
def test_rejoin(strings: list[str], glued: list[str], record: str) -> None:
    assert spf_slips.rejoin(strings) == (f"v=spf1 {record}", tuple(glued))


@given(st.lists(st.text("v=spf1 amx:-~+?.ileud4/%{}", max_size=12), max_size=8))
def test_rejoin_only_adds_blanks(strings: list[str]) -> None:
    record, glued = spf_slips.rejoin(strings)
    assert record.replace(" ", "") == "".join(strings).replace(" ", "")
    assert len(record) == sum(map(len, strings)) + len(glued)


@pytest.mark.parametrize(
    "strings", [["v=spf1 ", *["a"] * 30_000], ["v=spf1 ", *["mx -"] * 15_000], ["v=spf1 " + "x" * 60_000]]
)
def test_hostile_strings_take_no_long_time(strings: list[str]) -> None:
    before = time.perf_counter()
    spf_slips.rejoin(strings)
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize(
    "text", [" " * 60_000 + "v=spf1", "v=spf1" + " ;" * 30_000, "v=spf1;" + "a:" * 30_000]
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    before = time.perf_counter()
    spf_slips.meant_as_spf(text)
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize(
    ("network", "cannot"),
    [
        ("10.0.0.0/8", True),
        ("10.1.2.3/24", True),
        ("127.0.0.1", True),
        ("100.64.0.1", True),
        ("169.254.0.0/16", True),
        ("172.31.255.255", True),
        ("fd00::/8", True),
        ("fe80::1/64", True),
        ("::1", True),
        ("10.0.0.0/7", False),
        ("0.0.0.0/0", False),
        ("::/0", False),
        ("172.32.0.1", False),
        ("192.0.2.0/24", False),
        ("2001:db8::/32", False),
    ],
)
def test_cannot_send(network: str, cannot: bool) -> None:
    assert spf_slips.cannot_send(network) is cannot
