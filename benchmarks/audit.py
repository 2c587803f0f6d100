"""A full audit over a server that answers after 20 ms: depth, not count, and checkdmarc beside it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from _timing import DELIVERKIT, RUNS, line, process

from deliverkit import wiring
from deliverkit.engine.audit import Judged, Observed
from deliverkit.lab import world

DELAY_MS = 20
DOMAIN = "healthy.example"
CHECKDMARC = """
import sys, checkdmarc, dns.nameserver
host, _, port = sys.argv[2].rpartition(":")
checkdmarc.check_domains([sys.argv[1]], nameservers=[dns.nameserver.Do53Nameserver(host, int(port))])
"""


async def network_part(address: str) -> tuple[float, int]:
    """Seconds from the first question to the last answer of the audit, and the number of answers."""
    subject = next(s.subject for s in world.streams() if s.subject.domain == DOMAIN)
    begin = last = time.perf_counter()
    answers = 0
    async for event in wiring.examine(subject, wiring.live([address], {})):
        if isinstance(event, Observed):
            answers += 1
        if isinstance(event, Observed | Judged):
            last = time.perf_counter()
    return last - begin, answers


def main() -> None:
    server = subprocess.Popen(
        [DELIVERKIT, "lab", "--delay", str(DELAY_MS)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        address = next(word for word in server.stdout.readline().split() if word.startswith("127.0.0.1:"))
        subject = next(s.subject for s in world.streams() if s.subject.domain == DOMAIN)
        audit = [DELIVERKIT, "audit", DOMAIN, "--resolver", address, "--helo", str(subject.helo)]
        audit += [part for ip in subject.ips for part in ("--ip", ip)]
        audit += [part for s in subject.selectors for part in ("--selector", s)]
        parts, ours, theirs = [], [], []
        for _ in range(RUNS + 1):
            seconds, answers = asyncio.run(network_part(address))
            parts.append(seconds)
            ours.append(process(audit))
            theirs.append(process([sys.executable, "-c", CHECKDMARC, DOMAIN, address]))
        rounds = sorted(parts[1:])[RUNS // 2] * 1000 / DELAY_MS
        print(f"{answers} answers, each {DELAY_MS} ms late")
        print(line("network part of the audit", parts[1:], f"{rounds:.1f} round trips"))
        print(line("deliverkit audit, whole process", ours[1:]))
        print(line("checkdmarc.check_domains, whole process", theirs[1:]))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
