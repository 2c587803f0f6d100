"""Traps of SPF that other tools fell into; where a case of a check's data file holds one, it is named here."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.model.report import Outcome
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.records import spf
from deliverkit.resolver.zonefile import Zone
from tests.checks.cases import Case, cases

SPF = [i for i in registry.ids() if i.startswith("spf-")]
FIRING = [c for i in SPF for c in cases(i) if any(o.findings for o in c.outcomes)]
IP = "192.0.2.25"


def judged(check_id: str, world: str, *, ips: tuple[str, ...] = (), failing: Status | None = None) -> Outcome:
    """The one outcome over this world, in which `slow.example.net` fails with a status of its own."""
    zone = Zone.from_text(world, strict=False)

    class View:
        async def ask(self, question: Question) -> Answer:
            if failing is not None and question.name == "slow.example.net":
                return Answer(question, failing)
            return await zone.ask(question)

    subject = Subject("example.com", ips=ips)
    (outcome,) = asyncio.run(report(subject, View(), [registry.load(check_id)])).outcomes
    return outcome


def record(*terms: str) -> str:
    """The zone line of an SPF record, in strings of a few terms each."""
    groups = [" ".join(terms[i : i + 4]) for i in range(0, len(terms), 4)]
    return "example.com. TXT " + " ".join(f'"{text} "' for text in ["v=spf1", *groups, "~all"])


def lookups(*terms: str, world: str = "") -> int:
    """How many look-ups these terms cost, as the check for the limit tells it: eleven more bring it about."""
    eleven = [f"exists:%{{i}}.{i}.example.net" for i in range(11)]
    outcome = judged("spf-too-many-lookups", f"{record(*terms, *eleven)}\n{world}")
    told = outcome.findings[0].data["lookups"]
    assert isinstance(told, int)
    return told - len(eleven)


HOSTS = """
example.com. A 192.0.2.1
example.com. MX 10 mail.example.com.
mail.example.com. A 192.0.2.2
a.mx.include.ptr.example.net. A 192.0.2.3
one.example.net. TXT "v=spf1 a:mail.example.com include:two.example.net ~all"
two.example.net. TXT "v=spf1 mx:example.com redirect=three.example.net"
three.example.net. TXT "v=spf1 exists:%{i}.example.net ~all"
"""


@pytest.mark.parametrize(
    ("terms", "cost"),
    [
        ("include:one.example.net", 6),  # counted in the top record only, it would be 1
        ("a:a.mx.include.ptr.example.net", 1),  # counted by what the text contains, it would be more
        ("ip4:192.0.2.1 ip6:2001:db8::1", 0),
        ("a", 1),
        ("a:mail.example.com", 1),
        ("a/24", 1),
        ("a:mail.example.com/24//64", 1),
        ("mx", 1),  # the addresses of its hosts have a limit of their own (RFC 7208 section 4.6.4)
        ("exp=why.example.com", 0),
        ("a exp=why.example.com include:three.example.net", 3),
    ],
)
def test_look_ups_are_counted_as_the_rfc_counts(terms: str, cost: int) -> None:
    """Rows "counted only in the top record, or by substring", "bare a counted, a:host not", "exp= counted"; also
    spf-too-many-lookups: eleven, counted through the includes; spf-lookups-near-limit: eight, and exp costs
    nothing."""
    assert lookups(*terms.split(), world=HOSTS) == cost


def test_it_is_evaluated_from_the_sending_address_and_no_other() -> None:
    """Row "SPF evaluated from an address that is not the sender's": neither the website's nor the mail host's
    address, which both pass, stands in for it; without it nothing is said."""
    world = record("a", "mx") + HOSTS
    assert judged("spf-ip-not-authorised", world, ips=("192.0.2.1",)).verdict is Verdict.PASS
    assert judged("spf-ip-not-authorised", world, ips=("192.0.2.2",)).verdict is Verdict.PASS
    assert judged("spf-ip-not-authorised", world, ips=(IP,)).verdict is Verdict.FAIL
    nothing = judged("spf-ip-not-authorised", world)
    assert nothing.verdict is Verdict.SKIPPED
    assert nothing.reason is not None
    assert nothing.reason.data == ("--ip",)


@pytest.mark.parametrize("case", FIRING, ids=str)
def test_nobody_is_told_to_say_fail_instead_of_softfail(case: Case) -> None:
    """Row "advice to move from ~all to -all": over every firing case of every SPF check."""
    before = {t.text.lower() for text in _published(case) for t in spf.parse(text).terms}
    found = asyncio.run(report(case.subject, case.resolver(), [registry.load(case.check_id)])).findings
    for finding in found:
        assert finding.remedy is not None
        texts = [v.text for c in finding.remedy.changes for v in c.values if isinstance(v, Txt)]
        for text in filter(spf.is_spf, texts):
            ending = spf.parse(text).all
            assert ending is None or ending.qualifier != "-" or "-all" in before


def _published(case: Case) -> list[str]:
    """Every text of the world, read as SPF whatever it begins with."""
    zone = case.resolver(strict=False)
    names = {line.split(" ")[0] for line in case.world.splitlines() if " TXT " in line}
    answers = [asyncio.run(zone.ask(Question(name, "TXT"))) for name in names]
    found = [t for a in answers for t in a.texts]
    return (
        [f"v=spf1 {t.translate(str.maketrans(';', ' '))}" for t in found]
        + [f"v=spf1 {t.meant}" for text in found for t in spf.parse(f"v=spf1 {text}").faults]
        + [
            f"v=spf1 {s.decode('latin-1')}"
            for a in answers
            for r in a.records
            if isinstance(r, Txt)
            for s in r.strings
        ]
    )


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.TIMEOUT, Status.REFUSED])
@pytest.mark.parametrize(
    ("check_id", "term"),
    [
        ("spf-include-without-record", "include:slow.example.net"),
        ("spf-redirect-without-record", "redirect=slow.example.net"),
        ("spf-term-without-address", "a:slow.example.net"),
        ("spf-term-without-address", "mx:slow.example.net"),
        ("spf-explanation-missing", "exp=slow.example.net"),
    ],
)
def test_no_answer_is_not_the_same_as_no_record(check_id: str, term: str, status: Status) -> None:
    """Row "NXDOMAIN and SERVFAIL merged"."""
    world = f'example.com. TXT "v=spf1 ip4:192.0.2.1 {term}"'
    assert judged(check_id, world, ips=(IP,), failing=Status.NXDOMAIN).verdict is Verdict.FAIL
    assert judged(check_id, world, ips=(IP,), failing=status).verdict is Verdict.UNKNOWN
