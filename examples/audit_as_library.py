"""Audit from Python, and try a fix before anybody publishes it. Runs offline, from a recording in this folder.

    python examples/audit_as_library.py

For the real DNS, build the resolver with `wiring.live()` and the subject by hand:

    Subject("example.com", ips=("192.0.2.25",), helo="mail.example.com", selectors=("s1",))
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from deliverkit import wiring
from deliverkit.engine.compare import compare
from deliverkit.model.remedy import Action, RecordChange
from deliverkit.model.report import Report
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.overlay import Overlay

RECORDING = Path(__file__).parent / "recordings" / "first-bounce.dnsrec"

# What the shop hopes will do: the hosting company sets the reverse name, and the name leads back.
IDEA = (
    RecordChange(Action.REPLACE, "2.113.0.203.in-addr.arpa", "PTR", ("news.broken.example",)),
    RecordChange(Action.REPLACE, "news.broken.example", "A", ("203.0.113.2",)),
)


async def main() -> None:
    world, subject = wiring.replay(RECORDING)
    assert subject is not None
    before = await wiring.examine_to_end(subject, world)
    tell(before)

    print("\nWith a reverse name:")
    after = await wiring.examine_to_end(subject, Overlay(IDEA, world))
    tell(after)
    change = compare(before, after)
    for finding in change.solved:
        print(f"  solved  {finding.id}")
    for finding in change.introduced:
        print(f"  new     {finding.id}")
    for finding in change.present:
        print(f"  left    {finding.id}")


def tell(report: Report) -> None:
    """The codes and why; what could not be told, which is neither fine nor broken; how far the plan gets."""
    print(f"{report.subject.domain}: will it bounce? {report.prediction}")
    for code, findings in report.by_bounce().items():
        print(f"  {code}  {', '.join(finding.id for finding in findings)}")
    untold = sorted({outcome.check_id for outcome in report.with_verdict(Verdict.UNKNOWN)})
    print(f"  could not tell: {', '.join(untold) or 'nothing'}")
    if report.plan is not None:
        print(f"  the plan has {len(report.plan.steps)} steps and leaves {len(report.plan.left)} findings")


if __name__ == "__main__":
    asyncio.run(main())
