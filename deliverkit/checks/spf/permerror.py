"""SPF evaluation ends in permerror

What it checks
--------------
Evaluating the SPF record for the sending address ends in a result and not in `permerror`, the answer of
RFC 7208 to a record that cannot be used. Errors in the record's own text, several records, and too many
look-ups have checks of their own. What is left lies behind the record: an `include:` or `redirect=` whose
target has no SPF record, or several, or a broken one, or that leads back to itself, or an `mx` with more than
ten hosts.

Why mail bounces
----------------
On `permerror` a receiver knows that the domain wanted to say something and cannot tell what. Gmail counts it
as not authenticated, Exchange Online and others refuse it as an SPF failure. It hits every host that is not
allowed by a term before the broken one.

Remedy
------
Take the broken term out, after asking the service behind it for its current name: most often an `include:`
outlived the service. Make sure that your own addresses stay allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfTree, SpfVerdict

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


def judge(verdict: SpfVerdict, tree: SpfTree) -> Iterator[Draft]:
    if verdict.result != "permerror" or verdict.explained:
        return
    yield Draft(
        "permerror",
        Place(verdict.domain, "TXT"),
        {"ip": verdict.ip, "domain": verdict.domain, "reason": verdict.reason},
        _remedy(verdict, tree),
    )


def _remedy(verdict: SpfVerdict, tree: SpfTree) -> Remedy:
    broken = {t.text: t for t in tree.terms if t.fault}
    if not broken:
        # The broken name comes from a macro, so it is known for one message only and not from the record.
        record = spf_edit.authorise_first(tree.record, verdict.ip)
        change = spf_edit.publish(verdict.domain, record, verdict.others)
        return Remedy("put-first", (change,), data={"record": record})
    record = tree.record
    for term in broken.values():
        # A term that is broken only further down keeps what the rest of it stands for.
        record = spf_edit.flatten(record, term.text, term.networks or ())
    known = [n for t in tree.terms if t.text[:1] not in "-~?" for n in t.networks or ()]
    if not spf_edit.covers(known, verdict.ip):
        record = spf_edit.authorise(record, verdict.ip)
    change = spf_edit.publish(verdict.domain, record, verdict.others)
    return Remedy("mend", (change,), data={"terms": ", ".join(broken), "record": record}, safe=False)
