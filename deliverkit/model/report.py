"""The result of an audit: frozen; everything else about it is derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deliverkit.model.answer import Answer, Question
from deliverkit.model.bounce import Consequence
from deliverkit.model.budget import SpfBudget
from deliverkit.model.receiver import ReceiverVerdict
from deliverkit.model.remedy import RecordChange, Remedy, Setting
from deliverkit.model.rule import Place, Value
from deliverkit.model.selectors import Guesses
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Prediction, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """Id, place and data; the sentence comes last, in the renderer. ``evidence``: the answers it rests on.

    ``spoofing``: what it allows a forger, None where it has no bearing on forgery.
    """

    id: str
    scope: str
    severity: Severity
    place: Place
    message: str
    data: Mapping[str, Value]
    evidence: tuple[Answer, ...]
    consequences: tuple[Consequence, ...]
    remedy: Remedy | None
    sources: tuple[str, ...]
    spoofing: Severity | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding in two reports."""
        return (self.id, self.scope, str(self.place))

    @property
    def inbound(self) -> bool:
        """Whether only mail to the domain bounces because of it, and none of the stream's own."""
        return bool(self.consequences) and all(c.inbound for c in self.consequences)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an outcome is UNKNOWN or SKIPPED. ``key``: ``not-given``, ``opt-in``, ``not-applicable``, ``open-questions``
    or ``doubt``; for a receiver also ``not-judged``, ``not-asked``, and ``doubt-about``. And what speaks for the sender
    where the outcome is PASS: ``good-sign``. ``data``: the option, the text key of the circumstance, the questions, the
    checks, or the blocklists; for ``doubt-about`` what it is about, and then the text keys of the doubts."""

    key: str
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check over one thing (``scope``: an address, a domain, a list; '' where there is only one).

    ``severity`` is what a failure would weigh. ``rests_on``: the questions whose answers decided it.
    """

    check_id: str
    scope: str
    severity: Severity
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: Reason | None = None
    rests_on: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One fix of the plan; steps are applied in order.

    ``cures``: the findings whose remedies it consists of, some of which may only show after earlier steps.
    ``changes`` and ``settings``: what has to stand in the end. ``solves``: keys of the audit's findings that
    are gone after it.
    """

    cures: tuple[Finding, ...]
    changes: tuple[RecordChange, ...]
    settings: tuple[Setting, ...]
    solves: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All fixes in order, laid over the observed world and judged again.

    ``left``: findings that remain after every step. ``introduced``: findings that the plan would bring
    (always empty, or the plan is not shown as proven).
    """

    steps: tuple[Step, ...] = ()
    left: tuple[Finding, ...] = ()
    introduced: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """``receivers``: the verdicts of the receivers that were asked for; they change nothing else.
    ``guesses``: what guessing DKIM selectors came to, None where that was not asked for.
    ``spf``: what the envelope domain's SPF record costs and allows, None where no single record was seen."""

    subject: Subject
    outcomes: tuple[Outcome, ...]
    asked: tuple[Answer, ...]
    tool: str
    plan: Plan | None = field(default=None)
    receivers: tuple[ReceiverVerdict, ...] = ()
    guesses: Guesses | None = None
    spf: SpfBudget | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Loudest first, then in the order in which SMTP would meet them."""
        found = [f for o in self.outcomes for f in o.findings]
        return tuple(sorted(found, key=_urgency))

    @property
    def prediction(self) -> Prediction:
        """Never NO, nor SOME, while something that could be an ERROR is UNKNOWN."""
        loudest = max((f.severity for f in self.findings if not f.inbound), default=None)
        if loudest is Severity.ERROR:
            return Prediction.YES
        if any(o.severity is Severity.ERROR for o in self.with_verdict(Verdict.UNKNOWN)):
            return Prediction.UNKNOWN
        return Prediction.SOME if loudest is Severity.WARNING else Prediction.NO

    def with_verdict(self, verdict: Verdict) -> Iterator[Outcome]:
        return (o for o in self.outcomes if o.verdict is verdict)

    def by_bounce(self) -> dict[int, tuple[Finding, ...]]:
        """Bounce code of the stream's own mail -> the findings that would cause it, the most likely code first."""
        rows: dict[int, list[Finding]] = {}
        for f in self.findings:
            for c in (c for c in f.consequences if not c.inbound):
                rows.setdefault(c.code, []).append(f)

        def weight(item: tuple[int, list[Finding]]) -> tuple[int, int, int]:
            code, fs = item
            likely = max(c.likelihood for f in fs for c in f.consequences if c.code == code)
            return (-max(f.severity for f in fs), -likely, code)

        return {code: tuple(fs) for code, fs in sorted(rows.items(), key=weight)}


def _urgency(f: Finding) -> tuple[int, int, str, str]:
    first = min((c.stage for c in f.consequences), default=99)
    return (-f.severity, int(first), f.id, f.scope)
