"""SPF record has a syntax error

What it checks
--------------
Every term of the SPF record follows the grammar of RFC 7208 section 12: known mechanisms (`all`, `include`,
`a`, `mx`, `ptr`, `ip4`, `ip6`, `exists`), addresses and prefix lengths that exist, host names with a dot,
sound macros, and no `redirect=` or `exp=` twice. `include=` and its like are no errors, but modifiers that
receivers skip; these have a check of their own.

Why mail bounces
----------------
One bad term spoils the whole record. A receiver reads it before it looks at any address, and a syntax error
ends in `permerror` even for hosts that an earlier term allows. Some receivers then refuse the mail, others
treat it as if there were no SPF.

Remedy
------
Correct the term, or take it out. Usual slips are a blank after the colon (`include: example.net`), `ipv4:`
for `ip4:`, a comma or semicolon between terms, and typographic quotes or dashes that came with copying.
Publish the whole record again in one piece.
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
    from deliverkit.facts.values import SpfText

RULE = Rule(
    severity=Severity.ERROR,
    bounces=(Bounce(941, Likelihood.LIKELY, Stage.MAIL),),
    sources=("RFC 7208 section 4.6", "RFC 7208 section 12", "RFC 7208 section 8.7", "gmail 5.7.26 (2025-11)"),
    since="0.1",
    spoofing=Severity.WARNING,
)
_IGNORED = "mechanism-with-equals"  # an unknown modifier (RFC 7208 section 6)


def judge(spf: SpfText) -> Iterator[Draft]:
    faults = [t for t in spf.record.faults if t.fault != _IGNORED]
    if not faults:
        return
    first = faults[0]
    record = spf_edit.working(spf_edit.repair(spf.record.text), spf.ips)
    draft = Draft(
        first.fault,
        Place(spf.domain, "TXT"),
        {
            "domain": spf.domain,
            "term": first.text,
            "meant": first.meant,
            "record": spf.record.text,
            "terms": tuple(t.text for t in faults),
        },
        Remedy(
            "correct",
            (publish_spf(spf, record),),
            data={"corrected": record},
            # A term without a good guess is gone afterwards, and with it whom it was to authorise.
            safe=all(t.meant for t in faults),
        ),
    )
    yield weighed(spf.other, draft, Stage.MAIL)
