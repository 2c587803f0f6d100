"""Why signatures do not hold: zones signed here, then broken in one place each."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

import dns.dnssec
import dns.name
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dns.dnssectypes import Algorithm

from deliverkit.adapters.dnssec import Fault, record_fault, zone_fault
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts.dnssec import validations
from deliverkit.lab.server import NameServer
from deliverkit.lab.servers import Views
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver.live import Live
from deliverkit.resolver.zonefile import Zone

ZONE = dns.name.from_text("example.com")
NOW = 1_790_000_000  # 2026-09-21
DAY = 86400
LATER = 2_100_000_000  # 2036
SPF = "v=spf1 -all"


class Signer:
    """A zone with one key; ``number`` makes another one."""

    def __init__(self, number: int = 1) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        algorithm = Algorithm.ED25519
        self.key = dns.dnssec.make_dnskey(self.private.public_key(), algorithm, flags=257)
        self.tag = str(dns.dnssec.key_id(self.key))

    def signature(self, rtype: str, *values: str, begin: int = NOW - DAY, end: int = NOW + DAY) -> str:
        rrset = dns.rrset.from_text_list(ZONE, 3600, "IN", rtype, values)
        signed = dns.dnssec.sign(rrset, self.private, ZONE, self.key, inception=begin, expiration=end)
        return signed.to_text()

    @property
    def ds(self) -> str:
        return dns.dnssec.make_ds(ZONE, self.key, "SHA256").to_text()


ONE, OTHER = Signer(1), Signer(2)


def answered(rtype: str, values: tuple[str, ...], *signatures: str) -> Answer:
    status = Status.OK if values else Status.NODATA
    records = tuple(Txt.of(v) for v in values) if rtype == "TXT" else values
    question = Question("example.com", rtype, unchecked=True)
    return Answer(question, status, records, ttl=3600, signatures=signatures)


KEYS = answered("DNSKEY", (ONE.key.to_text(),), ONE.signature("DNSKEY", ONE.key.to_text()))
DS = answered("DS", (ONE.ds,))


def spf(*signatures: str) -> Answer:
    return answered("TXT", (SPF,), *signatures)


def test_a_sound_zone_has_no_fault() -> None:
    assert zone_fault("example.com", KEYS, DS, NOW) is None
    assert record_fault("example.com", KEYS, spf(ONE.signature("TXT", f'"{SPF}"')), NOW) is None


@pytest.mark.parametrize(
    ("keys", "ds", "fault"),
    [
        (KEYS, answered("DS", (OTHER.ds,)), Fault("ds-mismatch", tags=(OTHER.tag,))),
        (answered("DNSKEY", ()), DS, Fault("dnskey-missing", tags=(ONE.tag,))),
        (answered("DNSKEY", (ONE.key.to_text(),)), DS, Fault("signature-missing")),
        (
            answered(
                "DNSKEY", (ONE.key.to_text(),), ONE.signature("DNSKEY", ONE.key.to_text(), end=NOW - DAY)
            ),
            DS,
            Fault("expired", "2026-09-20", (ONE.tag,)),
        ),
        (
            answered(
                "DNSKEY",
                (ONE.key.to_text(), OTHER.key.to_text()),
                OTHER.signature("DNSKEY", ONE.key.to_text(), OTHER.key.to_text()),
            ),
            DS,
            Fault(
                "key-missing", tags=(OTHER.tag,)
            ),  # it does not sign itself with the key that the parent names
        ),
    ],
)
def test_a_fault_of_the_keys(keys: Answer, ds: Answer, fault: Fault) -> None:
    assert zone_fault("example.com", keys, ds, NOW) == fault


@pytest.mark.parametrize(
    ("signatures", "fault"),
    [
        ((), Fault("signature-missing")),
        ((ONE.signature("TXT", f'"{SPF}"', end=NOW - 1),), Fault("expired", "2026-09-21", (ONE.tag,))),
        (
            (ONE.signature("TXT", f'"{SPF}"', begin=NOW + DAY, end=NOW + 2 * DAY),),
            Fault("not-yet-valid", "2026-09-22", (ONE.tag,)),
        ),
        ((OTHER.signature("TXT", f'"{SPF}"'),), Fault("key-missing", tags=(OTHER.tag,))),
        ((ONE.signature("TXT", '"v=spf1 +all"'),), Fault("signature-wrong", tags=(ONE.tag,))),
        (("TXT nonsense",), Fault("unsupported")),
    ],
)
def test_a_fault_of_a_record(signatures: tuple[str, ...], fault: Fault) -> None:
    assert record_fault("example.com", KEYS, spf(*signatures), NOW) == fault


def test_one_signature_that_holds_is_enough() -> None:
    old, good = ONE.signature("TXT", f'"{SPF}"', end=NOW - DAY), ONE.signature("TXT", f'"{SPF}"')
    assert record_fault("example.com", KEYS, spf(old, good), NOW) is None
    assert record_fault("example.com", KEYS, spf(good, old), NOW) is None


def test_what_cannot_be_read_is_no_fault_of_its_own() -> None:
    unread = answered("DNSKEY", ("not a key",))
    assert zone_fault("example.com", unread, DS, NOW) == Fault("ds-mismatch", tags=(ONE.tag,))
    with_digest = replace(DS, records=(f"{ONE.tag} 15 200 {base64.b16encode(bytes(32)).decode()}",))
    assert zone_fault("example.com", KEYS, with_digest, NOW) == Fault("unsupported", tags=(ONE.tag,))


def zone_text(*, end: int) -> str:
    key = ONE.key.to_text()
    lines = [
        "example.com. 3600 SOA ns1.example.net. hostmaster.example.com. 7 7200 3600 1209600 3600",
        f"example.com. 3600 DS {ONE.ds}",
        f"example.com. 3600 DNSKEY {key}",
        f"example.com. 3600 RRSIG {ONE.signature('DNSKEY', key, end=LATER)}",
        f'example.com. 3600 TXT "{SPF}"',
        f"example.com. 3600 RRSIG {ONE.signature('TXT', f'{chr(34)}{SPF}{chr(34)}', end=end)}",
    ]
    return "\n".join(lines)


def test_an_expired_signature_over_the_wire() -> None:
    async def run() -> list[tuple[str, str, str, tuple[str, ...]]]:
        views = Views(Zone.from_text(zone_text(end=NOW - DAY)), {}, ["example.com"])
        async with NameServer(views) as server:
            live = Live(["{}:{}".format(*server.address)])
            seen = await validations(Subject("example.com"), live, NOW)
        return [(f.scope, f.fault, f.date, tuple(w.rtype for w in f.withheld)) for f in seen.facts]

    assert asyncio.run(run()) == [
        ("example.com", "expired", "2026-09-20", ("TXT",)),
        # Whether proofs of what is not there hold is not looked at.
        ("example.com MX", "", "", ()),
        ("_dmarc.example.com TXT", "", "", ()),
    ]


def test_where_all_signatures_hold_a_failure_is_of_another_kind() -> None:
    async def run() -> list[str]:
        views = Views(Zone.from_text(zone_text(end=NOW + DAY)), {}, ["example.com"])
        return [f.fault for f in (await validations(Subject("example.com"), views, NOW)).facts]

    assert asyncio.run(run()) == [""]


ALIASED = """
s1._domainkey.example.com. CNAME key.example.net.
key.example.net. TXT "v=DKIM1; p=AAAA"
"""


class Failing:
    """A resolver that fails once for each of these names, in a signed world; ``told``: what it says of that."""

    def __init__(self, names: tuple[str, ...], told: str = "") -> None:
        self.names = set(names)
        self.told = told
        self.below = Zone.from_text(zone_text(end=LATER) + "\n" + ALIASED)

    async def ask(self, question: Question) -> Answer:
        if question.name in self.names and not question.unchecked:
            self.names.remove(question.name)
            detail = f"192.0.2.53:53 answered SERVFAIL{self.told}"
            return Answer(question, Status.SERVFAIL, detail=detail)
        return await self.below.ask(question)


@pytest.mark.parametrize(
    ("name", "told", "verdict"),
    [
        ("_dmarc.example.com", "", Verdict.UNKNOWN),  # there is no such name
        (
            "s1._domainkey.example.com",
            "",
            Verdict.UNKNOWN,
        ),  # an alias, behind which another zone may be at fault
        ("example.com", "", Verdict.UNKNOWN),
        ("_dmarc.example.com", ", EDE 22 (No Reachable Authority)", Verdict.UNKNOWN),
        ("_dmarc.example.com", ", EDE 12 (NSEC Missing)", Verdict.FAIL),
    ],
)
def test_one_passing_failure_in_a_sound_zone_proves_nothing(name: str, told: str, verdict: Verdict) -> None:
    check = registry.load("dnssec-bogus")
    subject = Subject("example.com", selectors=("s1",))
    outcomes = asyncio.run(report(subject, Failing((name,), told), [check])).outcomes
    assert {o.verdict for o in outcomes} == {verdict}
    assert [f.message for o in outcomes for f in o.findings] == ["told"] * (verdict is Verdict.FAIL)


class Telling:
    """A resolver that explains why it failed (RFC 8914)."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.below = Zone.from_text(zone_text(end=LATER))
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.unchecked:
            return await self.below.ask(question)
        return Answer(
            question, Status.SERVFAIL, detail=f"192.0.2.53:53 answered SERVFAIL, EDE {self.code} (text)"
        )


@pytest.mark.parametrize(("code", "verdict"), [(6, Verdict.FAIL), (7, Verdict.FAIL), (22, Verdict.UNKNOWN)])
def test_the_resolver_is_believed_when_it_names_the_reason(code: int, verdict: Verdict) -> None:
    check = registry.load("dnssec-bogus")
    (outcome,) = asyncio.run(report(Subject("example.com"), Telling(code), [check])).outcomes
    assert outcome.verdict is verdict
    assert [f.data["told"] for f in outcome.findings] == [(str(code),)] * (verdict is Verdict.FAIL)


def test_nothing_more_is_asked_where_nothing_fails() -> None:
    class Counting:
        def __init__(self) -> None:
            self.asked: list[Question] = []

        async def ask(self, question: Question) -> Answer:
            self.asked.append(question)
            return Answer(question, Status.NXDOMAIN)

    counting = Counting()
    asyncio.run(validations(Subject("example.com", selectors=("s1",)), counting, NOW))
    assert [str(q) for q in counting.asked] == [
        "example.com MX",
        "example.com TXT",
        "_dmarc.example.com TXT",
        "s1._domainkey.example.com TXT",
    ]
