"""Reports made by hand, for the renderers."""

from __future__ import annotations

from collections.abc import Mapping

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Status, Txt
from deliverkit.model.bounce import Consequence, Reply
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy, Setting
from deliverkit.model.report import Finding, Outcome, Plan, Reason, Report, Step
from deliverkit.model.rule import Place, Value
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Severity, Stage, Verdict

SUBJECT = Subject(
    domain="example.com",
    ips=("192.0.2.25",),
    helo="mail",
    mail_from="bounce@example.com",
    selectors=("s1",),
    derived=("ips",),
    blocklists=("zen.spamhaus.org",),
)
HELO = Place("mail", "HELO")
REPLIES = (
    Reply("gmx", "501", "The HELO name is bad.", "2026-11", 914, Stage.HELO),
    Reply("postfix", "504 5.5.2", "HELO must be a full name.", "2026-11", 914, Stage.RCPT),
    Reply("gmail", "421", "Slow down.", "2026-11", 914, Stage.HELO, temporary=True),
    Reply("gmail", "501 5.5.4", "The HELO name is not valid.", "2026-11", 914, Stage.HELO),
)


def answer(
    name: str,
    rtype: str,
    *records: Rdata,
    status: Status | None = None,
    ttl: int | None = 300,
    detail: str = "",
    aliases: tuple[str, ...] = (),
) -> Answer:
    ended = status or (Status.OK if records else Status.NODATA)
    origin = Origin("192.0.2.53:53")
    return Answer(Question(name, rtype), ended, records, ttl, aliases, origin=origin, detail=detail)


def helo_finding(
    severity: Severity = Severity.ERROR,
    *,
    scope: str = "",
    likelihood: Likelihood = Likelihood.CERTAIN,
    place: Place = HELO,
    data: Mapping[str, Value] | None = None,
    evidence: tuple[Answer, ...] = (),
    replies: tuple[Reply, ...] = REPLIES,
    remedy: Remedy | None = None,
) -> Finding:
    """A finding of the check ``helo-not-fqdn``."""
    return Finding(
        id="helo-not-fqdn",
        scope=scope,
        severity=severity,
        place=place,
        message="single-label",
        data={"helo": "mail"} if data is None else data,
        evidence=evidence,
        consequences=(Consequence(914, likelihood, Stage.HELO, replies),),
        remedy=remedy,
        sources=("RFC 5321 section 4.1.1.1",),
    )


def set_name(
    *changes: RecordChange, safe: bool = True, settings: tuple[Setting, ...] | None = None
) -> Remedy:
    default = (Setting("helo", "mail.example.com"),)
    return Remedy(
        "set-name", changes, default if settings is None else settings, {"name": "mail.example.com"}, safe
    )


def failed(*findings: Finding) -> Outcome:
    return Outcome(
        findings[0].id,
        findings[0].scope,
        findings[0].severity,
        Verdict.FAIL,
        findings,
        rests_on=tuple(a.question for f in findings for a in f.evidence),
    )


def passed(check_id: str = "helo-empty", scope: str = "") -> Outcome:
    return Outcome(check_id, scope, Severity.ERROR, Verdict.PASS)


def unknown(
    check_id: str, *questions: str, severity: Severity = Severity.ERROR, doubt: str = "", scope: str = ""
) -> Outcome:
    reason = Reason("doubt", (doubt,)) if doubt else Reason("open-questions", questions)
    return Outcome(check_id, scope, severity, Verdict.UNKNOWN, (), reason)


def skipped(check_id: str, kind: str, *items: str) -> Outcome:
    return Outcome(check_id, "", Severity.ERROR, Verdict.SKIPPED, (), Reason(kind, items))


def report(
    *outcomes: Outcome, asked: tuple[Answer, ...] = (), plan: Plan | None = None, subject: Subject = SUBJECT
) -> Report:
    return Report(subject, outcomes, asked, "deliverkit 0.1.0", plan)


def step(finding: Finding, remedy: Remedy) -> Step:
    return Step((finding,), remedy.changes, remedy.settings, (finding.key,))


