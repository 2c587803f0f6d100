"""What the import contracts cannot see: a deferred import that is not deferred enough."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("dns", "checkdmarc", "textual", "cryptography", "polars", "spf", "dkim", "rich", "asyncio")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["explain", "941"],
        ["explain", "spf-missing"],
        ["audit", "--help"],
        ["probe", "--help"],
    ],
)
def test_light_commands_load_nothing_heavy(arguments: list[str]) -> None:
    heavy = HEAVY if arguments[0] not in ("audit", "probe") else ("textual", "checkdmarc", "polars")
    code = f"""
import sys
sys.argv = ["deliverkit", *{arguments!r}]
from deliverkit.cli.main import run
try:
    run()
except SystemExit as stop:
    assert not stop.code, stop.code
loaded = set({heavy!r}) & sys.modules.keys()
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
