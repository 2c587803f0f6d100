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
    since="0.2",
    spoofing=None,
)


def judge(spf: SpfSoundText) -> Iterator[Draft]:
    unknown = [t for t in spf.record.terms if not t.qualifier and t.kind not in _KNOWN]
    if not unknown:
        return
    meant = {t.text: _meant(t, spf) for t in unknown}
    lost = [t for t in unknown if t.fault or meant[t.text]]
    record = spf_edit.swap(spf.record.text, meant)
    if lost:
        record = spf_edit.working(spf_edit.repair(record), spf.ips)
    yield Draft(
        "lost" if lost else "unknown",
        Place(spf.domain, "TXT"),
        {"domain": spf.domain, "terms": tuple(t.text for t in lost or unknown)},
        Remedy("correct", (spf_edit.publish(spf.domain, record, spf.others),), data={"record": record}),
        severity=None if lost else Severity.NOTE,
        bounces=None if lost else (),
    )


def _meant(term: Term, spf: SpfSoundText) -> str:
    """The term that was meant, '' where it is anybody's guess or would come to nothing beside ``all``."""
    if term.meant:
        return term.meant
    near = difflib.get_close_matches(term.kind, ["redirect"], cutoff=0.75)
    other = spf.record.modifier("redirect") or spf.record.all
    meant = f"redirect={term.value}"
    return meant if near and not other and not parse(f"v=spf1 {meant}").faults else ""
