"""The public suffix list through its adapter; the list's own vectors stand in tests/suites."""

from __future__ import annotations

import pytest

from deliverkit.adapters.psl import registered_domain


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("example.com", "example.com"),
        ("a.b.Example.co.uk", "example.co.uk"),
        ("co.uk", ""),
        ("com", ""),
        ("unlisted", ""),
        ("a.b.unlisted", "b.unlisted"),
        ("a.github.io", "a.github.io"),
        ("", ""),
        (".", ""),
        ("a..b", ""),
        ("xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        (".".join(["a"] * 127), "a.a"),
    ],
)
def test_registered_domain(domain: str, registered: str) -> None:
    assert registered_domain(domain) == registered
