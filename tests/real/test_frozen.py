"""The frozen DNS of real domains, through the replay layer: what a file does not hold is UNKNOWN."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Answer, Mx, Question, Rdata, Status, Txt
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity, Verdict
from deliverkit.render import json_v1, terminal
from deliverkit.resolver.recorded import Recorder, Replay
from tests.shared import shared_path

CHECKS = registry.discover()


class Frozen:
    """Another tool's frozen answers: name -> type -> values."""

    def __init__(self, names: dict[str, dict[str, list[Any]]]) -> None:
        self.answers = {
            Question(name, rtype): tuple(_value(rtype, v) for v in values)
            for name, types in names.items()
            for rtype, values in types.items()
        }

    async def ask(self, question: Question) -> Answer:
        return Answer(question, Status.OK, self.answers[question], ttl=300)


def _value(rtype: str, value: Any) -> Rdata:
    if rtype == "TXT":
        return Txt(tuple(part.encode("latin-1") for part in value))
    return Mx(value["priority"], value["exchange"]) if rtype == "MX" else str(value[0])


def _replay(names: dict[str, dict[str, list[Any]]], subject: Subject) -> Replay:
    async def record() -> str:
        frozen = Frozen(names)
        recorder = Recorder(frozen)
        for question in frozen.answers:
            await recorder.ask(question)
        return recorder.dump(subject, "test")

    return Replay.from_text(asyncio.run(record()), "frozen")


def _audit(subject: Subject, names: dict[str, dict[str, list[Any]]]) -> Report:
    found = asyncio.run(report(subject, _replay(names, subject), CHECKS))
    for text in (terminal.render(found, width=80), json_v1.render(found)):
        assert subject.domain in text
    return found


def _verdicts(found: Report, check_id: str) -> list[Verdict]:
    return [o.verdict for o in found.outcomes if o.check_id == check_id]


@pytest.fixture
def cache() -> dict[str, dict[str, list[Any]]]:
    path = shared_path("suites/mailauth-fixtures/dns-cache.json")
    names: dict[str, dict[str, list[Any]]] = json.loads(path.read_text("utf-8"))
    return names


def test_dozen_mx_hosts(cache: dict[str, dict[str, list[Any]]]) -> None:
    """`mx` with twelve hosts is a permerror (RFC 7208 section 4.6.4), whatever stays open elsewhere."""
    found = _audit(Subject("exploding.mx", ips=("192.0.2.1",)), cache)
    (finding,) = [f for f in found.findings if f.id.startswith("spf-")]
    assert (finding.id, finding.severity) == (
        "spf-too-many-mx",
        Severity.WARNING,
    )  # no selector: a signature may pass
    assert finding.data["targets"] == ("exploding.mx",)
    assert str(finding.place) == "exploding.mx TXT"
    assert _verdicts(found, "spf-permerror") == [Verdict.PASS]
    assert _verdicts(found, "dmarc-missing") == [Verdict.UNKNOWN]
    assert _verdicts(found, "sender-domain-missing") == [Verdict.PASS]


def test_includes_that_were_not_frozen(cache: dict[str, dict[str, list[Any]]]) -> None:
    found = _audit(Subject("example.com", ips=("18.194.223.2", "192.0.2.1")), cache)
    assert _verdicts(found, "spf-missing") == [Verdict.PASS]
    assert _verdicts(found, "spf-syntax") == [Verdict.PASS]
    assert _verdicts(found, "spf-ip-not-authorised") == [Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert _verdicts(found, "spf-too-many-lookups") == [Verdict.UNKNOWN]
    (open_one, *_) = [o for o in found.outcomes if o.check_id == "spf-ip-not-authorised"]
    assert open_one.reason is not None
    assert open_one.reason.data == ("_spf.google.com TXT",)


def test_policy_alone(cache: dict[str, dict[str, list[Any]]]) -> None:
    found = _audit(Subject("hotmail.com"), cache)
    assert _verdicts(found, "dmarc-missing") == [Verdict.PASS]
    assert _verdicts(found, "dmarc-syntax") == [Verdict.PASS]
    assert [f.id for f in found.findings] == ["dmarc-no-reports"]


@pytest.mark.parametrize("suite", ["dkim-stalwart", "arc-stalwart"])
def test_keys_beside_real_messages(suite: str) -> None:
    """Every key of the suites' real messages is read: none is missing, revoked or unreadable."""
    cases = json.loads(shared_path(f"suites/{suite}/expectations.json").read_text("utf-8"))["cases"]
    bits = {}
    for case in cases:
        names = {
            name: {"TXT": [[text[i : i + 255] for i in range(0, len(text), 255)]]}
            for name, text in case["dns"].items()
        }
        for name in names:
            selector, _, domain = name.partition("._domainkey.")
            found = _audit(Subject(domain, selectors=(selector,)), names)
            for check_id in ("dkim-selector-missing", "dkim-key-revoked", "dkim-key-unreadable"):
                assert _verdicts(found, check_id) == [Verdict.PASS], (name, check_id)
            told = {f.id for f in found.findings if f.id.startswith("dkim-")}
            assert told <= {"dkim-key-weak", "dkim-only-ed"}, name
            (size,) = [o for o in found.outcomes if o.check_id == "dkim-key-weak"]
            bits[name] = size.findings[0].data["bits"] if size.findings else "enough"
    assert bits
    if suite == "dkim-stalwart":
        assert bits["ietf1._domainkey.ietf.org"] == 1024
