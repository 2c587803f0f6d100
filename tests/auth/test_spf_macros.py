"""Macro expansion: the examples of RFC 7208 section 7.4, names that cannot be, and bounds."""

from __future__ import annotations

import pytest

from deliverkit.auth.macros import (
    LONGEST_EXPLANATION,
    compiled,
    expanded_explanation,
    expanded_name,
    is_explanation,
    letters,
)

SENDER = {
    "s": "strong-bad@email.example.com",
    "l": "strong-bad",
    "o": "email.example.com",
    "d": "email.example.com",
    "h": "mx.example.org",
    "p": "mx.example.org",
}
IPV4 = {**SENDER, "i": "192.0.2.3", "v": "in-addr", "c": "192.0.2.3", "r": "unknown", "t": "1700000000"}
IPV6 = {**IPV4, "i": ".".join("20010DB800000000000000000000CB01"), "v": "ip6", "c": "2001:db8::cb01"}


def text(macros: str, values: dict[str, str] = IPV4) -> str | None:
    return expanded_explanation(compiled(macros), values)


def name(macros: str, values: dict[str, str] = IPV4) -> str:
    return expanded_name(compiled(macros), values)


@pytest.mark.parametrize(
    ("macros", "expansion"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{c}|%{r}|%{t}", "192.0.2.3|unknown|1700000000"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{SR@.}", None),
        ("%{D1R}", "email"),
        ("%{l1r+,/_=-}", "strong"),
        ("%{d99999999999999999999}", "email.example.com"),
        ("%%%_%-", "% %20"),
        ("", ""),
    ],
)
def test_expansion(macros: str, expansion: str | None) -> None:
    assert is_explanation(macros) == (expansion is not None)
    if expansion is not None:
        assert text(macros) == expansion


def test_ipv6() -> None:
    spelled = "%{ir}.%{v}._spf.%{d2}"
    nibbles = "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
    assert text(spelled, IPV6) == name(spelled, IPV6) == f"{nibbles}.ip6._spf.example.com"
    assert text("%{c}", IPV6) == "2001:db8::cb01"


@pytest.mark.parametrize(
    ("macros", "values", "expected"),
    [
        ("%{l}.%{d}", {}, "strong-bad.email.example.com"),
        ("%{d}.", {}, "email.example.com"),
        ("%{l}.example.com", {"l": ""}, ""),
        ("%{l}.example.com", {"l": "a..b"}, ""),
        ("%{l}.example.com", {"l": "a" * 63}, "a" * 63 + ".example.com"),
        ("%{l}.example.com", {"l": "a" * 64}, ""),
        ("%{l}.example.com", {"l": "é"}, ""),
        ("%{L}.example.com", {"l": "\ud800"}, "%3F.example.com"),
        ("%{l}.example.com", {"l": "x." * 200 + "y"}, "x." * 120 + "y.example.com"),
        ("%{lr}.example.com", {"l": "y." + "x." * 200 + "x"}, "x." * 120 + "y.example.com"),
        ("%{l1}.example.com", {"l": "x" * 1000 + ".y"}, "y.example.com"),
        ("%{l1r}.example.com", {"l": "y." + "x" * 1000}, "y.example.com"),
        ("%{l}", {"l": "a" * 10_000}, ""),
        ("%{l}.", {"l": ("a" * 63 + ".") * 3 + "b" * 61}, ("a" * 63 + ".") * 3 + "b" * 61),
        ("%{l}.", {"l": "z" + ("a" * 63 + ".") * 3 + "b" * 61}, ("a" * 63 + ".") * 2 + "b" * 61),
    ],
)
def test_names(macros: str, values: dict[str, str], expected: str) -> None:
    found = name(macros, IPV4 | values)
    assert found == expected
    assert len(found) <= 253


@pytest.mark.parametrize(
    ("macros", "values"),
    [
        ("%{l}", {"l": "a" * LONGEST_EXPLANATION + "a"}),
        ("%{l}" * 3, {"l": "a" * (LONGEST_EXPLANATION // 2)}),
        ("a" * (LONGEST_EXPLANATION + 1), {}),
        ("%{l}", {"l": "é"}),
        ("%{h}", {"h": "x\r\n550 no"}),
        ("%{h}", {"h": "x\x00"}),
        ("%{h}", {"h": "\x1b[2J"}),
    ],
)
def test_no_explanation(macros: str, values: dict[str, str]) -> None:
    assert text(macros, IPV4 | values) is None


def test_the_longest_explanation() -> None:
    assert text("%{l}", IPV4 | {"l": "a" * LONGEST_EXPLANATION}) == "a" * LONGEST_EXPLANATION
    assert text("%{l1-}", IPV4 | {"l": "a" * LONGEST_EXPLANATION + "-b"}) == "b"
    assert text("%{l1r-}", IPV4 | {"l": "b-" + "a" * LONGEST_EXPLANATION}) == "b"


@pytest.mark.parametrize(
    "broken", ["%", "%(d)", "%{}", "%{x}", "%{d", "%{d0}", "%{dr1}", "%{d:}", "é", "\t", "\n"]
)
def test_no_explain_string(broken: str) -> None:
    assert not is_explanation(f"a {broken} b")


def test_letters() -> None:
    assert letters(compiled("a%{S}b%{d2r-}%%%{P}")) == {"s", "d", "p"}
