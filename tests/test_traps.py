"""Traps that other tools fell into, outside the three authentication families (theirs are in tests/checks and
tests/auth): each row is one audit of a small world."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from deliverkit.bounces import replies
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts import blocklists
from deliverkit.facts.dnsbl import query_name
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.zonefile import Zone

SENDER, WEBSITE, MX = "192.0.2.25", "198.51.100.80", "203.0.113.10"
ZEN = "zen.spamhaus.org"
TEST_POINT = f"2.0.0.127.{ZEN}. A 127.0.0.2\n"
SUBJECT = Subject("example.com", ips=(SENDER,), helo="mail.example.com", selectors=("s1",), blocklists=(ZEN,))
STREAM = f"""
example.com. SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600
example.com. A {WEBSITE}
example.com. MX 10 mx.example.com.
mx.example.com. A {MX}
mail.example.com. A {SENDER}
25.2.0.192.in-addr.arpa. PTR mail.example.com.
example.com. TXT "v=spf1 ip4:{SENDER} -all"
_dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
"""


class Asked:
    """A world that notes what it was asked, and fails some questions."""

    def __init__(
        self, text: str, failing: tuple[Question, ...] = (), status: Status = Status.SERVFAIL
    ) -> None:
        self.zone = Zone.from_text(text)
        self.failing, self.status = failing, status
        self.questions: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        return Answer(question, self.status) if question in self.failing else await self.zone.ask(question)


def audited(world: Asked, *checks: str, subject: Subject = SUBJECT) -> Report:
    chosen = [registry.load(i) for i in checks] if checks else registry.discover()
    return asyncio.run(report(subject, world, chosen))


def test_blocklists_and_reverse_names_are_asked_for_the_sender_alone() -> None:
    """Neither the website's address nor the receiving mail host's says anything about the sending host."""
    world = Asked(STREAM + TEST_POINT)
    audited(world)
    names = {q.name for q in world.questions}
    assert f"{query_name(SENDER)}.{ZEN}" in names
    for other in (WEBSITE, MX):
        assert f"{query_name(other)}.{ZEN}" not in names
        assert f"{query_name(other)}.in-addr.arpa" not in names


@dataclass(frozen=True)
class Row:
    name: str
    zone: str
    verdict: Verdict
    reason: str = ""


LISTED = f"{query_name(SENDER)}.{ZEN}."
ROWS = (
    Row("a listing", f"{TEST_POINT}{LISTED} A 127.0.0.3", Verdict.FAIL),
    Row("no listing", TEST_POINT, Verdict.PASS),
    Row(
        "an error code is no listing",
        f"{TEST_POINT}{LISTED} A 127.255.255.254",
        Verdict.UNKNOWN,
        "dnsbl-refused",
    ),
    Row(
        "a rewritten answer is no listing",
        f"{TEST_POINT}{LISTED} A 198.51.100.1",
        Verdict.UNKNOWN,
        "dnsbl-rewritten",
    ),
    Row(
        "an unknown code is no listing",
        f"{TEST_POINT}{LISTED} A 127.0.0.99",
        Verdict.UNKNOWN,
        "dnsbl-unknown-code",
    ),
    Row(
        "NXDOMAIN of a list that is silent is not clean",
        f"ns.{ZEN}. A 192.0.2.1",
        Verdict.UNKNOWN,
        "dnsbl-silent",
    ),
    Row(
        "a list that lists all lists nobody",
        f"*.{ZEN}. A 127.0.0.2",
        Verdict.UNKNOWN,
        "dnsbl-lists-the-world",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_what_a_blocklist_answers(row: Row) -> None:
    (outcome,) = audited(Asked(row.zone), "dnsbl-ip-listed").outcomes
    assert outcome.verdict is row.verdict
    assert (outcome.reason.data if outcome.reason else ()) == ((row.reason,) if row.reason else ())


@pytest.mark.parametrize("code", ["127.0.0.10", "127.0.0.11"])
def test_the_policy_list_is_known(code: str) -> None:
    (finding,) = audited(Asked(f"{TEST_POINT}{LISTED} A {code}"), "dnsbl-ip-listed").findings
    assert "PBL" in str(finding.data)
    assert [e.sort for e in blocklists.catalogue()[ZEN].read(code)] == ["range"]


@pytest.mark.parametrize(
    ("check", "question"),
    [
        ("spf-missing", "example.com TXT"),
        ("dmarc-missing", "_dmarc.example.com TXT"),
        ("dkim-selector-missing", "s1._domainkey.example.com TXT"),
        ("ptr-missing", "25.2.0.192.in-addr.arpa PTR"),
        ("sender-no-mail-host", "example.com MX"),
    ],
)
@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.TIMEOUT, Status.REFUSED])
def test_trouble_is_not_absence(check: str, question: str, status: Status) -> None:
    """NXDOMAIN says that there is nothing; SERVFAIL and silence say that nobody could look."""
    absent = "zone.test. A 192.0.2.1"
    name, rtype = question.split()
    failing = Asked(absent, (Question(name, rtype),), status)
    assert Verdict.FAIL not in {o.verdict for o in audited(failing, check).outcomes}
    assert Verdict.UNKNOWN in {o.verdict for o in audited(failing, check).outcomes}
    if check != "sender-no-mail-host":  # a domain without any record is told by sender-domain-missing
        expected = {"spf-missing": Verdict.SKIPPED}.get(check, Verdict.FAIL)
        assert {o.verdict for o in audited(Asked(absent), check).outcomes} == {expected}


def test_no_selector_is_guessed() -> None:
    """A key that nobody said is there cannot be missing."""
    subject = Subject("example.com", ips=(SENDER,), helo="mail.example.com", blocklists=())
    world = Asked(STREAM)
    found = audited(world, subject=subject)
    assert [f.id for f in found.findings if f.id.startswith("dkim-")] == []
    assert {o.verdict for o in found.outcomes if o.check_id.startswith("dkim-")} == {Verdict.SKIPPED}
    assert not [q for q in world.questions if "_domainkey" in q.name]


def test_one_enhanced_code_means_what_its_receiver_means() -> None:
    """Gmail's 5.7.27 is a failed SPF check, Postfix's the registry's: the sender's domain has a null MX."""

    def who_says(code: str) -> dict[str, set[str]]:
        said: dict[str, set[str]] = {}
        for check_id in registry.ids():
            for reply in replies.replies(check_id):
                if code in reply.reply:
                    said.setdefault(reply.receiver, set()).add(check_id.partition("-")[0])
        return said

    assert who_says("5.7.27") == {"gmail": {"spf", "sender"}, "postfix": {"sender"}}  # no domain, no SPF
