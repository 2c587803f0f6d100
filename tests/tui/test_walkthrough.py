"""The walkthrough over the example world: what each family says, what the keys do, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from textual.pilot import Pilot
from textual.worker import Worker

from deliverkit.engine import registry
from deliverkit.engine.audit import Event, Finished, Judged
from deliverkit.model.answer import Answer, Mx, Question, Status, Txt
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit_tui import app as app_module
from deliverkit_tui.app import Happened, Walkthrough
from deliverkit_tui.families import FAMILIES, PLAN, family_of
from tests.render.builds import POISONS, hostile
from tests.shared import shared_path
from tests.tui.driving import Replaced, drive, families, finished, headline, right, until

FINE = dict.fromkeys(FAMILIES, "fine") | {
    "servers": "skipped"
}  # which are asked one by one where that is wanted
NOT_TOLD = "could not tell"
DMARC = Question("_dmarc.healthy.example", "TXT")
ON_DMARC = {i for i in registry.ids() if i.startswith("dmarc-")} | {"dnssec-bogus", "bimi-policy-weak"}
ALL_BUT_DMARC = f"{len(registry.ids()) - len(ON_DMARC)} of {len(registry.ids())}"


def test_every_check_has_its_family() -> None:
    assert {family_of(check_id) for check_id in registry.ids()} == set(FAMILIES) - {PLAN}


@pytest.mark.parametrize(
    ("domain", "differing", "answer"),
    [
        ("healthy.example", {}, "No bounce is predicted."),
        (
            "broken.example",
            dict.fromkeys(("host", "blocklists", "spf", "dmarc", PLAN), "bounces"),
            "Yes. Receivers refuse this mail.",
        ),
        (
            "refused.example",
            dict.fromkeys(("blocklists", PLAN), NOT_TOLD),
            "Could not tell: some questions got no usable answer. Press r to ask again.",
        ),
    ],
)
def test_a_stream_of_the_lab(domain: str, differing: dict[str, str], answer: str) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert families(app) == FINE | differing
        assert " ".join(headline(app).split()) == f"Will mail from {domain} bounce? {answer}"

    drive(domain, how)


@pytest.mark.parametrize(
    ("question", "status", "touched"),
    [
        ("mail.healthy.example A", Status.TIMEOUT, {"host", "sender", "servers"}),
        ("1.113.0.203.in-addr.arpa PTR", Status.SERVFAIL, {"host"}),
        ("2.0.0.127.zen.spamhaus.org A", Status.TIMEOUT, {"blocklists"}),
        ("healthy.example MX", Status.REFUSED, {"sender", "servers", "transport"}),
        ("healthy.example TXT", Status.SERVFAIL, {"spf", "servers"}),
        ("s1._domainkey.healthy.example TXT", Status.UNRECORDED, {"dkim", "servers"}),
        ("_dmarc.healthy.example TXT", Status.REFUSED, {"dmarc", "servers"}),
    ],
)
def test_a_question_that_fails_cannot_be_told(question: str, status: Status, touched: set[str]) -> None:
    async def failing(asked: Question) -> Answer | None:
        return Answer(asked, status) if str(asked) == question else None

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert families(app) == FINE | dict.fromkeys({*touched, PLAN}, NOT_TOLD)
        await pilot.press(*"j" * min(map(FAMILIES.index, touched)))
        await pilot.pause()
        assert right(app).startswith(NOT_TOLD)
        assert f"No usable answer to: {question}" in right(app)

    drive("healthy.example", how, Cached(Replaced(failing)))


def test_what_was_not_given_is_skipped_and_not_fine() -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        left_out = ("host", "blocklists", "spf", "dkim", "dmarc", "transport", PLAN)
        skipped = dict.fromkeys(left_out, "skipped")
        assert families(app) == FINE | skipped
        assert "not all was looked at." in headline(app)
        assert "Not looked at: give --helo." in right(app)

    drive(Subject("healthy.example"), how)


def test_the_frozen_dns_of_a_real_domain() -> None:
    """A domain of the shared suites: what its file does not hold cannot be told."""

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert families(app) == {
            "host": "could not tell",
            "blocklists": "could not tell",
            "sender": "could not tell",
            "spf": "bounces",
            "dkim": "skipped",
            "dmarc": "could not tell",
            "servers": "could not tell",
            "transport": "could not tell",
            PLAN: "bounces",
        }
        await pilot.press(*"jjj")
        await pilot.pause()
        assert right(app).startswith("WARNING spf-too-many-mx")

    names = json.loads(shared_path("suites/mailauth-fixtures/dns-cache.json").read_text("utf-8"))
    known = {str(Question(name, "TXT")): rows["TXT"] for name, rows in names.items() if "TXT" in rows}

    async def frozen(asked: Question) -> Answer | None:
        if asked.rtype == "MX" and "MX" in names.get(asked.name, {}):
            hosts = tuple(Mx(row["priority"], row["exchange"]) for row in names[asked.name]["MX"])
            return Answer(asked, Status.OK, hosts)
        if str(asked) in known:
            texts = tuple(Txt(tuple(s.encode("latin-1") for s in row)) for row in known[str(asked)])
            return Answer(asked, Status.OK, texts)
        return Answer(asked, Status.UNRECORDED)

    drive(Subject("exploding.mx", ips=("192.0.2.1",)), how, Cached(Replaced(frozen)))


def test_outcomes_come_in_while_a_question_is_open() -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await until(pilot, lambda: list(families(app).values()).count("fine") == 5)
        assert families(app) == FINE | dict.fromkeys(("dmarc", "servers", "transport", PLAN), "waiting")
        assert f"Asking: {ALL_BUT_DMARC} checks done." in headline(app)
        await pilot.press(*"jjjjj")
        await pilot.pause()
        assert right(app).startswith("waiting dmarc-alias-broken waiting dmarc-fails")
        await pilot.press("end")
        await pilot.pause()
        assert right(app) == "The plan comes when every check is done."
        release.set()
        await finished(pilot, app)
        assert families(app) == FINE
        assert right(app) == "Nothing to fix."

    async def held(asked: Question) -> Answer | None:
        if asked == DMARC:
            await release.wait()
        return None

    release = asyncio.Event()
    drive("healthy.example", how, Cached(Replaced(held)))


def test_quitting_while_asking() -> None:
    given_up: list[Question] = []

    async def hanging(asked: Question) -> Answer | None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            given_up.append(asked)
            raise
        return None

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        assert "Asking" in headline(app)
        before = asyncio.get_running_loop().time()
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running and bool(given_up))
        assert asyncio.get_running_loop().time() - before < 2
        assert app.return_code == 0

    drive("healthy.example", how, Replaced(hanging))


def test_asking_again_asks_the_world_anew() -> None:
    mended: list[bool] = []

    async def mending(asked: Question) -> Answer | None:
        return None if mended else Answer(asked, Status.SERVFAIL)

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert families(app)["dmarc"] == NOT_TOLD
        mended.append(True)
        await pilot.press("r")
        await finished(pilot, app)
        assert families(app) == FINE

    drive("healthy.example", how, Cached(Replaced(mending)))


@pytest.mark.parametrize("keeps", [True, False], ids=["with a cache", "without"])
def test_asking_again_while_asking_starts_from_nothing(keeps: bool) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await until(pilot, lambda: ALL_BUT_DMARC in headline(app))
        await pilot.press("r", "r", "r")
        await until(pilot, lambda: ALL_BUT_DMARC in headline(app))
        release.set()
        await finished(pilot, app)
        assert families(app) == FINE
        assert right(app).count("fine helo-not-fqdn") == 1

    async def held(asked: Question) -> Answer | None:
        if asked == DMARC:
            await release.wait()
        return None

    release = asyncio.Event()
    drive("healthy.example", how, Cached(Replaced(held)) if keeps else Replaced(held))


def test_events_of_an_audit_that_was_given_up_do_not_count() -> None:
    """They may still be on their way when the next audit has begun."""
    late = hostile("late")

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        app.post_message(Happened(Judged(late.outcomes[0]), Worker(app, _nothing)))
        app.post_message(Happened(Finished(late), Worker(app, _nothing)))
        await pilot.pause()
        assert families(app) == FINE
        assert "late" not in right(app)

    async def _nothing() -> None:
        return None

    drive("healthy.example", how)


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_quitting_at_any_moment(moment: float) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await asyncio.sleep(moment)
        app.exit()

    drive("broken.example", how)


def test_an_exception_is_a_sentence() -> None:
    calm: list[bool] = []

    async def raising(asked: Question) -> Answer | None:
        if asked == DMARC and not calm:
            raise RuntimeError("[red]broken\x1b[31m pipe")
        return None

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        said = " ".join(headline(app).split())
        assert "The audit stopped, because something went wrong inside deliverkit" in said
        assert "(RuntimeError: [red]broken\\x1b[31m pipe)" in said
        assert families(app)["dmarc"] == families(app)[PLAN] == NOT_TOLD
        assert set(families(app).values()) <= {"fine", NOT_TOLD}
        await pilot.press(*"jjjjj")
        await pilot.pause()
        assert right(app).startswith("could not tell dmarc-alias-broken")
        calm.append(True)
        await pilot.press("r")
        await finished(pilot, app)
        assert families(app) == FINE

    drive("healthy.example", how, Cached(Replaced(raising)))


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
def test_the_way_by_keys(down: str, up: str) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert right(app).startswith("ERROR helo-not-fqdn The HELO name “web01” has no dot")
        assert "Bounce 914: certain, after HELO." in right(app)
        await pilot.press(down, down, down)
        await pilot.pause()
        assert "spf-ip-not-authorised" in right(app)
        await pilot.press(up, up, up, "enter", down, "enter")
        await pilot.pause()
        assert right(app).startswith("ptr-missing: Sending address has no reverse name Severity ERROR")
        await pilot.press(down, "escape", "escape", down)
        await pilot.pause()
        assert "dnsbl-ip-listed (zen.spamhaus.org 203.0.113.2)" in right(app)

    drive("broken.example", how)


@pytest.mark.parametrize("key", ["question_mark", "f1"])
def test_the_page_of_the_check(key: str) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        await pilot.press(key)
        await pilot.pause()
        assert right(app).startswith("helo-not-fqdn: ")
        assert "What it checks" in right(app)
        await pilot.press(key, "r")
        await finished(pilot, app)
        assert right(app).startswith("helo-not-fqdn: "), "a page stays while the audit goes on"
        await pilot.press("escape", "escape", "end", key)
        await pilot.pause()
        assert "The plan: 5 fixes" in right(app), "the plan has no page"

    drive("broken.example", how)


def test_the_plan_has_the_records_to_publish() -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        await pilot.press("end")
        await pilot.pause()
        assert "The plan: 5 fixes, in this order" in right(app)
        assert "2.113.0.203.in-addr.arpa. 3600 IN PTR mail.broken.example." in right(app)
        assert "with every step done, the audit finds nothing any more." in right(app)

    drive("broken.example", how)


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_hostile_report_is_harmless(monkeypatch: pytest.MonkeyPatch, poison: str) -> None:
    report = hostile(poison)

    async def examine(_: Subject, __: Resolver) -> AsyncIterator[Event]:
        for outcome in report.outcomes:
            yield Judged(outcome)
        yield Finished(report)

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        for _ in FAMILIES:
            assert all(c.isprintable() for c in right(app) + headline(app).replace("\n", ""))
            await pilot.press("j")
            await pilot.pause()

    monkeypatch.setattr(app_module, "examine", examine)
    drive("healthy.example", how)


def test_hostile_records_are_shown_as_they_are() -> None:
    text = "v=spf1 [@click=app.quit]x[/]\x1b]0;title\x07 -all"

    async def poisoned(asked: Question) -> Answer | None:
        if str(asked) == "healthy.example TXT":
            return Answer(asked, Status.OK, (Txt.of(text),))
        return None

    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        assert families(app)["spf"] == "bounces"
        await pilot.press(*"jjj")
        await pilot.pause()
        assert "“[@click=app.quit]x[/]\\x1b]0;title\\x07” has a character" in right(app)
        await pilot.click("#outcomes", offset=(5, 2))
        assert app.is_running

    drive("healthy.example", how, Cached(Replaced(poisoned)))


@pytest.mark.parametrize("size", [(40, 10), (200, 60)])
def test_another_size_of_screen(size: tuple[int, int]) -> None:
    async def how(pilot: Pilot[None], app: Walkthrough) -> None:
        await finished(pilot, app)
        await pilot.resize_terminal(*size)
        await pilot.press(*"jjjjjj", "enter", "j", "escape", "k", "question_mark")
        await pilot.pause()
        assert app.is_running
        assert "broken.example" in headline(app)

    drive("broken.example", how)
