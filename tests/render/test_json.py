"""The report for programs: documented, versioned, deterministic."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import jsonschema
import pytest

from deliverkit.model.answer import Mx, Soa, Status, Txt
from deliverkit.model.bounce import Consequence
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.model.report import Plan, Report
from deliverkit.model.rule import Place
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.render import json_v1
from tests.render.builds import (
    answer,
    broken,
    failed,
    helo_finding,
    passed,
    report,
    set_name,
    skipped,
    step,
    unknown,
)

VALIDATOR = jsonschema.Draft202012Validator(json_v1.schema())
KEY = RecordChange(
    Action.ADD,
    "s1._domainkey.example.com",
    "TXT",
    (Txt.of("v=DKIM1; p=<YOUR-PUBLIC-KEY>"),),
    blanks=(("<YOUR-PUBLIC-KEY>", "AAAA"),),
)


def rendered(one: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json_v1.render(one))
    VALIDATOR.validate(document)
    return document


def test_the_schema_is_a_schema_that_allows_nothing_undocumented() -> None:
    VALIDATOR.check_schema(json_v1.schema())
    for node in _objects(json_v1.schema()):
        if "properties" in node:
            assert node["additionalProperties"] is False
            assert sorted(node["required"]) == sorted(node["properties"])
            assert all("description" in p or "$ref" in p for p in node["properties"].values())


def test_a_healthy_report() -> None:
    document = rendered(report(passed(), asked=(answer("example.com", "MX", Mx(10, "mx.example.com")),)))
    assert document["schema_version"] == 1
    assert document["tool"] == "deliverkit 0.1.0"
    assert document["summary"] == {
        "will_bounce": "no",
        "codes": [],
        "outcomes": {"pass": 1, "fail": 0, "unknown": 0, "skipped": 0},
        "questions": 1,
    }
    assert document["findings"] == []
    assert document["plan"] is None
    assert document["asked"] == [
        {
            "question": {"name": "example.com", "type": "MX"},
            "status": "OK",
            "records": ["10 mx.example.com"],
            "ttl": 300,
            "aliases": [],
            "authenticated": False,
            "server": "192.0.2.53:53",
            "line": None,
            "detail": "",
        }
    ]


def test_the_subject() -> None:
    assert rendered(report())["subject"] == {
        "domain": "example.com",
        "mail_from": "bounce@example.com",
        "envelope_domain": "example.com",
        "ips": ["192.0.2.25"],
        "helo": "mail",
        "selectors": ["s1"],
        "guessed_selectors": [],
        "blocklists": ["zen.spamhaus.org"],
        "derived": ["ips"],
        "looks": [],
    }
    bare = rendered(report(subject=Subject("example.com")))["subject"]
    assert (bare["mail_from"], bare["helo"], bare["envelope_domain"]) == (None, None, "example.com")


def test_a_finding() -> None:
    finding = helo_finding(data={"helo": "mail", "count": 2, "all": True, "names": ("b", "a")})
    document = rendered(report(failed(finding)))
    assert document["summary"]["will_bounce"] == "yes"
    assert document["summary"]["codes"] == [
        {
            "code": 914,
            "meaning": "The HELO command was refused: the sending server must give a full host name",
            "severity": "error",
            "likelihood": "certain",
            "stage": "helo",
            "checks": ["helo-not-fqdn"],
        }
    ]
    (found,) = document["findings"]
    bounces = found.pop("bounces")
    assert found == {
        "id": "helo-not-fqdn",
        "scope": "",
        "severity": "error",
        "spoofing": None,
        "place": {"name": "mail", "type": "HELO"},
        "message_key": "single-label",
        "message": "The HELO name “mail” has no dot, so it is no fully qualified name that DNS could hold.",
        "data": {"all": True, "count": 2, "helo": "mail", "names": ["b", "a"]},
        "evidence": [],
        "sources": ["RFC 5321 section 4.1.1.1"],
        "remedy": None,
    }
    assert list(found["data"]) == sorted(found["data"])
    assert [(b["code"], b["likelihood"], b["stage"]) for b in bounces] == [(914, "certain", "helo")]
    assert bounces[0]["replies"][0] == {
        "receiver": "gmx",
        "title": "GMX, web.de, 1&1 and mail.com",
        "reply": "501",
        "says": "The HELO name is bad.",
        "stage": "helo",
        "temporary": False,
        "as_of": "2026-11",
    }
    assert [r["temporary"] for r in bounces[0]["replies"]] == [False, False, True, False]


def test_a_remedy_and_its_step() -> None:
    ptr = RecordChange(
        Action.REPLACE, "25.2.0.192.in-addr.arpa", "PTR", ("mail.example.com",), by=Actor.IP_OWNER
    )
    seen = answer("25.2.0.192.in-addr.arpa", "PTR", "host.example.net")
    document = rendered(broken(set_name(ptr, KEY, safe=False), asked=(seen,)))
    changes = [
        {
            "action": "replace",
            "by": "ip-owner",
            "name": "25.2.0.192.in-addr.arpa",
            "type": "PTR",
            "ttl": 3600,
            "values": ["mail.example.com"],
            "zone_lines": ["25.2.0.192.in-addr.arpa. 3600 IN PTR mail.example.com."],
            "placeholders": [],
            "now": ["host.example.net"],
        },
        {
            "action": "add",
            "by": "you",
            "name": "s1._domainkey.example.com",
            "type": "TXT",
            "ttl": 3600,
            "values": ["v=DKIM1; p=<YOUR-PUBLIC-KEY>"],
            "zone_lines": ['s1._domainkey.example.com. 3600 IN TXT "v=DKIM1; p=<YOUR-PUBLIC-KEY>"'],
            "placeholders": ["<YOUR-PUBLIC-KEY>"],
            "now": None,
        },
    ]
    assert document["findings"][0]["remedy"] == {
        "key": "set-name",
        "text": "Let your mail server say mail.example.com in HELO.",
        "safe": False,
        "changes": changes,
        "settings": [{"field": "helo", "value": "mail.example.com"}],
    }
    assert document["plan"] == {
        "proven": True,
        "steps": [
            {
                "number": 1,
                "text": ["Let your mail server say mail.example.com in HELO."],
                "by": ["you", "ip-owner"],
                "optional": False,
                "safe": False,
                "solves": [{"id": "helo-not-fqdn", "scope": ""}],
                "changes": changes,
                "settings": [{"field": "helo", "value": "mail.example.com"}],
            }
        ],
        "left": [],
        "introduced": [],
    }


def test_a_plan_that_does_not_hold() -> None:
    finding = helo_finding(scope="192.0.2.25")
    plan = Plan((step(finding, set_name()),), left=(finding,), introduced=(finding,))
    document = rendered(report(failed(finding), plan=plan))
    reference = {"id": "helo-not-fqdn", "scope": "192.0.2.25"}
    assert document["plan"]["proven"] is False
    assert document["plan"]["left"] == document["plan"]["introduced"] == [reference]


@pytest.mark.parametrize(
    ("outcome", "verdict", "reason"),
    [
        (passed(), "pass", None),
        (failed(helo_finding()), "fail", None),
        (
            unknown("spf-missing", "example.com TXT", "example.com SOA"),
            "unknown",
            {
                "kind": "open-questions",
                "items": ["example.com TXT", "example.com SOA"],
                "text": "No usable answer to: example.com TXT, example.com SOA.",
            },
        ),
        (
            unknown("dnsbl-ip-listed", doubt="dnsbl-silent"),
            "unknown",
            {
                "kind": "doubt",
                "items": ["dnsbl-silent"],
                "text": "The blocklist does not list its own test entry, so what it says cannot be trusted.",
            },
        ),
        (
            skipped("ptr-missing", "not-given", "--ip", "--helo"),
            "skipped",
            {
                "kind": "not-given",
                "items": ["--ip", "--helo"],
                "text": "Not looked at: give --ip, --helo.",
            },
        ),
        (
            skipped("spf-syntax", "not-applicable", "spf-missing"),
            "skipped",
            {
                "kind": "not-applicable",
                "items": ["spf-missing"],
                "text": "Nothing to judge: there is no SPF record.",
            },
        ),
    ],
)
def test_outcomes(outcome: Any, verdict: str, reason: dict[str, Any] | None) -> None:
    (shown,) = rendered(report(outcome))["outcomes"]
    assert (shown["check"], shown["verdict"], shown["reason"]) == (outcome.check_id, verdict, reason)


@pytest.mark.parametrize(("severity", "will_bounce"), [(Severity.ERROR, "unknown"), (Severity.WARNING, "no")])
def test_unknown_is_never_no_where_it_could_be_an_error(severity: Severity, will_bounce: str) -> None:
    one = report(unknown("spf-missing", "example.com TXT", severity=severity))
    assert rendered(one)["summary"]["will_bounce"] == will_bounce


@pytest.mark.parametrize("status", list(Status))
def test_every_status(status: Status) -> None:
    (shown,) = rendered(report(asked=(answer("example.com", "A", status=status, ttl=None),)))["asked"]
    assert (shown["status"], shown["ttl"], shown["records"]) == (str(status), None, [])


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("likelihood", list(Likelihood))
def test_every_stage_and_likelihood(stage: Stage, likelihood: Likelihood) -> None:
    finding = dataclasses.replace(helo_finding(), consequences=(Consequence(914, likelihood, stage),))
    (code,) = rendered(report(failed(finding)))["summary"]["codes"]
    assert (code["likelihood"], code["stage"]) == (likelihood.name.lower(), stage.name.lower())


def test_every_kind_of_record() -> None:
    records = (
        Txt((b"v=spf1 ", b"-all\xe9")),
        Mx(0, ""),
        Soa("ns1.example.com", "h.example.com", 7),
        "x.test",
    )
    (shown,) = rendered(report(asked=(answer("example.com", "ANY", *records),)))["asked"]
    assert shown["records"] == [
        "v=spf1 -allé",
        "0 .",
        "ns1.example.com h.example.com 7 7200 3600 1209600 3600",
        "x.test",
    ]


def test_the_order_does_not_depend_on_who_was_faster() -> None:
    finding = helo_finding(evidence=(answer("b.example.com", "A"), answer("a.example.com", "A")))
    outcomes = (passed("spf-missing"), failed(finding), passed("helo-empty", "b"), passed("helo-empty", "a"))
    asked = (answer("b.example.com", "A"), answer("a.example.com", "A"))
    one = json_v1.render(report(*outcomes, asked=asked))
    other = json_v1.render(report(*reversed(outcomes), asked=tuple(reversed(asked))))
    assert one == other
    document = json.loads(one)
    names = [(o["check"], o["scope"]) for o in document["outcomes"]]
    assert names == sorted(names)
    assert [a["question"]["name"] for a in document["findings"][0]["evidence"]] == [
        "a.example.com",
        "b.example.com",
    ]


def test_data_is_whole_where_the_sentence_is_shortened() -> None:
    finding = helo_finding(data={"helo": "x" * 1000}, place=Place("x" * 1000, "HELO"))
    (shown,) = rendered(report(failed(finding)))["findings"]
    assert shown["data"]["helo"] == "x" * 1000
    assert "[700 characters left out]" in shown["message"]


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(o for child in node.values() for o in _objects(child))]
    return [o for child in node for o in _objects(child)] if isinstance(node, list) else []
