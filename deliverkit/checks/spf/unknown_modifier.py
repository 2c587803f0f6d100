"""SPF record has a term that receivers skip

What it checks
--------------
Every term of the SPF record with an equals sign is a modifier that is defined: `redirect=`, `exp=`, and those
for reports (`ra=`, `rp=`, `rr=`). The check finds misspelt ones, and mechanisms with an equals sign in the
place of the colon (`include=`, `ip4=`).

Why mail bounces
----------------
A modifier that a receiver does not know is no error: it is skipped without a word. Where it was to be an
`include:` or `redirect=`, the senders behind it are not allowed, and their mail fails SPF. Anything else does
no harm.

Remedy
------
Correct the term, or take it out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks._changes import publish_spf
from deliverkit.checks._weighing import weighed
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Remedy
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit
from deliverkit.records.spf import parse

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfSoundText
    from deliverkit.records.spf import Term

_KNOWN = frozenset({"redirect", "exp", "ra", "rp", "rr"})
RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),),
    sources=("RFC 7208 section 6", "RFC 7208 section 12", "RFC 6652 section 3"),
    since="0.1",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    unknown = {t.text: t for t in spf.record.terms if not t.qualifier and t.kind not in _KNOWN}.values()
    if not unknown:
        return
    ends = spf.record.modifier("redirect") or spf.record.all
    meant = {t.text: t.meant or ("" if ends else _redirect(t)) for t in unknown}
    lost = [t for t in unknown if t.fault or meant[t.text]]
    record = spf_edit.swap(spf.record.text, meant)
    if lost:
        record = spf_edit.working(spf_edit.repair(record), spf.ips)
    draft = Draft(
        "lost" if lost else "unknown",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(t.text for t in lost or unknown)},
        Remedy("correct", (publish_spf(spf, record),), data={"record": record}),
        severity=None if lost else Severity.NOTE,
        bounces=None if lost else (),
    )
    yield weighed(spf.other, draft, Stage.MAIL)


def _redirect(term: Term) -> str:
    """The ``redirect=`` that was meant by a name close to it, ''; beside ``all`` it would come to nothing."""
    meant = f"redirect={term.value}"
    near = difflib.get_close_matches(term.kind, ["redirect"], cutoff=0.75)
    return meant if near and not parse(f"v=spf1 {meant}").faults else ""
