"""How far a plan goes, and what it leaves out."""

from __future__ import annotations

import asyncio

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import report
from deliverkit.model.report import Plan
from deliverkit.model.subject import Subject
from deliverkit.resolver.zonefile import Zone


def planned(subject: Subject, world: str, *ids: str) -> Plan:
    checks = [registry.load(check_id) for check_id in ids]
    zone = Zone.from_text(world)

    async def made() -> Plan:
        return await remedy.plan(await report(subject, zone, checks), zone, checks)

    return asyncio.run(made())


def test_a_plan_goes_on_as_long_as_it_solves_something() -> None:
    ips = tuple(f"192.0.2.{n}" for n in range(1, 13))
    plan = planned(Subject("example.com", ips), 'example.com. TXT "v=spf1 -all"', "spf-ip-not-authorised")
    assert len(plan.steps) == 1
    assert len(plan.steps[0].solves) == 12
    assert plan.left == ()


def test_a_step_that_the_others_make_needless_is_left_out() -> None:
    world = """
example.com. TXT "v=spf1 ip4:198.51.100.1 ~all"
mail.example.com. TXT "v=spf1 redirect=example.com"
mail.example.com. A 192.0.2.25
"""
    subject = Subject("example.com", ("192.0.2.25",), helo="mail.example.com")
    plan = planned(subject, world, "spf-ip-not-authorised", "spf-helo-not-authorised")
    (step,) = plan.steps
    assert [f.id for f in step.cures] == ["spf-ip-not-authorised"]
    assert {check_id for check_id, *_ in step.solves} == {"spf-ip-not-authorised", "spf-helo-not-authorised"}
    assert plan.left == ()
