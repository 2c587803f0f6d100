"""What the plan prints and who is named in it, for streams whose fault the resolver's answer alone does not show.

`plans.toml`: `lines` of the only step from `Who` on, `by` as the JSON report has it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deliverkit.engine import receivers, registry, remedy
from deliverkit.engine.audit import report
from deliverkit.lab import world
from deliverkit.lab.world import LabStream
from deliverkit.model.remedy import Actor
from deliverkit.model.report import Report
from deliverkit.render import json_v1, terminal
from deliverkit.resolver.cached import Cached

ROWS = tomllib.loads((Path(__file__).parent / "plans.toml").read_text("utf-8"))["plan"]
EACH = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["stream"])


@cache
def planned(stream: LabStream) -> Report:
    checks = registry.discover()

    async def run() -> Report:
        seen = await report(stream.subject, world.zone(), checks)
        plan = await remedy.plan(seen, Cached(world.zone()), checks)
        return dataclasses.replace(seen, plan=plan, receivers=receivers.judge(seen, ["gmail", "postfix"]))

    return asyncio.run(run())


def of(row: dict[str, Any]) -> Report:
    stream = world.stream(f"{row['stream']}.example")
    assert stream is not None
    return planned(stream)


@EACH
def test_what_is_printed(row: dict[str, Any]) -> None:
    text = terminal.render(of(row))
    step = text[text.index("\n1. ") : text.index("\n✓ Tried out")]
    lines = step.strip().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("   Who "))
    assert lines[start:] == row["lines"]


@EACH
def test_who_is_named_to_programs(row: dict[str, Any]) -> None:
    (step,) = json.loads(json_v1.render(of(row)))["plan"]["steps"]
    assert step["by"] == row["by"]
    assert [f"{c['action']} {c['name']} {c['type']}" for c in step["changes"]] == row["changes"]


@pytest.mark.parametrize("stream", world.streams(), ids=lambda s: s.name)
def test_every_step_names_somebody_and_hides_only_what_needs_nobody(stream: LabStream) -> None:
    plan = planned(stream).plan
    assert plan is not None
    assert all(step["by"] for step in json.loads(json_v1.render(planned(stream)))["plan"]["steps"])
    changes = [change for step in plan.steps for change in step.changes]
    assert all(change.proof for change in changes if change.by is Actor.NOBODY)


def test_a_host_that_cannot_be_looked_up_earns_the_replies_to_hosts_only() -> None:
    found = of({"stream": "dnssec-bogus"})
    (finding,) = found.findings
    replies = {c.code: [f"{r.receiver} {r.reply}" for r in c.replies] for c in finding.consequences}
    assert replies == {914: ["postfix 450 4.7.1"], 916: ["postfix 450 4.7.25"]}
    signs = {v.receiver.name: [s.reply.reply for s in v.ordinary.perhaps] for v in found.receivers}
    assert signs == {"gmail": [], "postfix": ["450 4.7.1", "450 4.7.25"]}
