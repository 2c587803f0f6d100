"""Guessing DKIM selectors: what is found, what guards against finds that are none, and what a find may decide."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import pytest

from deliverkit import wiring
from deliverkit.engine import registry
from deliverkit.engine.audit import report
from deliverkit.facts import dkim as dkim_facts
from deliverkit.facts import providers, selectors
from deliverkit.lab import world
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.report import Report
from deliverkit.model.selectors import FoundSelector, Guesses
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Prediction, Severity, Verdict
from deliverkit.records.dkim import SAMPLE_KEY
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.zonefile import Zone
from tests.engine.test_depth import Rounds

KEY = f'"v=DKIM1; k=rsa; p={SAMPLE_KEY[:200]}" "{SAMPLE_KEY[200:]}"'
SHORT = (
    '"p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANes95l3Pa9jvODtUnSx2gK0qFKBRM/hsGjN+w77wKjwv4XBwyjoFdO6YN6uNl+YaGpW'
    'tGnViDXXHEpBBBtOvnMCAwEAAQ=="'
)
BASE = """
example.com. SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 60
example.com. MX 10 mail.example.com.
mail.example.com. A 192.0.2.25
"""
PROBE = dkim_facts.probe_name("example.com")
STREAM = Subject("example.com", looks=("selectors",))
DKIM = tuple(i for i in registry.ids() if i.startswith("dkim-"))


class View:
    """A zone in which some questions end in a status of their own; every question is kept."""

    def __init__(self, text: str, failing: Callable[[str], bool] = lambda _: False) -> None:
        self.zone = Zone.from_text(text, strict=False)
        self.failing = failing
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.failing(question.name):
            return Answer(question, Status.SERVFAIL)
        return await self.zone.ask(question)


def guessed(text: str, failing: Callable[[str], bool] = lambda _: False) -> Guesses:
    return asyncio.run(selectors.guess(STREAM, View(BASE + text, failing)))


def judged(text: str, subject: Subject = STREAM, ids: tuple[str, ...] = DKIM) -> Report:
    return asyncio.run(report(subject, Cached(View(BASE + text)), [registry.load(i) for i in ids]))


def key(selector: str, record: str = KEY) -> str:
    return f"{selector}._domainkey.example.com. TXT {record}\n"


# --- what is found ----------------------------------------------------------------------------------------


def test_a_common_name() -> None:
    made = guessed(key("mail"))
    assert (made.outcome, made.found, made.open, made.providers) == (
        "found",
        (FoundSelector("mail"),),
        (),
        (),
    )
    assert made.tried == providers.common()


@pytest.mark.parametrize(
    ("shown", "selector", "provider"),
    [
        ("example.com. MX 1 smtp.google.com.", "google", "Google Workspace"),
        ("example.com. MX 0 example-com.mail.protection.outlook.com.", "selector2", "Microsoft 365"),
        ('example.com. TXT "v=spf1 include:spf.messagingengine.com ~all"', "fm2", "Fastmail"),
        ('example.com. TXT "v=spf1 redirect=_spf.protonmail.ch"', "protonmail3", "Proton Mail"),
        ('example.com. TXT "v=spf1 ?include:Servers.MCSV.net. ~all"', "k3", "Mailchimp"),
        ('example.com. TXT "v=spf1 include:mail.zendesk.com ~all"', "zendesk1", "Zendesk"),
        (
            'example.com. TXT "v=spf1 include:spf1.dm.aliyun.com ~all"',
            "aliyun-cn-hangzhou",
            "Alibaba Cloud DirectMail",
        ),
    ],
)
def test_the_provider_that_mx_or_spf_shows(shown: str, selector: str, provider: str) -> None:
    made = guessed(f"{shown}\n{key(selector)}")
    assert made.found == (FoundSelector(selector, provider),)
    assert made.providers == (provider,)
    without = guessed(key(selector)) if selector not in providers.common() else None
    assert without is None or (without.outcome, without.found) == ("nothing", ())


def test_the_envelope_domain_shows_a_provider_too() -> None:
    text = BASE + 'bounce.example.org. TXT "v=spf1 include:spf.mandrillapp.com ~all"\n' + key("mandrill")
    stream = dataclasses.replace(STREAM, mail_from="bounce.example.org")
    made = asyncio.run(selectors.guess(stream, View(text)))
    assert made.found == (FoundSelector("mandrill", "Mailchimp Transactional (Mandrill)"),)


def test_a_key_behind_an_alias_is_found() -> None:
    made = guessed(f"s1._domainkey.example.com. CNAME s1.keys.example.net.\ns1.keys.example.net. TXT {KEY}\n")
    assert made.found == (FoundSelector("s1"),)


# --- what is no find --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        key("default", '"v=DKIM1; p="'),
        key("default", '"some other text"'),
        key("default", '"v=spf1 -all"'),
        "default._domainkey.example.com. CNAME gone.example.net.\n",
        '*._domainkey.example.com. TXT "v=DKIM1; p="\n',
        '*.example.com. TXT "v=spf1 -all"\n',
    ],
)
def test_nothing_is_found(text: str) -> None:
    made = guessed(text)
    assert (made.outcome, made.found, made.open) == ("nothing", (), ())
    found = judged(text)
    assert found.guesses == made
    assert found.subject.guessed == ()
    assert {o.verdict for o in found.outcomes} == {Verdict.SKIPPED}
    assert {o.reason.data for o in found.outcomes if o.reason} == {("--selector",)}
    assert found.prediction is Prediction.NO


@pytest.mark.parametrize(
    "text",
    [
        f"*._domainkey.example.com. TXT {KEY}\n" + key("google"),
        f"*.example.com. TXT {KEY}\n",
        f"*._domainkey.example.com. CNAME keys.example.net.\nkeys.example.net. TXT {KEY}\n",
        f"*._domainkey.example.com. TXT {KEY}\n" + key("google", SHORT),
    ],
)
def test_a_wildcard_lets_nothing_be_concluded(text: str) -> None:
    made = guessed(text)
    assert (made.outcome, made.found) == ("wildcard", ())
    assert {o.verdict for o in judged(text).outcomes} == {Verdict.SKIPPED}


def test_a_revoked_wildcard_does_not_hide_a_key_of_its_own() -> None:
    assert guessed('*._domainkey.example.com. TXT "v=DKIM1; p="\n' + key("dkim")).found == (
        FoundSelector("dkim"),
    )


def test_whether_there_is_a_wildcard_cannot_be_told() -> None:
    made = guessed(key("google"), lambda name: name == PROBE)
    assert (made.outcome, made.found) == ("open", ())


def test_a_guess_that_does_not_come_is_no_error() -> None:
    made = guessed(key("google"), lambda name: name.startswith("k1._domainkey"))
    assert (made.outcome, made.found, made.open) == ("found", (FoundSelector("google"),), ("k1",))
    made = guessed("", lambda name: "._domainkey." in name and not name.startswith("none-"))
    assert (made.outcome, made.open) == ("open", providers.common())

    view = View(BASE + key("google"), lambda name: name.startswith("k1._domainkey"))
    found = asyncio.run(report(STREAM, Cached(view), [registry.load(i) for i in DKIM]))
    assert not any(found.with_verdict(Verdict.UNKNOWN))


def test_mx_and_spf_that_do_not_come_leave_the_common_names() -> None:
    made = guessed(key("google"), lambda name: name == "example.com")
    assert made.found == (FoundSelector("google"),)


def test_a_domain_that_cannot_be_is_not_asked_about() -> None:
    view = View(BASE)
    made = asyncio.run(selectors.guess(Subject("bad domain", looks=("selectors",)), view))
    assert (made, view.asked) == (Guesses("bad domain"), [])


# --- when, and at what cost -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [Subject("example.com"), Subject("example.com", selectors=("s1",), looks=("selectors",))],
    ids=["not wanted", "given"],
)
def test_there_is_no_guessing(subject: Subject) -> None:
    found = judged(key("s1") + key("google"), subject)
    assert found.guesses is None
    assert found.subject == subject
    assert not any(a.question.name.startswith("google.") for a in found.asked)


def test_nothing_is_asked_twice_and_nothing_takes_longer() -> None:
    stream = world.stream("healthy.example")
    assert stream is not None
    subject = dataclasses.replace(stream.subject, selectors=(), looks=("selectors",))

    class Once:
        """A resolver that keeps what it is asked."""

        def __init__(self) -> None:
            self.asked: list[Question] = []

        async def ask(self, question: Question) -> Answer:
            self.asked.append(question)
            return await world.zone().ask(question)

    async def run() -> tuple[int, Report, list[Question]]:
        once = Once()
        rounds = Rounds(once)
        driver = asyncio.create_task(rounds.run())
        found = await report(subject, Cached(rounds), registry.discover())
        driver.cancel()
        return rounds.rounds, found, once.asked

    depth, found, asked = asyncio.run(run())
    assert depth <= 6
    assert len(asked) == len(set(asked)) == len(found.asked)
    assert found.subject.guessed == ("s1",)


# --- what a find may decide -------------------------------------------------------------------------------


def test_faults_of_guessed_keys_are_notes_at_most() -> None:
    other = KEY.replace("MII", "MIJ")
    text = key("google", SHORT) + key("dkim") + key("mail") + key("s1") + key("s1", other)
    found = judged(text)
    assert found.subject.guessed == ("dkim", "mail", "s1", "google")
    assert {(f.id, f.severity) for f in found.findings} == {
        ("dkim-key-too-short", Severity.NOTE),
        ("dkim-key-shared", Severity.NOTE),
        ("dkim-several-keys", Severity.NOTE),
    }
    assert all(o.severity is Severity.NOTE for o in found.outcomes if o.verdict is not Verdict.SKIPPED)
    assert found.prediction is Prediction.NO
    given = judged(text, Subject("example.com", selectors=("google", "dkim", "mail", "s1")))
    assert max(f.severity for f in given.findings) > Severity.NOTE


def test_that_guesses_have_keys_is_no_pass_of_the_checks_for_given_selectors() -> None:
    found = judged(key("google"))
    skipped = {o.check_id for o in found.outcomes if o.verdict is Verdict.SKIPPED}
    assert skipped == {
        "dkim-only-ed",
        "dkim-selector-alias-broken",
        "dkim-selector-missing",
        "dkim-several-keys",
        "dkim-wildcard-key",
    }
    assert all(o.reason and o.reason.data == ("--selector",) for o in found.outcomes if o.reason)
    passed = {(o.check_id, o.scope) for o in found.outcomes if o.verdict is Verdict.PASS}
    assert ("dkim-key-weak", "google._domainkey.example.com") in passed
    assert ("dkim-key-shared", "example.com") in passed


ALIGNED = ("dmarc-fails", "dmarc-not-aligned", "dmarc-only-spf-aligned", "dmarc-strict-alignment", "dmarc-psd-misused",
           "dmarc-not-enforcing", "dmarc-parent-record-faulty", "spf-missing")  # fmt: skip
POLICY = '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n'
WORLDS = {
    "spf passes": POLICY + 'example.com. TXT "v=spf1 ip4:192.0.2.25 -all"\n',
    "spf fails": POLICY + 'example.com. TXT "v=spf1 -all"\n',
    "spf of another domain": POLICY + 'example.org. TXT "v=spf1 ip4:192.0.2.25 -all"\n',
    "no spf": POLICY,
    "no dmarc": "",
    "strict": '_dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=s; aspf=s"\n',
    "psd": '_dmarc.example.com. TXT "v=DMARC1; p=reject; psd=y"\n',
}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("record", [KEY, SHORT], ids=["usable", "unusable"])
@pytest.mark.parametrize("ips", [("192.0.2.25",), ()], ids=["ip", "no ip"])
def test_no_verdict_of_dmarc_hangs_on_a_guess(name: str, record: str, ips: tuple[str, ...]) -> None:
    text = WORLDS[name] + key("google", record)
    stream = dataclasses.replace(STREAM, ips=ips)
    if name == "spf of another domain":
        stream = dataclasses.replace(stream, mail_from="bounce@example.org")
    found = judged(text, stream, ALIGNED)
    without = judged(text, dataclasses.replace(stream, looks=()), ALIGNED)
    assert found.subject.guessed == ("google",)
    assert found.outcomes == without.outcomes


def test_where_spf_does_not_settle_it_the_reason_names_the_option() -> None:
    stream = dataclasses.replace(STREAM, ips=("192.0.2.25",))
    (outcome,) = judged(WORLDS["spf fails"] + key("google"), stream, ("dmarc-fails",)).outcomes
    assert outcome.verdict is Verdict.SKIPPED
    assert outcome.reason is not None
    assert (outcome.reason.key, outcome.reason.data) == ("not-given", ("--selector",))


def test_the_plan_is_made_with_the_same_guesses() -> None:
    text = WORLDS["spf fails"] + key("google", SHORT)
    stream = dataclasses.replace(STREAM, ips=("192.0.2.25",), helo="mail.example.com")
    found = asyncio.run(wiring.examine_to_end(stream, Cached(View(BASE + text))))
    assert found.plan is not None
    assert found.subject.guessed == ("google",)
    assert "dkim-key-too-short" in {f.id for f in found.findings}
    assert not found.plan.introduced
