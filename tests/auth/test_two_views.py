"""Two views of the same names in one process (today's DNS and a proposal, say) never mix, whatever is cached."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from deliverkit.auth import authenticate, spf
from deliverkit.auth.results import Authentication
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.model.answer import Answer, Question
from deliverkit.model.subject import Subject
from deliverkit.resolver.zonefile import Zone
from tests.shared import ROOT

FOLDER = ROOT / "examples" / "message"
NOW = 1795392000


def _zones() -> tuple[Zone, Zone]:
    sound = Path(FOLDER / "zone.txt").read_text("ascii")
    other = sound.replace("192.0.2.128/28", "198.51.100.0/24").replace("p=reject", "p=quarantine")
    head, key, rest = other.partition('"v=DKIM1; k=rsa; p="')
    revoked = head + '"v=DKIM1; k=rsa; p=" )\n' + rest[rest.index("_dmarc") :]
    assert key
    return Zone.from_text(sound, source="sound"), Zone.from_text(revoked, source="other")


class _Slow:
    """Lets every other evaluation go on between question and answer."""

    def __init__(self, below: Zone) -> None:
        self.below = below

    async def ask(self, question: Question) -> Answer:
        await asyncio.sleep(0)
        return await self.below.ask(question)


def _told(found: Authentication) -> tuple[str, ...]:
    return (found.spf.result, *(s.result for s in found.dkim), found.dmarc.result, found.dmarc.policy)


def test_a_message_evaluated_in_both_at_once() -> None:
    message = (FOLDER / "newsletter.eml").read_bytes()

    async def run() -> list[Authentication]:
        views = [_Slow(zone) for zone in _zones()]
        return await asyncio.gather(
            *(
                authenticate(message, "192.0.2.130", "mx.letters.example", "b@letters.example", view, NOW)
                for _ in range(20)
                for view in views
            )
        )

    found = [_told(one) for one in asyncio.run(run())]
    assert set(found[::2]) == {("pass", "pass", "pass", "reject")}
    assert set(found[1::2]) == {("softfail", "permerror", "fail", "quarantine")}


def test_a_stream_audited_in_both_at_once() -> None:
    subject = Subject(
        "shop.example",
        ips=("192.0.2.130",),
        mail_from="letters.example",
        selectors=("s1",),
        blocklists=(),
    )
    checks = [registry.load(i) for i in registry.ids() if i.startswith(("spf-", "dkim-", "dmarc-"))]

    async def run() -> list[set[str]]:
        views = [_Slow(zone) for zone in _zones()]
        reports = await asyncio.gather(*(report(subject, view, checks) for view in views * 3))
        return [{f.id for f in one.findings} for one in reports]

    sound, other, *again = asyncio.run(run())
    assert again == [sound, other, sound, other]
    assert other - sound >= {"spf-ip-not-authorised", "dkim-key-revoked", "dmarc-not-aligned"}
    assert not sound & {"spf-ip-not-authorised", "dkim-key-revoked", "dmarc-not-aligned"}


def test_a_result_cannot_be_changed() -> None:
    """Reasons are shared between evaluations: a change of one would be told of another domain."""
    result = asyncio.run(spf("192.0.2.130", "b@letters.example", "mx.letters.example", _zones()[0]))
    with pytest.raises(TypeError):
        result.reason.data["domain"] = "example.org"  # type: ignore[index]
    assert hash(result) == hash(replace(result))
