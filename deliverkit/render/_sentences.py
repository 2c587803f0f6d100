"""The sentences of a report, filled with cleaned values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deliverkit import texts
from deliverkit.bounces import replies
from deliverkit.model.answer import Answer, Rdata, Txt
from deliverkit.model.budget import SpfBudget
from deliverkit.model.receiver import Want
from deliverkit.model.remedy import Remedy
from deliverkit.model.report import Finding, Reason, Step
from deliverkit.model.rule import Value
from deliverkit.model.selectors import Guesses
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.render._zone_line import plain
from deliverkit.texts import say
from deliverkit.texts.clean import clean

PARTS = ("domain", "mail_from", "ips", "helo", "selectors", "blocklists")  # of the stream under audit
_MOST_ITEMS = 10  # of a list inside a sentence


def count(key: str, n: int, **data: str) -> str:
    """A sentence about a number: its ``one`` or its ``other`` form."""
    return say(f"{key}.{'one' if n == 1 else 'other'}", n=n, **data)


def finding(f: Finding) -> str:
    said = texts.message(f.id, f.message, _cleaned(f.data))
    if f.data.get("other") == "unknown" and f.severity is Severity.WARNING:
        family, _, _ = f.id.partition("-")
        left = say(f"beside.{family}")
        return f"{said} {left}"
    return said


def remedy(f: Finding, found: Remedy) -> str:
    """What to do about a finding; ``found`` is its remedy."""
    return texts.remedy(f.id, found.key, _cleaned({**f.data, **found.data}))


def reason(found: Reason) -> str:
    """Why an outcome is UNKNOWN or SKIPPED."""
    if found.key == "doubt":
        return " ".join(say(f"doubt.{key}") for key in found.data)
    if found.key == "doubt-about":
        about, *doubts = found.data
        return say(
            "reason.doubt-about", about=clean(about), doubts=" ".join(say(f"doubt.{key}") for key in doubts)
        )
    if found.key == "not-applicable":
        return say(
            "reason.not-applicable", circumstance="; ".join(say(f"circumstance.{k}") for k in found.data)
        )
    return say(f"reason.{found.key}", items=", ".join(map(clean, found.data)))


def answered(answer: Answer, *, most: int = 4, limit: int = 160) -> str:
    """What came back: up to ``most`` values, each shortened to ``limit`` characters, and from whom."""
    values = [shown(value, limit=limit) for value in answer.records[:most]]
    if len(answer.records) > most:
        values.append(count("detail.more-values", len(answer.records) - most))
    said = ", ".join(values) or say(f"status.{answer.status}")
    notes = []
    if answer.aliases:
        notes.append(say("answered.aliases", names=clean(", ".join(answer.aliases), limit=limit)))
    if answer.ttl is not None:
        notes.append(say("answered.ttl", ttl=answer.ttl))
    if answer.origin.source and answer.origin.source not in answer.detail:
        notes.append(say("answered.origin", origin=clean(str(answer.origin))))
    if answer.detail:
        notes.append(clean(answer.detail, limit=limit))
    return f"{said} [{', '.join(notes)}]" if notes else said


def of_step(step: Step) -> tuple[str, ...]:
    """What to do in one step of the plan."""
    return tuple(dict.fromkeys(remedy(f, f.remedy) for f in step.cures if f.remedy is not None))


def part(subject: Subject, field: str) -> str:
    """One part of the stream under audit, and where it comes from if it was not given."""
    value = getattr(subject, field)
    if field == "selectors" and subject.guessed and not value:
        return say("audited.guessed", value=clean(", ".join(subject.guessed), limit=1000))
    if field == "mail_from" and value is None:
        return say("audited.assumed", value=clean(subject.domain))
    if value is None or value == ():
        return say("audited.not-given")
    said = clean(", ".join(value) if isinstance(value, tuple) else value, limit=1000) or say("audited.empty")
    return say("audited.derived", value=said) if field in subject.derived else said


def totals(budget: SpfBudget) -> str:
    """What the whole SPF record needs, of what is allowed, and what is left."""
    over = budget.lookups > budget.most_lookups
    return say(
        "tree.at-least" if budget.at_least else "tree.totals",
        lookups=budget.lookups,
        most=budget.most_lookups,
        voids=budget.voids,
        most_voids=budget.most_voids,
        spare=say("tree.over") if over else count("tree.spare", budget.spare),
    )


def guesses(made: Guesses) -> str:
    """What guessing DKIM selectors came to, and what that does not show."""
    found = [
        clean(f.selector)
        if not f.provider
        else say("guesses.of-provider", selector=clean(f.selector), provider=clean(f.provider))
        for f in made.found
    ]
    said = count(f"guesses.{made.outcome}", len(found) or len(made.tried), selectors=", ".join(found))
    unanswered = count("guesses.unanswered", len(made.open)) if made.open else ""
    return f"{said} {unanswered}".rstrip()


def shown(value: Rdata, *, limit: int) -> str:
    """The data of one record; TXT in quotation marks, as its text may begin or end with a blank."""
    text = clean(plain(value), limit=limit)
    return f'"{text}"' if isinstance(value, Txt) else text


def want(found: Want) -> str:
    """What a receiver asks for beyond the DNS, what happens otherwise, and since when."""
    key = "receivers.want-bulk" if found.bulk_only else "receivers.want"
    sentence = say(key, says=clean(found.says), then=clean(found.then))
    notes = [clean(found.reply), say("receivers.since", since=clean(found.since)) if found.since else ""]
    told = ", ".join(filter(None, notes))
    return say("receivers.noted", sentence=sentence, notes=told) if told else sentence


def hosted(name: str, since: str) -> str:
    """Whose rules hold for a receiver that has no servers of its own any more."""
    return say("receivers.hosted", title=replies.title(name), since=clean(since))


def named(check_id: str, scopes: Iterable[str]) -> str:
    """A check and the things it was about."""
    about = ", ".join(clean(s) for s in scopes if s)
    return f"{clean(check_id)} ({about})" if about else clean(check_id)


def all_named(rows: Iterable[tuple[str, str]]) -> str:
    """Pairs of a check and its scope, in order, each check once."""
    scopes: dict[str, list[str]] = {}
    for check_id, scope in rows:
        scopes.setdefault(check_id, []).append(scope)
    return ", ".join(named(check_id, found) for check_id, found in scopes.items())


def _cleaned(data: Mapping[str, Value]) -> dict[str, object]:
    return {key: _cleaned_value(value) for key, value in data.items()}


def _cleaned_value(value: Value) -> object:
    if isinstance(value, tuple):
        rest = len(value) - _MOST_ITEMS
        more = (count("detail.more-values", rest),) if rest > 0 else ()
        return (*map(clean, value[:_MOST_ITEMS]), *more)
    return clean(value) if isinstance(value, str) else value
