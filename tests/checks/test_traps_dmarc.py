"""Traps that other tools fell into, and edge cases of RFC 9989: the whole DMARC family over one small world each.

Each row names everything that the family finds, so nothing is told twice and nothing is told that harms nobody.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import pytest

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.model.remedy import RecordChange
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity, Verdict
from deliverkit.records import dmarc, dmarc_edit
from deliverkit.resolver.zonefile import Zone
from tests.checks.cases import Case, cases

CHECKS = [registry.load(i) for i in registry.ids() if i.startswith("dmarc-")]
FIRING = [case for c in CHECKS for case in cases(c.id) if any(o.findings for o in case.outcomes)]
RUA = "rua=mailto:dmarc@example.com"
SOUND = """
example.com. MX 10 mail.example.com.
example.com. TXT "v=spf1 ip4:192.0.2.25 ~all"
s1._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=MDdsVQRBw9Oko3ht9ZLNqtb19ZKLA3UUGeV6h0FBhuU="
news.example.com. MX 10 mail.example.com.
news.example.com. TXT "v=spf1 ip4:192.0.2.25 ~all"
s1._domainkey.news.example.com. TXT "v=DKIM1; k=ed25519; p=MDdsVQRBw9Oko3ht9ZLNqtb19ZKLA3UUGeV6h0FBhuU="
"""
STREAM: dict[str, object] = {"domain": "example.com", "ips": ("192.0.2.25",), "selectors": ("s1",)}
BELOW = STREAM | {"domain": "news.example.com"}
GONE = STREAM | {
    "domain": "gone.example.com",
    "mail_from": "example.com",
    "selectors": ("s1._domainkey.example.com",),
}


def judged(world: str, subject: Mapping[str, object]) -> Report:
    return asyncio.run(report(Subject(**subject), Zone.from_text(world), CHECKS))  # type: ignore[arg-type]


def own(record: str) -> str:
    return f'_dmarc.example.com. TXT "{record}"\n'


@pytest.mark.parametrize(
    ("trap", "world", "subject", "found"),
    [
        ("a sound record", own(f"v=DMARC1; p=reject; {RUA}"), STREAM, []),
        ("an unknown tag is no error", own(f"v=DMARC1; p=reject; {RUA}; x=1; new=tag"), STREAM, []),
        ("blanks, capital letters and ;; are no error", own(f"v=DMARC1;; P = Reject ; {RUA} ;"), STREAM, []),
        ("np, psd=n and psd=u are no error", own(f"v=DMARC1; p=reject; np=reject; psd=u; {RUA}"), STREAM, []),
        ("p=none is worth a note", own(f"v=DMARC1; p=none; {RUA}"), STREAM, ["dmarc-not-enforcing"]),
        ("p missing is none", own(f"v=DMARC1; {RUA}"), STREAM, ["dmarc-syntax"]),
        ("p invalid, with rua: none", own(f"v=DMARC1; p=rejct; {RUA}"), STREAM, ["dmarc-syntax"]),
        ("p invalid, without rua: no DMARC", own("v=DMARC1; p=rejct"), STREAM, ["dmarc-syntax"]),
        ("ruf invalid", own(f"v=DMARC1; p=reject; {RUA}; ruf=x"), STREAM, ["dmarc-syntax"]),
        ("pct=100 holds nothing back", own(f"v=DMARC1; p=reject; pct=100; {RUA}"), STREAM, ["dmarc-syntax"]),
        ("pct below 100", own(f"v=DMARC1; p=reject; pct=50; {RUA}"), STREAM, ["dmarc-percentage-ignored"]),
        ("pct=0", own(f"v=DMARC1; p=reject; pct=0; {RUA}"), STREAM, ["dmarc-percentage-ignored"]),
        ("t=y under none", own(f"v=DMARC1; p=none; t=y; {RUA}"), STREAM, ["dmarc-not-enforcing"]),
        ("t=y under quarantine", own(f"v=DMARC1; p=quarantine; t=y; {RUA}"), STREAM, ["dmarc-test-mode"]),
        ("t=y under reject", own(f"v=DMARC1; p=reject; t=y; {RUA}"), STREAM, ["dmarc-test-mode"]),
        (
            "several records at one level, a valid one above",
            own(f"v=DMARC1; p=reject; {RUA}")
            + '_dmarc.news.example.com. TXT "v=DMARC1; p=none"\n_dmarc.news.example.com. TXT "v=DMARC1; p=reject"',
            BELOW,
            ["dmarc-several-records"],
        ),
        (
            "unrelated texts beside the record",
            own(f"v=DMARC1; p=reject; {RUA}") + own("v=spf1 -all") + own("site-verification=1"),
            STREAM,
            [],
        ),
        (
            "psd=y at the TLD",
            '_dmarc.com. TXT "v=DMARC1; p=none; psd=y"\n' + own(f"v=DMARC1; p=reject; {RUA}"),
            BELOW,
            [],
        ),
        ("only the registry has a record", '_dmarc.com. TXT "v=DMARC1; p=reject; psd=y"', STREAM, []),
        (
            "a record behind an alias",
            f'_dmarc.example.com. CNAME d.example.net.\nd.example.net. TXT "v=DMARC1; p=reject; {RUA}"',
            STREAM,
            [],
        ),
        (
            "nine labels: the eighth is jumped over",
            '_dmarc.b.c.d.e.f.g.example.com. TXT "v=DMARC1; p=reject"',
            {"domain": "a.b.c.d.e.f.g.example.com"},
            ["dmarc-too-deep"],
        ),
        (
            "strict mode is enforced: a sub-domain does not align",
            own(f"v=DMARC1; p=reject; aspf=s; adkim=s; {RUA}"),
            STREAM | {"mail_from": "news.example.com", "selectors": ("s1._domainkey.news.example.com",)},
            ["dmarc-not-aligned"],
        ),
        (
            "strict mode of SPF alone, and DKIM is the very same domain",
            own(f"v=DMARC1; p=reject; aspf=s; {RUA}"),
            STREAM | {"mail_from": "news.example.com"},
            ["dmarc-strict-alignment"],
        ),
        (
            "np=none, and the From domain does not exist",
            own(f"v=DMARC1; p=reject; sp=reject; np=none; {RUA}"),
            GONE,
            ["dmarc-nonexistent-weaker"],
        ),
        (
            "a wildcard text is no DKIM key: SPF fails, and nothing makes up for it",
            own(f"v=DMARC1; p=reject; {RUA}") + '*._domainkey.example.com. TXT "v=DKIM1 is not here"',
            STREAM | {"ips": ("192.0.2.26",), "selectors": ("s2",)},
            ["dmarc-fails"],
        ),
        (
            "reports to a stranger who has not agreed",
            own("v=DMARC1; p=reject; rua=mailto:d@example.net") + "example.net. MX 10 mx.example.net.",
            STREAM,
            ["dmarc-report-not-authorised"],
        ),
        (
            "several faults of one record, each once",
            own("v=DMARC1; p=reject; sp=none; t=y; adkim=x; rua=mailto:d@gone.example.net"),
            STREAM,
            ["dmarc-report-host-missing", "dmarc-subdomains-weaker", "dmarc-syntax", "dmarc-test-mode"],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and "TXT" not in value else "",
)
def test_what_the_family_finds(
    trap: str, world: str, subject: Mapping[str, object], found: list[str]
) -> None:
    result = judged(SOUND + world, subject)
    assert sorted(f.id for f in result.findings) == found, trap
    assert not any(result.with_verdict(Verdict.UNKNOWN))


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.TIMEOUT, Status.REFUSED])
def test_a_failure_is_no_missing_record(status: Status) -> None:
    class Failing:
        async def ask(self, question: Question) -> Answer:
            if question.name.startswith("_dmarc."):
                return Answer(question, status)
            return await Zone.from_text(SOUND).ask(question)

    result = asyncio.run(
        report(Subject("example.com", ("192.0.2.25",), selectors=("s1",)), Failing(), CHECKS)
    )
    assert result.findings == ()
    assert {o.verdict for o in result.outcomes} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(("np", "exists", "weight"), [("none", False, "none"), ("none", True, "reject")])
def test_np_is_for_names_that_do_not_exist(np: str, exists: bool, weight: str) -> None:
    """RFC 9989 section 3.2.13: a name whose answer is NXDOMAIN, and nothing else."""
    world = own(f"v=DMARC1; p=reject; np={np}; {RUA}") + "example.net. MX 10 mx.example.net.\n"
    there = "gone.example.com. TXT here\n" if exists else ""
    subject = GONE | {"mail_from": "example.net", "selectors": ("s1._domainkey.example.net",)}
    (found,) = (f for f in judged(world + there, subject).findings if f.id == "dmarc-not-aligned")
    assert found.message == weight


def published(case: Case) -> list[tuple[bool, RecordChange]]:
    """What the remedies of a case change, each with whether it is called safe."""
    found = asyncio.run(
        report(case.subject, case.resolver(strict=False), [registry.load(case.check_id)])
    ).findings
    return [(f.remedy.safe, c) for f in found if f.remedy is not None for c in f.remedy.changes]


def texts(change: RecordChange) -> list[str]:
    filled = [
        v.text.replace(dmarc_edit.REPORT_ADDRESS, "a@example.com")
        for v in change.values
        if isinstance(v, Txt)
    ]
    return [text for text in filled if dmarc.is_dmarc(text)]


@pytest.mark.parametrize("case", FIRING, ids=str)
def test_what_is_to_be_published_stands_our_own_test(case: Case) -> None:
    for safe, change in published(case):
        for text in texts(change):
            if change.action == "remove":
                continue
            record = dmarc.parse(text)
            behind_alias = change.by == "zone-owner"
            assert re.match(r"_dmarc\.|.+\._report\._dmarc\.", change.name) or behind_alias
            assert "pct=100" not in text
            assert all(map(dmarc_edit.report_host, record.rua)) or "https:" in text
            if safe and "_report" not in change.name:
                before = dmarc_records_at(case, change.name)
                assert dmarc.strictness(record.p) <= max([1, *map(dmarc.strictness, before)]), text


def dmarc_records_at(case: Case, name: str) -> list[str]:
    """The policies in force at a name before the remedy; none where several records void each other."""
    answer = asyncio.run(case.resolver(strict=False).ask(Question(name, "TXT")))
    records = [dmarc.parse(text) for text in answer.texts if dmarc.is_dmarc(text)]
    return [r.p for r in records] if len(records) == 1 else []


def test_advice_keeps_the_ending_of_spf() -> None:
    """``~all`` stays: ``-all`` makes no mail arrive, and breaks forwarding."""
    spf = [
        v.text
        for case in cases("dmarc-fails")
        for _, c in published(case)
        for v in c.values
        if isinstance(v, Txt)
    ]
    changed = [text for text in spf if "~all" in text]
    assert changed
    assert published(cases("dmarc-fails")[0])[0][1].values[-1] == Txt.of(
        "v=spf1 ip4:198.51.100.1 ip4:192.0.2.25 ~all"
    )


def test_no_selector_is_guessed() -> None:
    """Without selectors nobody knows whether the mail is signed, so nothing is found."""
    subject = {"domain": "example.com", "ips": ("192.0.2.26",)}
    result = judged(SOUND + own(f"v=DMARC1; p=reject; {RUA}"), subject)
    assert result.findings == ()
    skipped = {o.check_id for o in result.outcomes if o.reason and o.reason.data == ("--selector",)}
    assert skipped == {"dmarc-fails", "dmarc-only-spf-aligned"}


def test_a_plan_goes_one_stage_at_a_time() -> None:
    """none, quarantine, reject: never two at once, and none while something else is to be mended."""
    world = Zone.from_text(SOUND + own("v=DMARC1; p=none; sp=none"))
    subject = Subject("example.com", ("192.0.2.25",), selectors=("s1",))
    found = asyncio.run(report(subject, world, CHECKS))
    assert {f.id for f in found.findings} == {"dmarc-no-reports", "dmarc-not-enforcing"}
    plan = asyncio.run(remedy.plan(found, world, CHECKS))
    (step,) = plan.steps
    assert [v.text for c in step.changes for v in c.values if isinstance(v, Txt)] == [
        f"v=DMARC1; p=none; sp=none; rua=mailto:{dmarc_edit.REPORT_ADDRESS}"
    ]
    assert ([f.id for f in plan.left], plan.introduced) == (["dmarc-not-enforcing"], ())


def test_none_is_a_note_for_delivery_and_more_for_forgery() -> None:
    (found,) = judged(SOUND + own(f"v=DMARC1; p=none; {RUA}"), STREAM).findings
    assert (found.severity, found.spoofing, found.consequences) == (Severity.NOTE, Severity.WARNING, ())
