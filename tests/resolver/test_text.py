"""Names as text."""

from __future__ import annotations

import pytest

from deliverkit.resolver.names import ancestors, is_within, parent


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("a.b.example.com", ["b.example.com", "example.com", "com", ""]),
        ("com", [""]),
        ("", []),
        ("a\\.b.example", ["example", ""]),
        ("a\\\\.example", ["example", ""]),
    ],
)
def test_ancestors(name: str, above: list[str]) -> None:
    assert list(ancestors(name)) == above
    assert parent(name) == (above[0] if above else "")


@pytest.mark.parametrize(
    ("name", "zone", "within"),
    [
        ("example.com", "example.com", True),
        ("a.example.com", "example.com", True),
        ("badexample.com", "example.com", False),
        ("com", "example.com", False),
        ("example.com", "", True),
    ],
)
def test_is_within(name: str, zone: str, within: bool) -> None:
    assert is_within(name, zone) is within
