"""Where shared test data lies: $DELIVERKIT_SHARED, or `shared` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared_path(name: str) -> Path:
    """The path of a shared file or folder. Missing: the test is skipped by name; with CI=true it fails."""
    path = Path(os.environ.get("DELIVERKIT_SHARED", ROOT.parent / "shared")) / name
    if not path.exists():
        message = f"shared data is missing: {name} (set DELIVERKIT_SHARED)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
