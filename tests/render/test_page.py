"""The pages of `deliverkit explain`."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys

import pytest

from deliverkit.bounces import catalogue, replies
from deliverkit.engine import registry
from deliverkit.render import page
from deliverkit.render._wrap import cells

CHECKS = registry.ids()


def code_page(code: int, *predicted_by: str, width: int = 80) -> str:
    return page.code_page(dataclasses.replace(catalogue.load(code), predicted_by=predicted_by), width=width)


def test_a_check_page() -> None:
    text = page.check_page(registry.describe("helo-not-fqdn"), width=80)
    assert text.startswith(
        """\
helo-not-fqdn: HELO name is a single label

Severity      ERROR: receivers refuse the mail
Bounce codes  914 certain, after HELO: The HELO command was refused: the sending
              server must give a full host name
Since         deliverkit 0.1

What it checks
  The name that your server says in EHLO or HELO has at least one dot,"""
    )
    headings = [line for line in text.splitlines() if line and not line.startswith(" ")][4:]
    assert headings == [
        "What it checks",
        "Why mail bounces",
        "Remedy",
        "What receivers answer",
        "Sources",
    ]
    assert "  Postfix (where switched on)\n    504 5.5.2: HELO must be a fully qualified host name." in text
    assert text.endswith("\n")


def test_a_code_page() -> None:
    text = code_page(914, "helo-empty", "helo-not-fqdn")
    assert text.startswith(
        """\
914: The HELO command was refused: the sending server must give a full host name

Chinese          Helo command拒絕: 發信端主機需要設定完整的網域名稱(FQDN)
Handling         counts as a bounce at once; the message is not sent again
Lasting          permanent: trying again changes nothing
When             in the SMTP session
About            the servers and the network
Predictable      yes, before anything is sent
Typical replies  5.5.2, 5.5.4, 4.7.1, 5.7.1, 5.7.506 (Microsoft), 5.0.0
"""
    )
    assert "\nChecks that predict it\n  helo-empty\n  helo-not-fqdn\n\nWhat receivers answer\n" in text
    assert "  Gmail\n    501 5.5.4: The HELO name is empty. (refused, 2026-11)\n" in text
    assert "\nOther wordings\n  OMICard bounce code table, report document: " in text
    assert "\nSources\n  OMICard bounce code table, report document\n" in text


def test_a_code_that_no_check_predicts() -> None:
    text = code_page(901)
    assert "\nChecks that predict it\n  No check predicts this code.\n\nSources\n" in text
    assert "What receivers answer" not in text
    assert "Other wordings" not in text


def test_a_receiver_that_puts_off_is_told_apart() -> None:
    text = code_page(916, "ptr-missing")
    assert re.search(r"450 4\.7\.1: .*\(put off, 2026-11\)", " ".join(text.split()))


def test_a_code_in_a_reply_names_who_means_what_by_it() -> None:
    text = page.reply_page("5.7.27")
    words = " ".join(text.split())
    told = replies.of_status("5.7.27")
    assert {r.receiver for r, _ in told} >= {"gmail"}
    for reply, checks in told:
        assert f" {replies.title(reply.receiver)} " in words
        assert f"{reply.reply}: {reply.says} (" in words
        assert f"{reply.code}: {catalogue.load(reply.code).meaning} Checks: {', '.join(checks)}" in words
    # The registry's meaning is another one than Gmail's.
    assert "Bounce codes with which it often comes" in text
    assert (
        "5.7.27" in next(c for c in map(catalogue.load, catalogue.codes()) if "5.7.27" in c.enhanced).enhanced
    )


def test_a_code_for_what_the_dns_cannot_show() -> None:
    words = " ".join(page.reply_page("5.7.29").split())
    [(name, want)] = replies.wants_of_status("5.7.29")
    assert name == "gmail"
    assert f" Gmail 421 4.7.29; 550 5.7.29: {want.says} Otherwise: {want.then} (" in words


@pytest.mark.parametrize("status", ["5.7", "5.7.51", "5.9.99", "599", "", "PBL (S3140)"])
def test_a_code_that_nobody_is_known_to_use_has_no_page(status: str) -> None:
    assert page.reply_page(status) == ""


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_every_page_keeps_to_the_width(width: int) -> None:
    pages = [page.check_page(registry.describe(c), width=width) for c in registry.ids()]
    pages += [page.code_page(catalogue.load(c), width=width) for c in catalogue.codes()]
    pages += [page.reply_page(status, width=width) for status in ("550", "5.7.1", "5.7.26")]
    for text in pages:
        assert all(cells(line) <= width for line in text.splitlines())
        assert not any(line != line.rstrip() for line in text.splitlines())
        assert "\n\n\n" not in text


@pytest.mark.parametrize("width", [-1, 0, 1, 39])
def test_a_terminal_can_be_too_narrow(width: int) -> None:
    check, code = registry.describe("helo-not-fqdn"), catalogue.load(914)
    assert page.check_page(check, width=width) == page.check_page(check, width=40)
    assert page.code_page(code, width=width) == page.code_page(code, width=40)


@pytest.mark.parametrize("check_id", CHECKS)
def test_docstrings_are_plain_paragraphs(check_id: str) -> None:
    """A page fills paragraphs anew, so a list or an indented block would lose its shape."""
    for _, body in registry.describe(check_id).page.sections:
        assert not re.search(r"^(\s|[-*] |\d+\. )", body, re.MULTILINE)


def test_pages_load_nothing_heavy() -> None:
    program = """
import sys
from deliverkit.bounces import catalogue, replies
from deliverkit.engine import registry
from deliverkit.render import page
page.check_page(registry.describe("helo-not-fqdn"))
page.code_page(catalogue.load(914))
heavy = {"deliverkit.model.receiver"}
heavy |= {"asyncio", "cryptography", "dns", "rich", "socket", "deliverkit.facts", "deliverkit.render.terminal"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
