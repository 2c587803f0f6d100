"""The public suffix list's own vectors, through the adapter."""

from __future__ import annotations

from deliverkit.adapters.psl import registered_domain
from tests.shared import shared_path


def test_every_vector() -> None:
    lines = shared_path("suites/psl/tests.txt").read_text("utf-8").splitlines()
    vectors = [line.split() for line in lines if line.strip() and not line.startswith("//")]
    assert len(vectors) == 78
    wrong = [
        (name, expected, registered_domain("" if name == "null" else name))
        for name, expected in vectors
        if registered_domain("" if name == "null" else name) != ("" if expected == "null" else expected)
    ]
    assert wrong == []
