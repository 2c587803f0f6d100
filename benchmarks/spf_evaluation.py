"""SPF evaluations a second on one core, answers at once: deliverkit with its trace, and pyspf beside it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from functools import partial

from _timing import RUNS

from deliverkit.adapters import pyspf
from deliverkit.auth.check_host import spf
from deliverkit.model.answer import Answer, Question
from deliverkit.resolver.zonefile import Zone

SECONDS = 0.3
IP, HELO = "203.0.113.77", "out.tree.example"
TREE, FLAT = "billing@tree.example", "billing@flat.example"
ZONE = """
tree.example.       TXT "v=spf1 mx a:www.tree.example include:_spf.mail.example include:_spf.crm.example ~all"
tree.example.       MX 10 mx1.tree.example.
tree.example.       MX 20 mx2.tree.example.
mx1.tree.example.   A 192.0.2.1
mx2.tree.example.   A 192.0.2.2
www.tree.example.   A 192.0.2.3
_spf.mail.example.  TXT "v=spf1 include:_a.mail.example include:_b.mail.example include:_c.mail.example ~all"
_a.mail.example.    TXT "v=spf1 ip4:198.51.100.0/28 ip4:198.51.100.64/27 ip6:2001:db8:1::/48 ip6:2001:db8:2::/48 ~all"
_b.mail.example.    TXT "v=spf1 ip4:198.51.100.128/28 ip4:198.51.100.160/27 ip6:2001:db8:3::/48 ~all"
_c.mail.example.    TXT "v=spf1 ip4:198.51.100.192/28 ip4:198.51.100.224/27 ~all"
_spf.crm.example.   TXT "v=spf1 ip4:192.0.2.64/27 exists:%{i}.list.crm.example include:_d.crm.example -all"
_d.crm.example.     TXT "v=spf1 ip4:192.0.2.128/26 ip4:203.0.113.64/26 -all"
list.crm.example.   TXT "one address a name"
flat.example.       TXT "v=spf1 ip4:192.0.2.0/26 ip4:198.51.100.0/25 ip6:2001:db8::/32 ip4:203.0.113.64/26 -all"
"""


class Instant:
    """Every answer is there already."""

    def __init__(self) -> None:
        self.answers: dict[Question, Answer] = {}
        self._zone = Zone.from_text(ZONE)

    async def ask(self, question: Question) -> Answer:
        answer = self.answers.get(question)
        if answer is None:
            answer = self.answers[question] = await self._zone.ask(question)
        return answer


def ours(sender: str, resolver: Instant, times: int) -> None:
    async def run() -> None:
        for _ in range(times):
            await spf(IP, sender, HELO, resolver)

    asyncio.run(run())


def adapted(sender: str, resolver: Instant, times: int) -> None:
    for _ in range(times):
        pyspf.evaluate(IP, sender, HELO, resolver.answers)


def bare(sender: str, resolver: Instant, times: int) -> None:
    table = {
        (question.name, question.rtype): [
            ((question.name, question.rtype), data) for data in pyspf.data(answer)
        ]
        for question, answer in resolver.answers.items()
    }
    for _ in range(times):
        pyspf.check2(IP, sender, HELO, lambda name, rtype, *_: table[name, rtype])


EVALUATORS: dict[str, Callable[[str, Instant, int], None]] = {
    "deliverkit.auth, with trace": ours,
    "pyspf behind the adapter": adapted,
    "pyspf bare": bare,
}


def rate(work: Callable[[int], None]) -> float:
    """Evaluations a second: the median of several spans of at least SECONDS."""
    times = 1
    while (seconds := timed(work, times)) < SECONDS:
        times = times * 2 if seconds < SECONDS / 10 else int(times * 1.2 * SECONDS / seconds) + 1
    return statistics.median(times / timed(work, times) for _ in range(RUNS))


def timed(work: Callable[[int], None], times: int) -> float:
    begin = time.perf_counter()
    work(times)
    return time.perf_counter() - begin


def main() -> None:
    for sender in (TREE, FLAT):
        resolver = Instant()
        result = asyncio.run(spf(IP, sender, HELO, resolver))
        run = pyspf.evaluate(IP, sender, HELO, resolver.answers)
        if not result.result == run.result == "pass":
            raise SystemExit(f"{sender}: {result.reason}; pyspf: {run.result} {run.reason}")
        print(f"{result.domain}: {result.lookups} look-ups, {len(result.trace)} steps")
        for name, evaluator in EVALUATORS.items():
            print(f"  {name:<30} {rate(partial(evaluator, sender, resolver)):10,.0f} /s")


if __name__ == "__main__":
    main()
