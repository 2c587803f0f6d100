"""ARC: chains of every kind by a table, then what a table cannot show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import dkim as dkimpy
import pytest

from deliverkit.auth.chain import arc
from deliverkit.auth.results import ArcResult
from deliverkit.model.answer import Status
from tests.auth.dkim_cases import NOW, before, behind, swap
from tests.auth.sealing import Hop, chain
from tests.auth.signing import BODY, ED25519, HEAD, KEY_NAME, rsa
from tests.auth.zone import Given, Zone

SOUND = {
    KEY_NAME: rsa().record(),
    "ed._domainkey.example.net": ED25519.record(),
    "big._domainkey.example.org": rsa(2048).record(),
}


@dataclass(frozen=True)
class Case:
    """``data``: what the reason must hold at least. ``oldest``: the value of oldest_pass."""

    name: str
    clause: str
    result: str
    reason: str
    hops: tuple[Hop, ...] = (Hop(), Hop(), Hop())
    after: Callable[[bytes], bytes] | None = None
    zone: Mapping[str, Given] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    oldest: int | None = None

    def message(self) -> bytes:
        whole = chain(*self.hops)
        return self.after(whole) if self.after else whole


def ok(name: str, clause: str, *hops: Hop, oldest: int = 0, **more: object) -> Case:
    return Case(name, clause, "pass", "arc.pass", hops, oldest=oldest, **more)  # type: ignore[arg-type]


def broken(name: str, clause: str, reason: str, *hops: Hop, **more: object) -> Case:
    return Case(name, clause, "fail", f"arc.{reason}", hops, **more)  # type: ignore[arg-type]


def reversed_header(message: bytes) -> bytes:
    """The ARC fields the other way round: their order in the message means nothing (section 5.1.1)."""
    head, _, body = message.partition(b"\r\nFrom:")
    return b"\r\n".join(head.split(b"\r\n")[::-1]) + b"\r\nFrom:" + body


ED = {"a": "ed25519-sha256", "d": "example.net", "s": "ed"}
LARGE = {"d": "example.org", "s": "big"}
SUBJECT = (b"A  subject", b"[list] A  subject")

# fmt: off
CASES = (
    ok("one", "8617 5.2", Hop()),
    ok("three", "8617 5.2", Hop(), Hop(), Hop()),
    ok("fifty", "8617 4.2.1", *[Hop() for _ in range(50)]),
    ok("three-domains", "8617 5.2", Hop(), Hop(ED, ED, pair=ED25519), Hop(LARGE, LARGE, pair=rsa(2048))),
    ok("no-blank-after-the-colon", "8617 4.2.1", Hop(colon=":"), Hop(colon=":")),
    ok("instance-last", "8617 4.2.1", Hop({"i": None, "I": "x", "t": "1; i=1"}, {"i": None, "t": "1; i=1"})),
    ok("instance-01", "8617 4.2.1", Hop({"i": "01"}, {"i": "01"}, results=" i=01; mx.example.com; none")),
    ok("results-with-comments", "8617 4.2.1 CFWS",
       Hop(results="(a;\\)) i (b)\r\n =\t1 (c) ; mx.example.com; none")),
    ok("fields-in-another-order", "8617 5.1.1", Hop(), Hop(), after=reversed_header),
    ok("other-header-fields-added", "8617 5.2", Hop(), after=before(b"Received: by mx.example.net\r\n")),
    ok("simple", "8617 4.1.2", Hop({"c": "simple/simple"})),
    ok("no-c-means-simple", "8617 4.1.2", Hop({"c": None})),
    ok("from-unsigned", "8617 4.1.2", Hop({"h": "to:subject"})),
    ok("h-empty-name", "8617 4.1.2", Hop({"h": "from::to"})),
    ok("h-with-arc-results", "8617 4.1.2", Hop({"h": "from:arc-authentication-results"}), Hop()),
    ok("seal-with-unknown-tags", "8617 4.1.3", Hop(seal={"zz": "1", "t": "1700000000"})),
    ok("message-changed-on-the-way", "8617 5.2 step 5", Hop(), Hop(changes=SUBJECT), Hop(), oldest=2),
    ok("message-changed-last", "8617 5.2 step 5", Hop(), Hop(), Hop(changes=SUBJECT), oldest=3),
    ok("message-changed-and-changed-back", "8617 5.2 step 5", Hop(), Hop(changes=SUBJECT),
       Hop(changes=SUBJECT[::-1]), oldest=3),
    ok("old-signature-without-key", "8617 5.2 step 5", Hop({"s": "gone"}), Hop(), oldest=2),
    Case("old-signature-unanswered", "8617 5.2 step 5", "pass", "arc.pass", (Hop({"s": "late"}), Hop()),
         zone={"late._domainkey.example.com": Status.TIMEOUT}, oldest=None),

    broken("51-sets", "8617 4.2.1", "too-many", *[Hop() for _ in range(51)]),
    broken("instance-51", "8617 4.2.1", "instance", Hop(), Hop(instance=51)),
    broken("instance-0", "8617 4.2.1", "instance", Hop({"i": "0"}), data={"name": "ARC-Message-Signature"}),
    broken("instance-missing", "8617 4.2.1", "instance", Hop(seal={"i": None}), data={"name": "ARC-Seal"}),
    broken("instance-empty", "8617 4.2.1", "instance", Hop(seal={"i": ""})),
    broken("instance-word", "8617 4.2.1", "instance", Hop(seal={"i": "one"})),
    broken("instance-three-digits", "8617 4.2.1", "instance", Hop(seal={"i": "001"})),
    broken("results-without-instance", "8617 4.1.1", "instance", Hop(results=" mx.example.com; none"),
           data={"name": "ARC-Authentication-Results"}),
    broken("results-instance-not-first", "8617 4.1.1", "instance", Hop(results=" mx.example.com; i=1; none")),
    broken("results-without-semicolon", "8617 4.1.1", "instance", Hop(results=" i=1 mx.example.com")),
    broken("results-with-upper-case", "8617 4.2.1", "instance", Hop(results=" I=1; mx.example.com; none")),
    *(broken(f"{part}-missing", "8617 5.2 step 3A", "missing", Hop(), Hop(drop=[part]),
             data={"instance": 2, "name": name})
      for part, name in (("seal", "ARC-Seal"), ("message", "ARC-Message-Signature"),
                         ("results", "ARC-Authentication-Results"))),
    *(broken(f"{part}-twice", "8617 5.2 step 3A", "several", Hop(twice=[part]), Hop(),
             data={"instance": 1, "name": name, "count": 2})
      for part, name in (("seal", "ARC-Seal"), ("message", "ARC-Message-Signature"),
                         ("results", "ARC-Authentication-Results"))),
    broken("first-missing", "8617 5.2 step 3B", "gap", Hop(instance=2, cv="pass"), data={"instance": 1, "highest": 2}),
    broken("151-fields", "8617 4.2.1", "too-many", *[Hop() for _ in range(49)], Hop(twice=["seal"]),
           data={"count": 151, "most": 50}),
    broken("gap", "8617 5.2 step 3B", "gap", Hop(), Hop(instance=4), data={"instance": 2, "highest": 4}),
    broken("cv-fail", "8617 5.2 step 2", "cv-fail", Hop(), Hop(cv="fail"), data={"instance": 2}),
    broken("cv-fail-first", "8617 5.2 step 2", "cv-fail", Hop(cv="fail")),
    broken("cv-fail-earlier", "8617 5.2 step 3C", "cv", Hop(), Hop(cv="fail"), Hop(),
           data={"instance": 2, "cv": "fail", "expected": "pass"}),
    broken("cv-pass-first", "8617 5.2 step 3C", "cv", Hop(cv="pass"), data={"instance": 1, "expected": "none"}),
    broken("cv-none-later", "8617 5.2 step 3C", "cv", Hop(), Hop(cv="none"), data={"instance": 2, "cv": "none"}),
    broken("cv-missing", "8617 4.1.3", "cv", Hop(seal={"cv": None}), data={"cv": ""}),
    broken("cv-unknown", "8617 4.1.3", "cv", Hop(cv="good")),
    broken("cv-upper-case", "6376 3.2", "cv", Hop(cv="None")),
    broken("body-changed", "8617 5.2 step 4", "part-failed", Hop(), Hop(), after=behind(b"footer\r\n"),
           data={"name": "ARC-Message-Signature", "instance": 2, "domain": "example.com"}),
    broken("header-changed", "8617 5.2 step 4", "part-failed", Hop(), after=swap(b"To: Reader", b"To: reader"),
           data={"name": "ARC-Message-Signature", "instance": 1}),
    broken("seal-changed", "8617 5.2 step 6", "part-failed", Hop(), Hop(),
           after=swap(b"a=rsa-sha256; cv=pass", b"a=rsa-sha256;  cv=pass;"),
           data={"name": "ARC-Seal", "instance": 2}),
    broken("old-results-changed", "8617 5.2 step 6", "part-failed", Hop(), Hop(),
           after=swap(b" i=1; mx.example.com; spf=pass", b" i=1; mx.example.com; spf=fail"),
           data={"name": "ARC-Seal", "instance": 2}),
    broken("seal-with-h", "8617 4.1.3", "part-failed", Hop(seal={"h": "from"}), data={"name": "ARC-Seal"}),
    broken("seal-signed", "8617 4.1.2", "part-failed", Hop(), Hop({"h": "from:arc-seal"}),
           data={"name": "ARC-Message-Signature", "instance": 2}),
    broken("rsa-sha1", "8301 3.1", "part-failed", Hop({"a": "rsa-sha1"})),
    broken("seal-rsa-sha1", "8301 3.1", "part-failed", Hop(seal={"a": "rsa-sha1"}), data={"name": "ARC-Seal"}),
    broken("message-expired", "6376 6.1.1", "part-failed", Hop({"x": "1600000000"})),
    broken("message-syntax", "6376 3.2", "part-failed", Hop({"zz": ";;"})),
    broken("key-missing", "6376 6.1.2", "part-failed", Hop({"s": "gone"})),
    broken("key-revoked", "6376 6.1.2", "part-failed", Hop(), Hop(seal=LARGE),
           zone={"big._domainkey.example.org": "v=DKIM1; p="}, data={"name": "ARC-Seal", "instance": 2}),
    broken("key-short", "8301 3.2", "part-failed", Hop(LARGE, LARGE, pair=rsa(512)),
           zone={"big._domainkey.example.org": rsa(512).record()}),
    broken("key-of-another", "8617 5.2 step 6", "part-failed", Hop(seal=LARGE), data={"name": "ARC-Seal"}),
    broken("key-late-but-body-changed", "8617 5.2 step 4", "part-failed", Hop(), Hop(seal=LARGE),
           after=behind(b"footer\r\n"), zone={"big._domainkey.example.org": Status.SERVFAIL}),
    *(Case(f"key-{status.lower()}", "8617 5.2 6376 6.1.2", "temperror", "arc.part-untested", (Hop(), Hop(seal=LARGE)),
           zone={"big._domainkey.example.org": status}, data={"name": "ARC-Seal", "instance": 2})
      for status in (Status.TIMEOUT, Status.SERVFAIL, Status.REFUSED, Status.UNRECORDED)),
    Case("message-key-late", "8617 5.2", "temperror", "arc.part-untested", (Hop({"s": "late"}),),
         zone={"late._domainkey.example.com": Status.TIMEOUT},
         data={"name": "ARC-Message-Signature", "instance": 1}),
)
# fmt: on


def run(message: bytes, zone: Mapping[str, Given] | None = None) -> ArcResult:
    return asyncio.run(arc(message, Zone({**SOUND, **(zone or {})}), NOW))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    result = run(case.message(), case.zone)
    steps = [
        (str(one.instance), part.reason.key)
        for one in result.sets
        for part in (one.seal, one.message_signature)
        if part
    ]
    assert (result.result, result.reason.key) == (case.result, case.reason), (str(result.reason), steps)
    assert {**result.reason.data, **case.data} == dict(result.reason.data)
    assert result.oldest_pass == case.oldest
    assert all(str(reason).endswith(".") for reason in (result.reason, *result.trace))


# What dkimpy 1.1.8 says otherwise: no Ed25519, no comments, an exception without the blank; it takes an instance of
# any size and anywhere; it has no word for a chain that its own seal calls broken, nor for an open question.
DKIMPY_DIFFERS = frozenset(
    """
    three-domains no-blank-after-the-colon instance-last results-with-comments fields-in-another-order
    no-c-means-simple 51-sets instance-three-digits results-instance-not-first results-without-semicolon
    results-with-upper-case cv-fail cv-fail-first cv-fail-earlier key-timeout key-servfail key-refused
    key-unrecorded message-key-late
    """.split()
)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name not in DKIMPY_DIFFERS], ids=lambda case: case.name
)
def test_beside_dkimpy(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = {**SOUND, **case.zone}

    def record(name: bytes, **_: object) -> bytes | None:
        given = zone.get(name.decode().removesuffix(".").lower())
        return given.encode() if isinstance(given, str) and not isinstance(given, Status) else None

    monkeypatch.setattr("time.time", lambda: NOW)
    cv, _, _ = dkimpy.arc_verify(case.message(), dnsfunc=record)
    assert cv.decode() == case.result


def test_no_chain() -> None:
    zone = Zone({})
    result = asyncio.run(arc(HEAD + b"\r\n" + BODY, zone, NOW))
    assert (result.result, result.reason.key) == ("none", "arc.none")
    assert (result.sets, result.oldest_pass, result.answers, zone.asked) == ((), None, (), [])


def test_sets_and_trace_of_a_pass() -> None:
    zone = Zone(SOUND)
    message = chain(Hop(results=" i=1; mx.example.com;\r\n\tdkim=none"), Hop(ED, ED, pair=ED25519))
    result = asyncio.run(arc(message, zone, NOW))
    assert [(one.instance, one.cv, one.authentication_results) for one in result.sets] == [
        (1, "none", "mx.example.com;\tdkim=none"),
        (2, "pass", "mx.example.com; spf=pass smtp.mailfrom=example.com"),
    ]
    for one, key_bits in zip(result.sets, (1024, 256), strict=True):
        assert one.seal is not None and one.message_signature is not None
        assert (one.seal.result, one.message_signature.result) == ("pass", "pass")
        assert (one.seal.key_bits, one.seal.canonicalization, one.seal.signed_headers) == (key_bits, "", ())
        assert one.message_signature.signed_headers == ("from", "to", "subject", "date")
    assert [str(question) for question in zone.asked] == [f"{KEY_NAME} TXT", "ed._domainkey.example.net TXT"]
    assert [answer.question for answer in result.answers] == zone.asked
    assert [(step.key, step.data["name"], step.data["instance"], step.data["result"]) for step in result.trace] == [
        ("arc.step.part", "ARC-Message-Signature", 2, "pass"),
        ("arc.step.part", "ARC-Seal", 2, "pass"),
        ("arc.step.part", "ARC-Seal", 1, "pass"),
    ]  # fmt: skip


def test_trace_of_a_failure_has_the_cause() -> None:
    result = run(chain(Hop(), Hop(seal=LARGE)), {"big._domainkey.example.org": "v=DKIM1; p="})
    assert [step.key for step in result.trace] == [
        "arc.step.part",
        "arc.step.part",
        "dkim.key-revoked",
        "arc.step.part",
    ]
    assert [one.instance for one in result.sets] == [1, 2]


def test_a_broken_structure_asks_nothing_and_shows_the_complete_sets() -> None:
    zone = Zone(SOUND)
    result = asyncio.run(arc(chain(Hop(), Hop(drop=["seal"])), zone, NOW))
    assert zone.asked == []
    assert [(one.instance, one.seal, one.message_signature) for one in result.sets] == [(1, None, None)]


def test_without_c_the_default_of_the_drafts_is_tried_after_that_of_the_rfc() -> None:
    simple = run(chain(Hop({"c": None})))
    # Under relaxed/relaxed the blanks of the subject do not count.
    relaxed = run(chain(Hop({"c": "relaxed/relaxed"})))
    assert simple.result == relaxed.result == "pass"
    seen = run(chain(Hop({"c": None})).replace(b"A  subject", b"A subject"))
    assert (seen.result, seen.reason.key) == ("fail", "arc.part-failed")


@pytest.mark.parametrize(
    "message",
    [
        lambda: b"ARC-Authentication-Results:" + b"(" * 5_000_000 + b"\r\n\r\n",
        lambda: b"ARC-Authentication-Results:" + b"()" * 3_000_000 + b"\r\n\r\n",
        lambda: b"ARC-Authentication-Results:" + b" " * 5_000_000 + b"\r\n\r\n",
        lambda: b"ARC-Authentication-Results:(" + b"\\)" * 3_000_000 + b"\r\n\r\n",
        lambda: b"ARC-Authentication-Results: i=1; x\r\n" * 200_000 + b"\r\n",
        lambda: b"ARC-Seal: i=1; cv=none\r\n" * 200_000 + b"\r\n",
        lambda: chain(*[Hop(results=" i={i}; x; " + "y" * 200_000) for _ in range(20)]),
        lambda: chain(*[Hop() for _ in range(50)]) + b"x \r\n" * 2_000_000,
    ],
    ids=["open comments", "comments", "blanks", "escapes", "results", "seals", "long sets", "long body"],
)
def test_large_chains(message: Callable[[], bytes]) -> None:
    """Linear: anything else would take minutes here."""
    assert str(run(message()).reason)
