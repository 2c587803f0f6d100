"""SPF evaluation ends in permerror

What it checks
--------------
Evaluating the SPF record for the sending address ends in a result and not in `permerror`, the answer of RFC
7208 to a record that cannot be used. Errors that the records show, to whomever they are put, have checks of
their own: syntax, several records, includes that lead nowhere, too many look-ups. What is left shows for a
single message only: a name that a macro makes and that has no SPF record, or limits that macros bring about.

Why mail bounces
----------------
On `permerror` a receiver knows that the domain wanted to say something and cannot tell what. Gmail counts it
as not authenticated, Exchange Online and others refuse it as an SPF failure. It hits every host that is not
allowed by a term before the broken one.

Remedy
------
Name the sending address before the broken term, so that evaluation ends there. Then ask whoever runs the
names behind the macro to publish what is missing.
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
    from deliverkit.facts.values import SpfVerdict

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=(
        "RFC 7208 section 2.6.7",
        "RFC 7208 section 5.2",
        "RFC 7208 section 6.1",
        "gmail 5.7.26 (2025-11)",
        "exchange-online 5.7.23 (2026-11)",
    ),
    since="0.1",
    spoofing=Severity.WARNING,
)


def judge(verdict: SpfVerdict) -> Iterator[Draft]:
    if verdict.result != "permerror" or verdict.explained:
        return
    # What is broken shows for one message only, so that no term of the record can be named.
    record = spf_edit.authorise_first(verdict.record, verdict.ip)
    draft = Draft(
        "permerror",
        Place(verdict.domain, "TXT"),
        {
            "ip": verdict.ip,
            "domain": verdict.domain,
            "reason": verdict.reason,
        },
        Remedy(
            "put-first",
            (publish_spf(verdict, record),),
            data={"record": record},
        ),
    )
    yield weighed(verdict.other, draft, Stage.MAIL)
