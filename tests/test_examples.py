"""The examples tell the truth: what is committed is what the program says."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import call, environment
from tests.shared import ROOT

EXAMPLES = ROOT / "examples"
RECORDINGS = sorted((EXAMPLES / "recordings").glob("*.dnsrec"))
STATUS = {"healthy": 0, "first-bounce": 1, "blocklist-refuses": 3, "partial": 3}
README = (EXAMPLES / "README.md").read_text("utf-8")

LIBRARY_SAYS = """\
broken.example: will it bounce? yes
  914  helo-not-fqdn
  917  dnsbl-ip-listed
  941  dmarc-not-aligned, spf-ip-not-authorised
  916  ptr-missing
  could not tell: nothing
  the plan has 5 steps and leaves 0 findings

With a reverse name:
broken.example: will it bounce? yes
  914  helo-not-fqdn
  917  dnsbl-ip-listed
  941  dmarc-not-aligned, spf-ip-not-authorised
  could not tell: nothing
  the plan has 4 steps and leaves 0 findings
  solved  ptr-missing
  left    dnsbl-ip-listed
  left    helo-not-fqdn
  left    dmarc-not-aligned
  left    spf-ip-not-authorised
"""


MESSAGE_SAYS = (EXAMPLES / "message" / "newsletter.txt").read_text("utf-8")


@pytest.fixture(autouse=True)
def at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_each_recording_has_its_report_and_its_row() -> None:
    assert {path.stem for path in RECORDINGS} == STATUS.keys()
    assert {path.stem for path in (EXAMPLES / "recordings").glob("*.txt")} == STATUS.keys()
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| .* \| ([0-3]) \|$", README)
    assert {name: int(status) for name, status in rows} == STATUS


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda p: p.stem)
def test_a_recording_gives_its_report(path: Path) -> None:
    result = call("audit", "--replay", str(path.relative_to(ROOT)))
    assert result.stdout == path.with_suffix(".txt").read_text("utf-8")
    assert (result.exit_code, result.stderr) == (STATUS[path.stem], "")


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda p: p.stem)
def test_a_report_is_drawn_for_any_reader(path: Path) -> None:
    text = path.with_suffix(".txt").read_text("utf-8")
    assert all(c == "\n" or c.isprintable() for c in text)
    assert all(len(line) <= 80 for line in text.splitlines() if " 3600 IN " not in line)


def test_made_again_they_are_the_same() -> None:
    made: dict[str, str] = runpy.run_path(str(EXAMPLES / "make_examples.py"))["files"]()
    committed = {path.name: path.read_text("utf-8") for path in (EXAMPLES / "recordings").iterdir()}
    assert made == committed


def test_only_names_and_addresses_for_documentation() -> None:
    text = "".join(path.read_text("ascii") for path in RECORDINGS)
    addresses = set(re.findall(r"(?m)^(?:ip|from|value) (\d+\.\d+\.\d+\.\d+)", text))
    assert {a for a in addresses if not a.startswith(("192.0.2.", "203.0.113.", "127."))} == set()
    names = set(re.findall(r"(?m)^(?:ask|domain|helo|mx \d+) (\S+)", text)) - {"web01"}
    lists = ("spamhaus.org", "spamcop.net", "barracudacentral.org")
    assert {n for n in names if not n.endswith(("example", "in-addr.arpa", "ip6.arpa", *lists))} == set()


@pytest.mark.parametrize(
    "command",
    re.findall(r"(?m)^    (\.venv/bin/.*)$", README),
)
def test_the_commands_of_the_page_are_those_of_the_examples(command: str) -> None:
    program, *arguments = command.split()
    files = [word for word in arguments if word.startswith("examples/")]
    assert program in (".venv/bin/deliverkit", ".venv/bin/python")
    assert files
    assert all((ROOT / file).is_file() for file in files)


@pytest.mark.parametrize(
    ("script", "says"), [("audit_as_library.py", LIBRARY_SAYS), ("authenticate_message.py", MESSAGE_SAYS)]
)
def test_a_library_example_runs(script: str, says: str) -> None:
    done: subprocess.CompletedProcess[Any] = subprocess.run(
        [sys.executable, f"examples/{script}"],
        capture_output=True,
        env=environment(),
        timeout=60,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, says, "")