def broken(remedy: Remedy | None = None, *, asked: tuple[Answer, ...] = ()) -> Report:
    """One ERROR, and a plan that solves it."""
    remedy = remedy or set_name()
    finding = helo_finding(remedy=remedy, evidence=asked)
    return report(failed(finding), passed(), asked=asked, plan=Plan((step(finding, remedy),)))


# What a hostile name server, file or command line could hold.
POISONS = {
    "escape": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "c0": "".join(map(chr, range(32))) + "\x7f",
    "c1": "".join(map(chr, range(0x80, 0xA0))) + "\x9b31m",
    "bidi": "\u202aa\u202bb\u202cc\u202dd\u202ee\u2066f\u2067g\u2068h\u2069i\u200ej\u200fk\u061c",
    "zero-width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "separators": "a\u2028b\u2029c\u0085d\u00a0e\u3000f",
    "surrogates": "\udc80\ud800x\udfff",
    "markup": "[bold red]x[/bold red][link=https://example.com/]y[/link][/] :boom: [@click=app.bell]z",
    "template": "{helo} {0} {0.__class__} %s {unclosed",
    "latin-1": "Stra\u00dfe \u00e9\u00ff\u00c2\u009b",
    "combining": "a" + "\u0301" * 500 + "\ufe0f\u0489",
    "blank-letters": "a\u3164\u115f\u1160\uffa0\u2800b",
    "tags": "\U000e0001\U000e0041\U0001f600\U0010ffff",
    "newlines": "one\ntwo\r\nthree\tfour\x0bfive\x0csix",
    "loop": ".".join(["a"] * 127) + "." + ".".join(["a"] * 127),
    "backslashes": '\\" \\\\ \\999 \\1 " ; ( ) @ $ \\',
    "wide": "\u6f22\u5b57" * 200,
    "long": "A" * 60_000,
}


def hostile(poison: str) -> Report:
    """``poison`` in every field that data can reach."""
    octets = poison.encode("utf-8", "surrogatepass")
    records: tuple[Rdata, ...] = (Txt.of(octets.decode("latin-1")), Txt((octets,)), Mx(10, poison), poison)
    origin = Origin(poison, 7)
    bad = Answer(Question(poison, "TXT"), Status.OK, records, 300, (poison,), True, origin, poison)
    failure = Answer(Question(f"x{poison}", "A"), Status.SERVFAIL, (), None, (), False, origin, poison)
    rest = Answer(Question(f"y{poison}", poison), Status.OK, records * 9, 300, (poison,) * 9, origin=origin)
    changes = (
        RecordChange(Action.ADD, poison, "TXT", records[:2], blanks=(("<YOUR-PUBLIC-KEY>", poison),)),
        RecordChange(Action.REPLACE, f"x{poison}", "MX", (Mx(10, poison),), by=Actor.IP_OWNER),
        RecordChange(Action.REPLACE, poison, "TXT", (Txt.of("v=spf1 -all"),), by=Actor.REGISTRAR),
        RecordChange(Action.REMOVE, poison, "TXT", (), by=Actor.LIST_OPERATOR),
        RecordChange(Action.REMOVE, poison, poison, (poison,)),
        RecordChange(Action.ADD, poison, "PTR", (poison,)),
    )
    remedy = Remedy("set-name", changes, (Setting("helo", poison),), {"name": poison}, safe=False)
    data: dict[str, Value] = {"helo": poison, "names": (poison,) * 20, "count": 3, "flag": True}
    finding = helo_finding(
        scope=poison, place=Place(poison, poison), data=data, evidence=(bad, failure, rest), remedy=remedy
    )
    late = helo_finding(scope=f"late {poison}", data=data, remedy=remedy)
    questions = (str(failure.question), f"{poison} AAAA")
    outcomes = (
        failed(finding),
        unknown("spf-missing", *questions, scope=poison),
        unknown("dnsbl-ip-listed", doubt="dnsbl-refused", scope=poison),
        skipped("ptr-missing", "not-given", "--ip"),
        skipped("helo-unresolvable", "not-applicable", "helo-no-public-name"),
    )
    subject = Subject(poison, (poison,), poison, poison, (poison,) * 3, ("ips",), (poison,))
    steps = (step(finding, remedy), step(late, remedy))
    return report(
        *outcomes, asked=(bad, failure, rest), plan=Plan(steps, (finding,), (late,)), subject=subject
    )
