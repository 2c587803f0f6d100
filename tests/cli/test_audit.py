"""The audit over the example world: exit statuses, options, and what each of them does to the report."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from deliverkit.engine import registry
from deliverkit.lab import world
from deliverkit.model.answer import Question, Status
from tests.cli.running import Ending, call, process, served, stream


def lab_call(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = call("audit", *arguments, "--lab", "--format", "json")
    assert result.stderr == ""
    document: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, document


def found(document: dict[str, Any]) -> list[str]:
    return sorted(f["id"] for f in document["findings"])


@pytest.mark.parametrize(
    ("domain", "never", "error", "warning"),
    [
        ("healthy.example", 0, 0, 0),
        ("broken.example", 0, 1, 1),
        ("dmarc-missing.example", 0, 0, 1),  # a warning
        ("ptr-differs-from-helo.example", 0, 0, 0),  # a note
        ("refused.example", 0, 0, 3),  # a blocklist that could weigh a warning keeps silent
    ],
)
def test_fail_on_says_what_weighs_enough(domain: str, never: int, error: int, warning: int) -> None:
    for fail_on, status in (("never", never), ("error", error), ("warning", warning)):
        result = call("audit", domain, "--lab", "--fail-on", fail_on)
        assert (result.exit_code, result.stderr) == (status, ""), fail_on


def test_errors_are_what_counts_where_nothing_is_said() -> None:
    assert call("audit", "dmarc-missing.example", "--lab").exit_code == 0
    assert call("audit", "broken.example", "--lab").exit_code == 1


@pytest.mark.parametrize(("fail_on", "status"), [("never", 3), ("error", 3), ("warning", 1)])
def test_a_finding_that_weighs_enough_comes_before_what_could_not_be_told(fail_on: str, status: int) -> None:
    """One warning, and an error that could not be looked for."""
    arguments = ["audit", "dmarc-missing.example", "--lab", "--fault", "sentinel:zen.spamhaus.org"]
    result = call(*arguments, "--fail-on", fail_on)
    assert result.exit_code == status
    assert "The blocklist refuses the resolver that asks." in " ".join(result.stdout.split())


@pytest.mark.parametrize("domain", [s.name for s in world.streams()])
def test_every_example_through_the_front_door(domain: str) -> None:
    status, document = lab_call(domain)
    jsonschema.validate(
        document, json.loads(call("schema", "report").stdout), jsonschema.Draft202012Validator
    )
    assert found(document) == sorted(stream(domain).expect)
    errors = any(f["severity"] == "error" for f in document["findings"])
    assert status == int(errors)


def test_text_and_json_say_the_same() -> None:
    text = call("audit", "broken.example", "--lab").stdout
    _, document = lab_call("broken.example")
    summary = document["summary"]
    assert text.startswith("Will mail from broken.example bounce?\n\n✗ Yes.")
    assert summary["will_bounce"] == "yes"
    assert [c["code"] for c in summary["codes"]] == [914, 917, 941, 916]
    lines = [
        line
        for step in document["plan"]["steps"]
        for change in step["changes"]
        for line in change["zone_lines"]
    ]
    assert lines
    assert all(f"\n{line}\n" in text for line in lines if " 127.0.0.3" not in line)


class TestOptions:
    """Each option over the healthy stream, whose report would find nothing without it."""

    def test_helo(self) -> None:
        assert found(lab_call("healthy.example", "--helo", "web01")[1]) == ["helo-not-fqdn"]

    def test_an_empty_helo_is_said_to_be_empty(self) -> None:
        assert found(lab_call("healthy.example", "--helo", "")[1]) == ["helo-empty"]

    def test_ip(self) -> None:
        _, document = lab_call("healthy.example", "--ip", "203.0.113.1", "--ip", "203.0.113.23")
        assert {"dnsbl-ip-listed", "spf-ip-not-authorised"} <= set(found(document))
        assert document["subject"]["ips"] == ["203.0.113.1", "203.0.113.23"]

    def test_mail_from(self) -> None:
        _, document = lab_call("healthy.example", "--mail-from", "bounce@nobody.example")
        assert "sender-domain-missing" in found(document)
        assert document["subject"]["envelope_domain"] == "nobody.example"

    def test_selector(self) -> None:
        assert found(lab_call("healthy.example", "--selector", "s2")[1]) == ["dkim-selector-missing"]

    def test_a_selector_may_be_a_whole_key_name(self) -> None:
        key = "s1._domainkey.letters.example"
        assert found(lab_call("healthy.example", "--selector", "s1", "--selector", key)[1]) == []

    def test_fault(self) -> None:
        status, document = lab_call("healthy.example", "--fault", "servfail:_dmarc.healthy.example")
        unknown = {o["check"] for o in document["outcomes"] if o["verdict"] == "unknown"}
        assert unknown == {i for i in registry.ids() if i.startswith("dmarc-")} | {"dnssec-bogus"}
        assert (status, found(document)) == (3, [])

    def test_several_faults_and_a_delay(self) -> None:
        faults = ["--fault", "truncate:.", "--fault", "delay:healthy.example=0.01", "--delay", "5"]
        assert lab_call("healthy.example", *faults) == (0, lab_call("healthy.example")[1] | {"asked": ANY})


class _Any:
    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


ANY = _Any()  # the port of the lab's server is another each time


def test_what_was_not_given_is_skipped_and_the_report_names_the_option() -> None:
    with served(world.zone()) as server:
        result = call("audit", "healthy.example", "--resolver", server, "--selector", "none")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "No bounce is predicted from what could be seen, but not everything" in result.stdout
    assert "Give --helo, --ip, --selector for them." in result.stdout
    for line in ("7 checks need --helo.", "14 checks need --ip.", "21 checks need --selector."):
        assert f"○ {line}\n" in result.stdout
    assert "guess" not in result.stdout


def test_selectors_that_were_not_given_are_guessed() -> None:
    with served(world.zone()) as server:
        found = call("audit", "healthy.example", "--resolver", server)
        nothing = call("audit", "dkim-selector-missing.example", "--resolver", server)
        none_with_others = call("audit", "healthy.example", "--selector", "none", "--selector", "s1")
    assert (found.exit_code, nothing.exit_code) == (0, 0)
    assert "· No DKIM selector was given. A guess found a key at s1. Nobody said" in found.stdout
    assert "DKIM selectors     s1 (guessed, not given)\n" in found.stdout
    assert "Give --helo, --ip, --selector for them." in found.stdout
    assert "· No DKIM selector could be found by guessing" in nothing.stdout
    assert "DKIM selectors     not given\n" in nothing.stdout
    assert (none_with_others.exit_code, none_with_others.stdout) == (2, "")
    assert none_with_others.stderr.startswith("Error: --selector none stands for")


def test_the_second_resolver_is_asked_where_the_first_fails() -> None:
    refusing = Ending(Status.REFUSED, lambda _: True, world.zone())
    with served(refusing) as first, served(world.zone()) as second:
        result = call("audit", "healthy.example", "--resolver", first, "--resolver", second)
        alone = call("audit", "healthy.example", "--resolver", first)
    assert (result.exit_code, alone.exit_code) == (0, 3)
    assert "0 could not tell" in result.stdout


def test_options_can_stand_in_the_environment() -> None:
    names = {
        "HELO": "web01",
        "LAB": "1",
        "FORMAT": "json",
        "IP": "203.0.113.1 203.0.113.23",
        "FAIL_ON": "never",
    }
    env = {f"DELIVERKIT_AUDIT_{name}": value for name, value in names.items()}
    result = call("audit", "healthy.example", env=env)
    document = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert document["subject"]["helo"] == "web01"
    assert document["subject"]["ips"] == ["203.0.113.1", "203.0.113.23"]
    assert "helo-not-fqdn" in found(document)
    override = json.loads(call("audit", "healthy.example", "--helo", "mail.healthy.example", env=env).stdout)
    assert override["subject"]["helo"] == "mail.healthy.example"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["healthy.example", "--lab"], 0),
        (["broken.example", "--lab"], 1),
        (["broken.example", "--lab", "--ip", "10.0.0.1"], 2),
        (["healthy.example", "--lab", "--fault", "refused:."], 3),
    ],
)
def test_the_exit_status_of_the_process(arguments: list[str], status: int) -> None:
    done = process("audit", *arguments)
    assert done.returncode == status
    assert bool(done.stdout) == (status != 2)
    assert bool(done.stderr) == (status == 2)


def test_questions_stay_within_the_world_of_the_stream() -> None:
    """Nothing about the person who audits is asked: every name belongs to the stream or a blocklist."""
    _, document = lab_call("healthy.example")
    names = {a["question"]["name"] for a in document["asked"]}
    allowed = ("example", "in-addr.arpa", "ip6.arpa", *stream("healthy.example").subject.blocklists)
    assert {n for n in names if not n.endswith(allowed)} == set()
    assert Question("healthy.example", "MX").name in names
