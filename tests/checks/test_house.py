"""House rules, over all checks."""

from __future__ import annotations

import asyncio
import inspect
import ipaddress
import re
import tomllib
from pathlib import Path

import pytest

from deliverkit.bounces import catalogue, replies
from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.engine.compare import compare
from deliverkit.facts import blocklists, values
from deliverkit.facts.observers import OBSERVERS
from deliverkit.model.verdict import Severity
from deliverkit.records import hostname
from tests.checks.cases import Case, cases, path_of

HERE = Path(__file__).parent
IDS = registry.ids()
ALL = [case for check_id in IDS for case in cases(check_id)]
FIRING = [case for case in ALL if any(o.findings for o in case.outcomes)]
RFCS = {int(k): v for k, v in tomllib.loads((HERE.parent / "rfcs.toml").read_text("utf-8")).items()}
_SOURCE = re.compile(
    r"RFC (?P<rfc>\d+)( (?:section|appendix) [0-9A-Z.]+)?\Z"
    r"|(?P<receiver>[a-z-]+) .+ \((?P<date>\d{4}-\d{2}(-\d{2})?)\)\Z"
)


def test_ids_are_promises() -> None:
    """An id is used in scripts and baselines: one may be added, none may vanish or change."""
    assert list(IDS) == (HERE / "ids.txt").read_text("utf-8").split()


@pytest.mark.parametrize("check_id", IDS)
def test_id_is_kebab_without_numbers(check_id: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+[0-9]?)+", check_id)


@pytest.mark.parametrize("check_id", IDS)
def test_page_has_the_headings_in_order(check_id: str) -> None:
    page = registry.describe(check_id).page
    assert page.title
    assert not page.title.endswith(".")
    assert tuple(heading for heading, _ in page.sections) == registry.HEADINGS
    assert all(text for _, text in page.sections)


@pytest.mark.parametrize("check_id", IDS)
def test_a_rule_read_is_the_rule_that_runs(check_id: str) -> None:
    assert registry.describe(check_id).rule == registry.load(check_id).rule


@pytest.mark.parametrize("check_id", IDS)
def test_sources_are_in_force(check_id: str) -> None:
    sources = registry.load(check_id).rule.sources
    assert sources
    for source in sources:
        m = _SOURCE.match(source)
        assert m, source
        if m["rfc"]:
            assert "obsoleted_by" not in RFCS[int(m["rfc"])], source
        else:
            assert m["receiver"] in (*replies.receiver_names(), "spamhaus", "barracuda", "spamcop"), source


@pytest.mark.parametrize("check_id", IDS)
def test_bounces_are_in_the_catalogue(check_id: str) -> None:
    rule = registry.load(check_id).rule
    bounces = rule.bounces
    assert bounces or rule.severity is Severity.NOTE  # what harms nothing today may cause no bounce
    assert all(b.code in catalogue.codes() for b in bounces)


@pytest.mark.parametrize("check_id", [i for i in IDS if i.startswith(("spf-", "dkim-", "dmarc-"))])
def test_authentication_checks_weigh_forgery_too(check_id: str) -> None:
    source = inspect.getsource(inspect.getmodule(registry.load(check_id).judge) or registry)
    assert source.count("\n    spoofing=") == 1


@pytest.mark.parametrize("code", catalogue.codes())
def test_codes_name_the_checks_that_predict_them(code: int) -> None:
    rules = {c.id: c.rule for c in registry.discover()}
    predicting = {check_id for check_id, rule in rules.items() if any(b.code == code for b in rule.bounces)}
    assert list(catalogue.load(code).predicted_by) == sorted(predicting)


@pytest.mark.parametrize("check_id", IDS)
def test_facts_are_observed(check_id: str) -> None:
    wants = registry.load(check_id).wants
    assert wants
    assert all(issubclass(t, values.Fact) and t in OBSERVERS for t in wants)


@pytest.mark.parametrize("check_id", IDS)
def test_data_file_covers_firing_quiet_and_unsettled(check_id: str) -> None:
    verdicts = {o.verdict for case in cases(check_id) for o in case.outcomes}
    assert {"FAIL", "PASS"} <= verdicts
    assert any(case.open for case in cases(check_id)) or not _asks(check_id)


def _asks(check_id: str) -> bool:
    """Whether any case of the check rests on an answer at all."""
    check = registry.load(check_id)
    return any(
        o.rests_on
        for case in cases(check_id)
        for o in asyncio.run(report(case.subject, case.resolver(), [check])).outcomes
    )


def test_every_data_file_belongs_to_a_check() -> None:
    assert set(HERE.glob("*/*.toml")) == {path_of(check_id) for check_id in IDS}


@pytest.mark.parametrize("case", ALL, ids=str)
def test_fixtures_use_documentation_names_and_addresses(case: Case) -> None:
    zones = [zone.partition(".")[2] if row.key else zone for zone, row in blocklists.catalogue().items()]
    for line in case.world.splitlines():
        owner = line.split(";")[0].split(" ")[0].removesuffix(".")
        if not owner or owner.startswith("$"):
            continue
        reserved = re.search(r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost|local|arpa)$", owner)
        assert reserved or any(owner.endswith(zone) for zone in zones), line
    for text in re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", case.world):
        a = ipaddress.ip_address(text)
        documented = not hostname.is_unreachable(text) and not a.is_global
        assert documented or a.is_loopback or a.is_private or a in ipaddress.ip_network("100.64.0.0/10"), text


@pytest.mark.parametrize("case", FIRING, ids=str)
def test_remedy_turns_its_finding_off_and_adds_none(case: Case) -> None:
    check = registry.load(case.check_id)
    world = case.resolver(strict=False)
    before = asyncio.run(report(case.subject, world, [check]))
    for finding in before.findings:
        if finding.remedy is None:
            # A policy is not to be raised on mail that nobody has seen pass.
            raising = finding.id in ("dmarc-not-enforcing", "bimi-policy-weak")
            assert raising and finding.message.endswith("-unproven")
            continue
        if finding.remedy.key == "use-public-domain":  # which domain that is nobody can tell
            assert not (finding.remedy.changes or finding.remedy.settings)
            continue
        subject, fixed = remedy.apply([finding.remedy], case.subject, world)
        after = asyncio.run(report(subject, fixed, [check]))
        gone = {f.key for f in before.findings} - {f.key for f in after.findings}
        assert finding.key in gone
        assert compare(before, after).introduced == ()
