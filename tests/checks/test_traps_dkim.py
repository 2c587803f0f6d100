"""Traps that other tools fall into when they look at DKIM keys."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts import dkim as dkim_facts
from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.records.dkim import SAMPLE_KEY
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.zonefile import Zone

DKIM = [registry.load(i) for i in registry.ids() if i.startswith("dkim-")]
KEY_NAME = "s1._domainkey.example.com"
TARGET = "s1.keys.example.net"
PROBE = dkim_facts.probe_name("example.com")
SOUND = f"v=DKIM1; k=rsa; p={SAMPLE_KEY}"
ED25519 = "MDdsVQRBw9Oko3ht9ZLNqtb19ZKLA3UUGeV6h0FBhuU="

# A key record with one thing wrong, and the one check that tells it.
FAULTY = {
    "dkim-key-revoked": "v=DKIM1; p=",
    "dkim-key-unreadable": "v=DKIM1; k=rsa; p=AAAA",
    "dkim-key-pasted-wrongly": SOUND.replace(";", "\\;"),
    "dkim-key-version-wrong": SOUND.replace("DKIM1", "DKIM2"),
    "dkim-key-duplicate-tag": f"{SOUND}; k=rsa",
    "dkim-key-type-unknown": SOUND.replace("k=rsa", "k=rsa-sha256"),
    "dkim-key-type-mismatch": SOUND.replace("k=rsa", "k=ed25519"),
    "dkim-key-hash-outdated": f"{SOUND}; h=sha1",
    "dkim-key-not-for-email": f"{SOUND}; s=tlsrpt",
    "dkim-test-mode": f"{SOUND}; t=y",
    "dkim-key-too-short": (
        "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANes95l3Pa9jvODtUnSx2gK0qFKBRM/hsGjN+w77wKjwv4XBwyjoFdO6YN6uNl+YaGpW"
        "tGnViDXXHEpBBBtOvnMCAwEAAQ=="
    ),
    "dkim-key-private": "k=ed25519; p=MC4CAQAwBQYDK2VwBCIEII4K10w06Da21B4b7LqDh0eh7Fk7qYpvAsRGJE8bVpBJ",
}
IMPERFECT = {
    "dkim-key-granularity": f"{SOUND}; g=news",
    "dkim-key-too-long": "p=" + "A" * 5000,
    "dkim-only-ed": f"v=DKIM1; k=ed25519; p={ED25519}",
    "dkim-key-weak": (
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQChUwTzijbtl0Bvb6buV2ON4RDxn+ft8gHoBRnRP9+Z0njSB4ubWrg/R3U5zUi3"
        "FLPRmKSaXn3wLo9OpXxDapJzh5hhWs4KRmSjU2JoxAhwjEUCnJbd/CDy4qPXlgLADXc0n0l56Rp7wNOncxJfA40feVIoL5ozp8TolC+T"
        "z3gfUQIDAQAB"
    ),
}


class Counting:
    """Keeps what was asked of the resolver below."""

    def __init__(self, below: Resolver) -> None:
        self.below = below
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return await self.below.ask(question)


def record(name: str, text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    strings = [escaped[i : i + 200] for i in range(0, len(escaped), 200)]
    return f"{name}. TXT " + " ".join(f'"{s}"' for s in strings)


def judged(zone: str, *selectors: str) -> Report:
    """All DKIM checks, in a world that holds nothing else."""
    subject = Subject("example.com", selectors=selectors or ("s1",))
    return asyncio.run(report(subject, Zone.from_text(zone), DKIM))


def told(found: Report) -> list[str]:
    return sorted(f.id for f in found.findings)


def test_no_selector_is_guessed_so_none_can_be_missing() -> None:
    """Tools that try out common selectors call those missing that nobody ever used."""
    stream = next(s for s in world.streams() if s.subject.domain == "healthy.example")
    counting = Counting(world.zone())
    subject = Subject(stream.subject.domain, ips=stream.subject.ips)
    found = asyncio.run(report(subject, Cached(counting), registry.discover()))
    assert [q for q in counting.asked if "_domainkey" in q.name] == []
    outcomes = [o for o in found.outcomes if o.check_id.startswith("dkim-")]
    assert {o.check_id for o in outcomes} == {c.id for c in DKIM}
    assert {(o.verdict, o.reason.data if o.reason else ()) for o in outcomes} == {
        (Verdict.SKIPPED, ("--selector",))
    }


@pytest.mark.parametrize(
    "wildcard",
    [
        "*.example.com. A 192.0.2.1",
        '*.example.com. TXT "v=spf1 -all"',
        '*.example.com. TXT "v=DMARC1; p=none"',
        "*.example.com. CNAME www.example.com.\nwww.example.com. A 192.0.2.1",
        '*.example.com. CNAME www.example.com.\nwww.example.com. TXT "v=spf1 -all"',
        '*._domainkey.example.com. TXT "o=~"',
        "*._domainkey.example.com. A 192.0.2.1",
    ],
)
def test_a_wildcard_makes_no_key(wildcard: str) -> None:
    """That the name exists, or has some TXT record, does not mean that there is a key."""
    assert told(judged(wildcard)) == ["dkim-selector-missing"]


def test_a_key_from_a_wildcard_proves_nothing() -> None:
    assert told(judged(record("*._domainkey.example.com", SOUND), "s1", "anything")) == ["dkim-wildcard-key"]
    assert told(judged(record("*._domainkey.example.com", SOUND) + "\n" + record(KEY_NAME, SOUND))) == [
        "dkim-wildcard-key"
    ]


def test_a_wildcard_that_revokes_is_good_practice() -> None:
    revoked = record("*._domainkey.example.com", "v=DKIM1; p=")
    assert told(judged(f"{revoked}\n{record(KEY_NAME, SOUND)}")) == []
    assert told(judged(revoked)) == ["dkim-key-revoked"]


def test_a_wildcard_alias_is_taken_apart() -> None:
    found = judged(f"*._domainkey.example.com. CNAME {TARGET}.\n{record(TARGET, SOUND)}")
    (finding,) = found.findings
    assert (finding.id, str(finding.place)) == ("dkim-wildcard-key", "*._domainkey.example.com CNAME")
    assert finding.remedy is not None
    assert [(c.action, c.name, c.rtype, c.values) for c in finding.remedy.changes] == [
        ("add", KEY_NAME, "CNAME", (TARGET,)),
        ("remove", "*._domainkey.example.com", "CNAME", (TARGET,)),
    ]


def test_the_probe_is_asked_once_for_each_signing_domain() -> None:
    counting = Counting(Zone.from_text(record(KEY_NAME, SOUND)))
    subject = Subject("example.com", selectors=("s1", "s2", "s1._domainkey.example.net"))
    asyncio.run(report(subject, Cached(counting), DKIM))
    probes = sorted(q.name for q in counting.asked if q.name.startswith("none-"))
    assert probes == sorted([PROBE, dkim_facts.probe_name("example.net")])


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.TIMEOUT, Status.REFUSED])
def test_no_answer_is_no_missing_key(status: Status) -> None:
    class Dead:
        async def ask(self, question: Question) -> Answer:
            return Answer(question, status)

    found = asyncio.run(report(Subject("example.com", selectors=("s1",)), Dead(), DKIM))
    assert {o.check_id for o in found.outcomes} == {c.id for c in DKIM}
    assert {o.verdict for o in found.outcomes} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(("check_id", "text"), [*FAULTY.items(), *IMPERFECT.items()])
def test_a_fault_is_told_by_one_check(check_id: str, text: str) -> None:
    assert told(judged(record(KEY_NAME, text))) == [check_id]


@pytest.mark.parametrize(("check_id", "text"), [*FAULTY.items(), *IMPERFECT.items()])
def test_nothing_is_to_be_published_beside_an_alias(check_id: str, text: str) -> None:
    """DNS allows no record beside a CNAME (RFC 1034 section 3.6.2)."""
    found = judged(f"{KEY_NAME}. CNAME {TARGET}.\n{record(TARGET, text)}")
    (finding,) = found.findings
    assert (finding.id, finding.place.name) == (check_id, KEY_NAME)
    assert finding.remedy is not None
    beside = check_id == "dkim-only-ed"  # a second signature, under a name of its own
    assert {c.name for c in finding.remedy.changes} == {"rsa1._domainkey.example.com" if beside else TARGET}


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
def test_a_key_at_fault_carries_no_alignment(text: str) -> None:
    assert not _usable(text)


@pytest.mark.parametrize("text", [SOUND, *IMPERFECT.values()])
def test_a_key_that_works_does(text: str) -> None:
    assert _usable(text)


def test_of_two_different_keys_neither_is_counted_on() -> None:
    zone = Zone.from_text(f"{record(KEY_NAME, SOUND)}\n{record(KEY_NAME, FAULTY['dkim-key-too-short'])}")
    answer = asyncio.run(zone.ask(Question(KEY_NAME, "TXT")))
    assert dkim_facts.read("s1", KEY_NAME, answer) is None


def _usable(text: str) -> bool:
    answer = asyncio.run(Zone.from_text(record(KEY_NAME, text)).ask(Question(KEY_NAME, "TXT")))
    key = dkim_facts.read("s1", KEY_NAME, answer)
    assert key is not None
    return dkim_facts.usable(key)
