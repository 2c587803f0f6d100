"""SPF record has two terms run together

What it checks
--------------
A TXT record may consist of several strings, which receivers join without a blank between them. Where one
string of the SPF record ends and the next begins, a blank keeps the two terms apart.

Why mail bounces
----------------
`"v=spf1 include:a.example" "include:b.example ~all"` is read as `include:a.exampleinclude:b.example`. Neither
service is then allowed, and mostly the whole record ends in `permerror`. DNS control panels show the strings
one by one, so that the fault does not meet the eye.

Remedy
------
Publish the record again, with a blank at the end of each string. Control panels that take one long text cut
it themselves, and rightly.
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
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfStrings

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 3.3", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
    tolerates_gaps=True,
)


def judge(spf: SpfStrings) -> Iterator[Draft]:
    if not spf.glued:
        return
    hit = spf.failing or not spf.given
    record = spf_edit.working(spf_edit.repair(spf.meant), spf.given)
    draft = Draft(
        "run-together" if hit else "run-together-later",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": spf.glued},
        Remedy("part", (publish_spf(spf, record),), data={"record": record}),
        severity=None if hit else Severity.WARNING,
        bounces=None if hit else (Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    )
    yield weighed(spf.other, draft, Stage.MAIL)
