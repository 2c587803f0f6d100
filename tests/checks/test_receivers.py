"""House rules over all checks: who answers to a fault, and who can mend it."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from deliverkit.bounces import replies
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Txt
from deliverkit.model.bounce import Bearing
from deliverkit.model.report import Finding
from deliverkit.model.verdict import Severity
from tests.checks.cases import Case, cases

FIRING = [c for i in registry.ids() for c in cases(i) if any(o.findings for o in c.outcomes)]


@cache
def named_by_rules() -> frozenset[str]:
    return frozenset(c for r in replies.receivers().values() for rule in r.rules for c in rule.checks)


@pytest.mark.parametrize("check_id", registry.ids())
def test_every_check_that_bounces_is_known_to_a_receiver(check_id: str) -> None:
    rule = registry.describe(check_id).rule
    assert (check_id in named_by_rules()) or rule.severity is Severity.NOTE


def test_rules_and_groups_name_checks_that_exist() -> None:
    assert named_by_rules() <= set(registry.ids())
    for group in replies.groups().values():
        assert set(group.checks) <= set(registry.ids())


@pytest.mark.parametrize("case", FIRING, ids=str)
def test_what_can_bounce_has_a_reply_and_somebody_who_can_mend_it(case: Case) -> None:
    seen = asyncio.run(report(case.subject, case.resolver(), [registry.load(case.check_id)]))
    for finding in seen.findings:
        if finding.severity is Severity.NOTE:
            continue
        assert any(c.replies for c in finding.consequences), finding.message
        assert finding.remedy is not None
        named = finding.remedy.key == "use-public-domain"  # whoever runs the sending software
        assert named or finding.remedy.changes or finding.remedy.settings
        assert all(change.by for change in finding.remedy.changes)


@pytest.mark.parametrize("check_id", registry.ids())
def test_no_receiver_refuses_before_it_can_know(check_id: str) -> None:
    """A check's own stage is the earliest; a receiver that goes by the fault itself refuses there or later."""
    earliest = {b.code: b.stage for b in registry.describe(check_id).rule.bounces}
    for reply in replies.replies(check_id):
        if reply.bearing is Bearing.DECIDES and reply.code in earliest:
            assert reply.stage >= earliest[reply.code], (reply.receiver, reply.reply)


class _ListedAndUnprotected:
    """The healthy stream with ``p=none``, listed at ZEN."""

    async def ask(self, question: Question) -> Answer:
        answer = await world.zone().ask(question)
        if question == Question("1.113.0.203.zen.spamhaus.org", "A"):
            return await world.zone().ask(Question("2.0.0.127.zen.spamhaus.org", "A"))
        if question == Question("_dmarc.healthy.example", "TXT"):
            return Answer(question, answer.status, (Txt.of("v=DMARC1; p=none"),))
        return answer


def test_no_policy_never_outranks_a_listing() -> None:
    """Two severities: what happens to the mail orders the findings, what a forger may do only stands beside it."""
    healthy = world.stream("healthy.example")
    assert healthy is not None
    seen = asyncio.run(report(healthy.subject, _ListedAndUnprotected(), registry.discover()))
    rank: dict[str, Finding] = {f.id: f for f in seen.findings}
    order = list(rank)
    assert order.index("dnsbl-ip-listed") < order.index("dmarc-not-enforcing")
    listed, open_to_forgers = rank["dnsbl-ip-listed"], rank["dmarc-not-enforcing"]
    assert (listed.severity, listed.spoofing) == (Severity.ERROR, None)
    assert open_to_forgers.severity is Severity.NOTE
    assert open_to_forgers.spoofing is not None and open_to_forgers.spoofing > open_to_forgers.severity
    assert next(iter(seen.by_bounce())) == 917
