"""ARC against the suites of others: ValiMail's 171 validations, Stalwart's and mailauth's real chains."""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from deliverkit.auth.chain import arc
from deliverkit.auth.results import ArcResult, Result
from deliverkit.auth.signatures import dkim
from tests.auth.zone import Zone
from tests.shared import shared_path


class Case(NamedTuple):
    name: str
    message: str
    cv: str
    txt: dict[str, str]


def _block(lines: list[str], at: int, indent: int) -> list[str]:
    """The lines below ``at`` that are blank or indented by at least ``indent``, without the indentation."""
    below = takewhile(lambda line: not line.strip() or line.startswith(" " * indent), lines[at + 1 :])
    return [line[indent:] for line in below]


def _read(text: str) -> list[Case]:
    """The part of YAML that the suite is written in: mappings by indentation, ``|`` and ``>-`` blocks.

    Four names are used twice; both cases are kept.
    """
    cases = []
    for document in re.split(r"^---\s*$", text, flags=re.MULTILINE):
        lines = document.split("\n")
        txt: dict[str, str] = {}
        tests: list[tuple[str, str, str]] = []
        section = name = message = ""
        for at, line in enumerate(lines):
            if top := re.fullmatch(r"([a-z-]+):.*", line):
                section = top[1]
            elif entry := re.fullmatch(r"  ([^ :]+):\s*(>-)?\s*", line):
                name = entry[1]
                if section == "txt-records":
                    txt[name] = " ".join(part.strip() for part in _block(lines, at, 4) if part.strip())
            elif section == "tests" and re.fullmatch(r"    message:\s*\|", line):
                message = "\n".join(_block(lines, at, 6)).rstrip("\n") + "\n"
            elif section == "tests" and (cv := re.fullmatch(r"    cv:\s*(\S*)\s*", line)):
                tests.append((name, message, cv[1]))
        cases += [Case(*test, txt) for test in tests]
    return cases


@cache
def _suite() -> list[Case]:
    path = shared_path("suites/arc-valimail/arc-draft-validation-tests.yml")
    return _read(path.read_text("utf-8"))


def _arc(message: bytes, txt: dict[str, str], now: float | None = None) -> ArcResult:
    return asyncio.run(arc(message, Zone(txt), now))


def test_valimail() -> None:
    wrong = []
    for case in _suite():
        for ends in ("\n", "\r\n"):
            result = _arc(case.message.replace("\n", ends).encode(), case.txt)
            assert str(result.reason)
            # An empty block stands for a chain that its own seal calls broken (RFC 8617 section 5.2 step 2).
            expected = "fail" if case.cv == "|" else case.cv.lower()
            if result.result != expected:
                wrong.append((case.name, result.result, str(result.reason), case.cv))
    assert len({case.name for case in _suite()}) == 171
    assert len(_suite()) == 175
    assert wrong == []


def _stalwart() -> tuple[float, list[dict[str, Any]]]:
    expectations = json.loads(shared_path("suites/arc-stalwart/expectations.json").read_text("utf-8"))
    return expectations["evaluate_at"], expectations["cases"]


def test_stalwart() -> None:
    """Two real chains; the second was made after the time of evaluation, which is no fault."""
    now, cases = _stalwart()
    found = {}
    for case in cases:
        assert case["expect"] == "pass"
        message = shared_path(f"suites/arc-stalwart/{case['file']}").read_bytes()
        result = _arc(message, case["dns"], now)
        found[case["file"]] = (str(result.result), len(result.sets), result.oldest_pass)
    assert found == {"001.eml": ("pass", 1, 0), "002.eml": ("pass", 2, 0)}


def test_mailauth() -> None:
    """With the key of Google, which stands in Stalwart's data."""
    _, cases = _stalwart()
    folder = shared_path("suites/mailauth-fixtures")
    found = {}
    for path in sorted(folder.glob("*.eml")):
        result = _arc(path.read_bytes(), cases[0]["dns"])
        found[path.name] = (str(result.result), result.reason.key, result.reason.data.get("instance"))
    assert {name: outcome for name, outcome in found.items() if outcome[0] != "none"} == {
        "arc-pass.eml": ("pass", "arc.pass", None),
        "arc-pass2.eml": ("pass", "arc.pass", None),
        "arc-fail.eml": ("fail", "arc.part-failed", 2),  # a letter of the first seal
        "arc-fail2.eml": ("fail", "arc.part-failed", 2),  # a letter of each seal
        "arc-fail3.eml": ("fail", "arc.cv-fail", 2),
        "authtest.eml": ("pass", "arc.pass", None),
        "bimi.eml": ("pass", "arc.pass", None),
        "message3.eml": ("pass", "arc.pass", None),
        "zbimi.eml": ("pass", "arc.pass", None),
    }


def test_bounces_with_chains() -> None:
    """Real mail carries chains of all kinds, quoted and cut; without keys none of them can be valid."""
    chains = 0
    for path in sorted(shared_path("corpora/bounces/messages").rglob("*.eml")):
        message = path.read_bytes()
        result = _arc(message, {})
        assert str(result.reason).endswith(".")
        signatures = asyncio.run(dkim(message, Zone({})))
        assert {str(signature.result) for signature in signatures} <= {"permerror"}
        if result.result is not Result.NONE:
            chains += 1
            assert result.result is Result.FAIL
            assert result.reason.key in {"arc.part-failed", "arc.cv-fail"}
    assert chains >= 10
