"""Receivers that use pyspf come to another SPF result

What it checks
--------------
The record is evaluated twice over the same answers: to the letter of RFC 7208, and by pyspf, the program that many
Postfix servers ask (as policyd-spf). For a sending address that passes to the letter, both should say `pass`.

Why mail bounces
----------------
pyspf departs from the RFC in a few places. It counts every mail host without an address of the sender's family as a
void look-up of its own, for instance, and then ends in `permerror`. A receiver that runs it treats your mail as if SPF
had failed, while every other test says that all is well.

Remedy
------
Name the sending address at the beginning of the record, and leave out modifiers that SPF does not know. Then both
come to `pass` at the first term.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf, spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfOpinion

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 7208 section 4.6", "RFC 7208 section 4.6.4"),
    since="0.1",
    spoofing=None,
)
_ENDED = frozenset({"permerror", "fail", "softfail", "neutral", "none"})


def judge(opinion: SpfOpinion) -> Iterator[Draft]:
    # pyspf says temperror where it stumbles over itself: that is no opinion.
    if opinion.result != "pass" or opinion.theirs not in _ENDED:
        return
    parsed = spf.parse(opinion.record)
    unknown = [t.text for t in parsed.terms if not t.qualifier and t.kind not in {"redirect", "exp"}]
    record = spf_edit.authorise_first(spf_edit.drop(opinion.record, unknown), opinion.ip)
    draft = Draft(
        "differs",
        Place(opinion.domain, "TXT"),
        {"ip": opinion.ip, "domain": opinion.domain, "theirs": opinion.theirs, "reason": opinion.reason},
        Remedy(
            "authorise-first",
            (publish_spf(opinion, record),),
            data={"ip": opinion.ip, "record": record},
        ),
    )
    yield weighed(opinion.other, draft, Stage.MAIL)
