"""A change beside what is there now: what is new, what goes, what is there already."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deliverkit.model.answer import Answer, Question, Rdata, Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.model.report import Report, Step
from deliverkit.render._zone_line import plain


@dataclass(frozen=True, slots=True)
class Difference:
    """``now``: the answer about the RRset, None where nobody asked. Of its values ``gone`` have to go and ``kept``
    stay; ``fresh`` are the change's values that are not there yet, or that have to be published all the same."""

    change: RecordChange
    now: Answer | None
    fresh: tuple[Rdata, ...]
    gone: tuple[Rdata, ...]
    kept: tuple[Rdata, ...]

    @property
    def is_done(self) -> bool:
        """Whether the RRset was seen to be as the change wants it."""
        if self.change.always or self.change.proof:
            return False
        unseen = self.now is None or not self.now.settled
        return not self.fresh and not self.gone and not (unseen and self.change.action is Action.REMOVE)


def difference(change: RecordChange, report: Report) -> Difference:
    now = _now(Question(change.name, change.rtype), report)
    present = now.records if now else ()
    wanted = {_same(v) for v in change.values}
    there = {_same(v) for v in present}
    matching = tuple(v for v in present if _same(v) in wanted)
    again = change.values if change.always else ()
    others = tuple(v for v in present if _same(v) not in wanted)
    if change.action is Action.REMOVE:
        gone = (matching if now and now.settled else change.values) if change.values else present
        return Difference(change, now, (), gone, others if change.values else ())
    fresh = again or tuple(v for v in change.values if _same(v) not in there)
    if change.action is Action.ADD:
        return Difference(change, now, fresh, (), others if again else present)
    return Difference(change, now, fresh, others, () if again else matching)


def _now(question: Question, report: Report) -> Answer | None:
    """What was answered; without validation where it was withheld otherwise, or asked only so."""
    asked = {a.question: a for a in report.asked}
    plainly, unchecked = asked.get(question), asked.get(replace(question, unchecked=True))
    if unchecked is not None and not (plainly and plainly.settled):
        return unchecked
    return plainly or _through_alias(question, report)


def _through_alias(question: Question, report: Report) -> Answer | None:
    """The answer that came by way of aliases from the name that the change is about."""
    return next(
        (
            a
            for a in report.asked
            if a.question.rtype == question.rtype and a.aliases and a.aliases[-1] == question.name
        ),
        None,
    )


def who(step: Step, report: Report) -> tuple[Actor, ...]:
    """Everyone who still has something to do, in the order of the changes; settings are yours. Nobody is named too:
    where a thing passes by itself."""
    actors = [Actor.YOU] * bool(step.settings)
    actors += [c.by for c in step.changes if not difference(c, report).is_done]
    return tuple(dict.fromkeys(actors))


def _same(value: Rdata) -> str:
    """Equal for equal records: the case of a name and the cutting of a TXT make no difference."""
    return value.text if isinstance(value, Txt) else plain(value).lower()
