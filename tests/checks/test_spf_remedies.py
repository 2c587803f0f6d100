"""Exactly what the checks for single SPF faults tell people to publish, and what their findings weigh."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import NamedTuple

import pytest

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.model.answer import Answer, Question
from deliverkit.model.remedy import Actor
from deliverkit.model.report import Finding
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.resolver import Resolver
from deliverkit.resolver.zonefile import Zone
from tests.checks.cases import Case, cases
from tests.checks.test_auth_remedies import OTHER, Change, added, replaced, shown

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Told(NamedTuple):
    """``record``: what the envelope domain is to publish. ``kept``: another text of the name. ``bounces``: code,
    likelihood and stage."""

    check_id: str
    case: str
    record: str
    severity: Severity
    spoofing: Severity | None
    bounces: tuple[str, ...] = ()
    safe: bool = True
    kept: str = ""
    key: str = ""


LIKELY, POSSIBLE = ("941 LIKELY MAIL",), ("941 POSSIBLE MAIL",)
TOLD = [
    Told(
        "spf-include-without-record",
        "an include that has no record",
        "v=spf1 ip4:192.0.2.0/24 ~all",
        *(ERROR, WARNING, LIKELY, False, OTHER, "mend"),
    ),
    Told(
        "spf-include-without-record",
        "one level down, and the given address is found before",
        "v=spf1 ip4:192.0.2.25 ip4:198.51.100.0/24 ~all",
        *(WARNING, WARNING, POSSIBLE, False, "", "write-out"),
    ),
    Told(
        "spf-include-without-record",
        "two of them, and both are one finding",
        "v=spf1 mx ~all",
        *(ERROR, WARNING, LIKELY, False),
    ),
    Told(
        "spf-redirect-without-record",
        "a redirect to nowhere, the address not named",
        "v=spf1 ip4:192.0.2.25 ~all",
        *(ERROR, WARNING, LIKELY, False, "", "mend"),
    ),
    Told(
        "spf-redirect-without-record",
        "in an included record, no address given",
        "v=spf1 ip4:198.51.100.0/24 mx -all",
        *(ERROR, WARNING, LIKELY, False, "", "write-out"),
    ),
    Told(
        "spf-include-loop",
        "two that include each other",
        "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.9 ~all",
        *(ERROR, WARNING, LIKELY, False),
    ),
    Told("spf-include-loop", "a redirect that comes back", "v=spf1 a ~all", ERROR, WARNING, LIKELY, False),
    Told(
        "spf-include-broken",
        "several records, the given address is found before",
        "v=spf1 ip4:192.0.2.25 ~all",
        *(WARNING, WARNING, POSSIBLE, False),
    ),
    Told("spf-too-many-mx", "eleven hosts", "v=spf1 ip4:192.0.2.25 ~all", ERROR, WARNING, LIKELY, False),
    Told(
        "spf-include-passes-all",
        "the included record ends in plus all",
        "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.25 -all",
        *(WARNING, Severity.ERROR, ("941 POSSIBLE MAIL", "913 POSSIBLE DATA"), False),
    ),
    Told(
        "spf-include-passes-all",
        "a network that is the world",
        "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.25 ~all",
        *(WARNING, Severity.ERROR, ("941 POSSIBLE MAIL", "913 POSSIBLE DATA"), False, "", "write-out"),
    ),
    Told(
        "spf-passes-all",
        "an exists that matches everybody",
        "v=spf1 ip4:192.0.2.25 -all",
        *(WARNING, Severity.ERROR, ("941 POSSIBLE MAIL", "913 POSSIBLE DATA"), False, "", "drop"),
    ),
    Told(
        "spf-lookups-near-limit",
        "nine, through an include",
        "v=spf1 ip4:192.0.2.25 ip4:198.51.100.1 exists:%{i}.1.example.net exists:%{i}.2.example.net"
        " exists:%{i}.3.example.net exists:%{i}.4.example.net exists:%{i}.5.example.net ~all",
        *(NOTE, None, (), False, OTHER, "flatten"),
    ),
    Told(
        "spf-redirect-ignored",
        "redirect behind all",
        "v=spf1 ip4:192.0.2.25 -all",
        *(NOTE, None, (), True, OTHER),
    ),
    Told(
        "spf-terms-after-all",
        "a service that was added at the end",
        "v=spf1 ip4:192.0.2.25 include:_spf.example.net -all",
        *(NOTE, None, (), False, OTHER, "move"),
    ),
    Told(
        "spf-terms-after-all",
        "a second ending, and a term that stands in front as well",
        "v=spf1 mx a ~all",
        *(NOTE, None, (), False),
    ),
    Told("spf-terms-after-all", "only a second ending", "v=spf1 mx ~all", NOTE, None, (), False, "", "drop"),
    Told("spf-no-ending", "only a network", "v=spf1 ip4:192.0.2.0/24 ~all", NOTE, WARNING, (), False, OTHER),
    Told("spf-no-ending", "nothing but the version", "v=spf1 ip4:192.0.2.25 ~all", NOTE, WARNING, (), False),
    Told(
        "spf-neutral-ending",
        "question mark all",
        "v=spf1 ip4:192.0.2.0/24 ~all",
        *(NOTE, WARNING, (), False, OTHER),
    ),
    Told("spf-uses-ptr", "two of them", "v=spf1 mx ip4:192.0.2.25 -all", NOTE, NOTE, (), False, OTHER),
    Told(
        "spf-network-too-wide",
        "a digit is lost",
        "v=spf1 mx ip4:192.0.2.25 -all",
        *(WARNING, ERROR, POSSIBLE, False, OTHER),
    ),
    Told(
        "spf-network-too-wide",
        "a /13, named as a network",
        "v=spf1 ip4:192.0.2.25 ~all",
        *(WARNING, WARNING, POSSIBLE, False),
    ),
    Told(
        "spf-network-too-wide",
        "IPv6, and prefixes of a and mx",
        "v=spf1 a mx:example.net ip6:2001:db8::25 -all",
        *(WARNING, WARNING, POSSIBLE, False),
    ),
    Told(
        "spf-private-network",
        "the network behind the firewall",
        "v=spf1 ip4:192.0.2.25 -all",
        *(NOTE, None, (), True, OTHER),
    ),
    Told("spf-private-network", "nothing else", "v=spf1 ip4:192.0.2.25 ~all", NOTE, None),
    Told(
        "spf-strings-run-together",
        "two includes, no address given",
        "v=spf1 include:a.example.net include:b.example.net ~all",
        *(ERROR, WARNING, LIKELY, True, OTHER),
    ),
    Told(
        "spf-strings-run-together",
        "the given address is found before",
        "v=spf1 ip4:192.0.2.25 a:mail.example.net -all",
        *(WARNING, WARNING, POSSIBLE, True, "v=other"),
    ),
    Told(
        "spf-version-misspelt",
        "semicolons",
        "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.25 -all",
        *(ERROR, WARNING, LIKELY, True, OTHER),
    ),
    Told(
        "spf-version-misspelt",
        "a blank in front, and another text without v",
        "v=spf1 a include:_spf.example.net ip4:192.0.2.25 ~all",
        *(ERROR, WARNING, LIKELY),
    ),
    Told(
        "spf-version-misspelt",
        "nothing but the version, and a semicolon",
        "v=spf1 ip4:192.0.2.25 ~all",
        *(ERROR, WARNING, LIKELY),
    ),
    Told(
        "spf-unknown-modifier",
        "an equals sign in the place of the colon",
        "v=spf1 ip4:192.0.2.25 mx ~all",
        *(WARNING, None, POSSIBLE, True, OTHER),
    ),
    Told(
        "spf-unknown-modifier",
        "a misspelt redirect",
        "v=spf1 mx redirect=_spf.example.net",
        *(WARNING, None, POSSIBLE),
    ),
    Told("spf-unknown-modifier", "a term of another kind of record", "v=spf1 mx -all", NOTE, None),
    Told(
        "spf-duplicate-term",
        "a service twice, and a network in other letters",
        "v=spf1 include:_spf.example.net ip6:2001:DB8::/32 ~all",
        *(NOTE, None, (), True, OTHER),
    ),
    Told(
        "spf-term-without-address",
        "a server that is gone",
        "v=spf1 ip4:192.0.2.25 -all",
        *(NOTE, NOTE, (), True, OTHER),
    ),
    Told("spf-explanation-missing", "two texts", "v=spf1 mx -all", NOTE, None),
]


@pytest.mark.parametrize("told", TOLD, ids=lambda t: f"{t.check_id}: {t.case}")
@pytest.mark.usefixtures("nothing_else_passes")
def test_what_to_publish_and_what_it_weighs(told: Told) -> None:
    found = _finding(told.check_id, told.case)
    assert _changes(found) == replaced("example.com", *filter(None, [told.kept, told.record]))
    assert (found.severity, found.spoofing) == (told.severity, told.spoofing)
    assert found.remedy is not None
    assert found.remedy.safe is told.safe
    assert told.key in ("", found.remedy.key)
    bounces = (f"{c.code} {Likelihood(c.likelihood).name} {Stage(c.stage).name}" for c in found.consequences)
    assert tuple(bounces) == told.bounces


def test_a_long_record_is_spread_over_several() -> None:
    changes = _changes(_finding("spf-record-too-long", "twenty-four networks"))
    names = ("_spf1.example.com", "_spf2.example.com")
    includes = " ".join(f"include:{name}" for name in names)
    assert changes[2:] == replaced("example.com", OTHER, f"v=spf1 mx {includes} -all")
    parts = [values[0] for _, _, values in changes[:2]]
    assert changes[:2] == [*added(names[0], parts[0]), *added(names[1], parts[1])]
    networks = [t for part in parts for t in part.removeprefix("v=spf1 ").removesuffix(" ~all").split()]
    assert networks == [f"ip4:198.51.100.{i * 8}/29" for i in range(24)]


@pytest.mark.parametrize(
    ("name", "record", "severity", "bounces"),
    [
        (
            "fail, and the envelope domain passes",
            "v=spf1 ip4:198.51.100.7 ip4:192.0.2.25 -all",
            WARNING,
            [(941, Likelihood.POSSIBLE, Stage.HELO)],
        ),
        ("softfail for one address of two", "v=spf1 a ip6:2001:db8::25 ~all", NOTE, []),
        ("a syntax error", "v=spf1 ip4:192.0.2.25 -all", NOTE, []),
        (
            "neutral says nothing against it, permerror does",
            "v=spf1 ip4:198.51.100.7 ?ip4:192.0.2.25 include:gone.example.net -all",
            NOTE,
            [],
        ),
    ],
)
def test_the_helo_name(
    name: str, record: str, severity: Severity, bounces: list[tuple[int, Likelihood, Stage]]
) -> None:
    found = _finding("spf-helo-not-authorised", name)
    assert _changes(found)[0][1:] == (
        "mail.example.com TXT",
        (OTHER, record) if severity is WARNING else (record,),
    )
    assert found.severity is severity
    assert [(c.code, c.likelihood, c.stage) for c in found.consequences] == bounces


def _finding(check_id: str, name: str) -> Finding:
    (case,) = (c for c in cases(check_id) if c.name == name)
    (found,) = asyncio.run(report(case.subject, case.resolver(), [registry.load(check_id)])).findings
    return found


def _changes(found: Finding) -> list[Change]:
    assert found.remedy is not None
    return [(str(c.action), f"{c.name} {c.rtype}", tuple(map(shown, c.values))) for c in found.remedy.changes]


class Aliased:
    """The names of the stream lead, for TXT, to a service that holds the records."""

    def __init__(self, names: tuple[str, ...], below: Resolver) -> None:
        self.names, self.below = names, below

    async def ask(self, question: Question) -> Answer:
        answer = await self.below.ask(question)
        led = question.rtype == "TXT" and question.name in self.names
        return dataclasses.replace(answer, aliases=("a.example.test", HOLDER)) if led else answer


HOLDER = "spf.service.test"
SPF_CASES = [
    case
    for check_id in registry.ids()
    if check_id.startswith("spf-")
    for case in cases(check_id)
    if any(o.findings for o in case.outcomes)
]


@pytest.mark.parametrize("case", SPF_CASES, ids=str)
def test_behind_an_alias_the_record_changes_where_it_stands(case: Case) -> None:
    helo = (case.subject.helo or "").lower().removesuffix(".")
    names = (case.subject.envelope_domain, helo)
    world = Aliased(names, case.resolver())
    found = asyncio.run(report(case.subject, world, [registry.load(case.check_id)])).findings
    changes = [c for f in found if f.remedy for c in f.remedy.changes]
    assert {(c.name, c.rtype, c.by) for c in changes if not c.name.startswith("_spf")} == {
        (HOLDER, "TXT", Actor.ZONE_OWNER)
    }
    assert all(c.name.endswith(HOLDER) and c.by is Actor.ZONE_OWNER for c in changes)


@pytest.mark.parametrize(
    ("mail_from", "by"),
    [
        ("b@example.com", Actor.YOU),
        ("b@news.example.com", Actor.YOU),
        ("b@esp.test", Actor.ZONE_OWNER),
        ("b@notexample.com", Actor.ZONE_OWNER),
    ],
)
def test_who_changes_the_record(mail_from: str, by: Actor) -> None:
    subject = Subject("example.com", ips=("192.0.2.25",), mail_from=mail_from)
    zone = Zone.from_text(f'{subject.envelope_domain}. TXT "v=spf1 ip4:198.51.100.1 -all"')
    (found,) = asyncio.run(report(subject, zone, [registry.load("spf-ip-not-authorised")])).findings
    assert found.remedy is not None
    assert [(c.name, c.by) for c in found.remedy.changes] == [(subject.envelope_domain, by)]


def test_below_the_from_domain_and_above_it_is_one_organisation() -> None:
    subject = Subject("news.example.com", ips=("192.0.2.25",), mail_from="b@Example.com")
    zone = Zone.from_text('example.com. TXT "v=spf1 -all"')
    (found,) = asyncio.run(report(subject, zone, [registry.load("spf-ip-not-authorised")])).findings
    assert found.remedy is not None
    assert found.remedy.changes[0].by is Actor.YOU


def test_all_addresses_that_are_not_authorised_are_named_in_one_step() -> None:
    last = (10, 9, 100, *range(20, 30), 1)
    ips = (*(f"192.0.2.{i}" for i in last), "2001:db8::10", "2001:db8::9")
    subject = Subject("example.com", ips=(*ips, "198.51.100.1"))
    zone = Zone.from_text('example.com. TXT "v=spf1 ip4:198.51.100.0/24 -all"')
    checks = [registry.load("spf-ip-not-authorised")]
    found = asyncio.run(report(subject, zone, checks))
    assert len(found.findings) == len(ips)
    plan = asyncio.run(remedy.plan(found, zone, checks))
    (step,) = plan.steps
    assert len(step.cures) == 1
    assert len(step.solves) == len(ips)
    assert not plan.left
    four = " ".join(f"ip4:192.0.2.{i}" for i in (1, 9, 10, *range(20, 30), 100))
    record = f"v=spf1 ip4:198.51.100.0/24 {four} ip6:2001:db8::9 ip6:2001:db8::10 -all"
    assert [[shown(v) for v in c.values] for c in step.changes] == [[record]]
