"""DMARC on one core, answers at once: tree walks and whole evaluations a second, and checkdmarc's walk beside them.

checkdmarc gets its answers from a name server object in the same process, ready-made; its
walk includes dnspython's messages, which ours leaves to the resolver. Its cache is emptied before each walk.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import dns.message
import dns.nameserver
import dns.rcode
from _timing import RUNS
from checkdmarc.dmarc import query_dmarc_record
from checkdmarc.utils import DNS_CACHE

from deliverkit.auth.policy import dmarc
from deliverkit.auth.results import DkimResult, Reason, Result, SpfResult
from deliverkit.auth.tree_walk import walk
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.wire import to_rdata
from deliverkit.resolver.zonefile import Zone

SECONDS = 0.5
ORDINARY = "news.example.com"
DEEP = "a.b.c.d.e.f.g.h.news.example.com"
RECORD = "v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@example.com"
ZONE = f"""
_dmarc.example.com.              TXT "{RECORD}"
{ORDINARY}.                      TXT "here"
{DEEP}.                          TXT "here"
bounce.example.com.              TXT "v=spf1 -all"
"""
PASSED = Reason("dmarc.pass", {"domain": ORDINARY, "identifiers": ""})
SPF = SpfResult(Result.PASS, PASSED, "192.0.2.1", "mailfrom", "bounce.example.com", "a@bounce.example.com")
DKIM = (DkimResult(Result.PASS, PASSED, "example.com", "s1"),)


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


class ReadyMade(dns.nameserver.Nameserver):
    """The same world for dnspython: replies are made once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self._zone = Zone.from_text(ZONE)
        self._replies: dict[Any, dns.message.Message] = {}

    def __str__(self) -> str:
        return "in this process"

    def kind(self) -> str:
        return "Do53"

    def is_always_max_size(self) -> bool:
        return True

    def answer_nameserver(self) -> str:
        return "127.0.0.1"

    def answer_port(self) -> int:
        return 53

    def query(self, request: dns.message.QueryMessage, *_: Any, **__: Any) -> dns.message.Message:
        self.asked += 1
        asked = request.question[0]
        reply = self._replies.get((asked.name, asked.rdtype))
        if reply is None:
            reply = self._replies[asked.name, asked.rdtype] = self._made(request)
        reply.id = request.id
        return reply

    def _made(self, request: dns.message.QueryMessage) -> dns.message.Message:
        asked = request.question[0]
        name, rtype = asked.name.to_text(omit_final_dot=True), asked.rdtype.name
        answer = asyncio.run(self._zone.ask(Question(name, rtype)))
        reply = dns.message.make_response(request)
        reply.set_rcode(dns.rcode.NXDOMAIN if answer.status is Status.NXDOMAIN else dns.rcode.NOERROR)
        for record in answer.records:
            found = reply.find_rrset(reply.answer, asked.name, asked.rdclass, asked.rdtype, create=True)
            found.add(to_rdata(rtype, record), 300)
        return reply


def rate(work: Callable[[int], float]) -> float:
    """The median of several spans of about SECONDS, a second."""
    times = max(int(SECONDS / (work(50) / 50)), 50)
    return statistics.median(times / work(times) for _ in range(RUNS))


def of_coroutine(make: Callable[[], Awaitable[object]]) -> Callable[[int], float]:
    async def repeat(times: int) -> float:
        begin = time.perf_counter()
        for _ in range(times):
            await make()
        return time.perf_counter() - begin

    return lambda times: asyncio.run(repeat(times))


def of_checkdmarc(domain: str, server: ReadyMade) -> Callable[[int], float]:
    def repeat(times: int) -> float:
        begin = time.perf_counter()
        for _ in range(times):
            DNS_CACHE.clear()
            query_dmarc_record(domain, nameservers=[server])
        return time.perf_counter() - begin

    return repeat


def main() -> None:
    resolver, server = Instant(), ReadyMade()
    result = asyncio.run(dmarc(ORDINARY, SPF, DKIM, resolver))
    if result.result is not Result.PASS or [a.aligned for a in result.alignment] != [True, True]:
        raise SystemExit(str(result.reason))
    asked: Mapping[str, int] = {d: len(asyncio.run(walk(d, resolver)).steps) for d in (ORDINARY, DEEP)}
    for domain in (ORDINARY, DEEP):
        DNS_CACHE.clear()
        server.asked = 0
        found = query_dmarc_record(domain, nameservers=[server])
        if found["location"] != "example.com":
            raise SystemExit(f"checkdmarc found {found}")
        questions = server.asked
        ours = rate(of_coroutine(partial(walk, domain, resolver)))
        theirs = rate(of_checkdmarc(domain, server))
        print(domain)
        print(f"  {'tree walk':<40} {ours:10,.0f} /s   {asked[domain]} questions")
        print(f"  {'checkdmarc.query_dmarc_record':<40} {theirs:10,.0f} /s   {questions} questions")
    whole = rate(of_coroutine(partial(dmarc, ORDINARY, SPF, DKIM, resolver)))
    print(f"{ORDINARY}, SPF and DKIM aligned")
    print(
        f"  {'evaluation, with trace and RFC 7489 view':<40} {whole:10,.0f} /s   {len(result.queries)} questions"
    )


if __name__ == "__main__":
    main()
