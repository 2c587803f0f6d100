"""The steps of the walkthrough: the families of checks, how each stands, and the plan at the end."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from deliverkit.engine import registry
from deliverkit.model.report import Outcome
from deliverkit.model.verdict import Severity, Verdict

PLAN = "plan"
FAMILIES = ("host", "blocklists", "sender", "spf", "dkim", "dmarc", "servers", "transport", PLAN)
# What a check's id begins with -> its family, where that has another name.
_RENAMED = {
    "helo": "host",
    "ptr": "host",
    "dnsbl": "blocklists",
    "ns": "servers",
    "dnssec": "servers",
    "mtasts": "transport",
    "tlsrpt": "transport",
    "dane": "transport",
    "starttls": "transport",
    "bimi": "transport",
}


class State(StrEnum):
    """How a family stands; a key of the texts."""

    BOUNCES = "bounces"
    WAITING = "waiting"
    UNKNOWN = "could-not-tell"
    SKIPPED = "skipped"
    FINE = "fine"


def family_of(check_id: str) -> str:
    first = check_id.partition("-")[0]
    return _RENAMED.get(first, first)


def checks_of(family: str) -> tuple[str, ...]:
    return tuple(check_id for check_id in registry.ids() if family_of(check_id) == family)


def state(outcomes: Sequence[Outcome], *, complete: bool, asking: bool) -> State:
    """The worst that can be said. ``complete``: no outcome is still to come; FINE needs that, and that nothing
    was left out for want of an option. A NOTE harms nothing today."""
    if any(f.severity > Severity.NOTE for o in outcomes for f in o.findings):
        return State.BOUNCES
    if not complete:
        return State.WAITING if asking else State.UNKNOWN
    if any(o.verdict is Verdict.UNKNOWN for o in outcomes):
        return State.UNKNOWN
    skipped = [o for o in outcomes if o.verdict is Verdict.SKIPPED]
    if len(skipped) == len(outcomes) or any(o.reason and o.reason.key == "not-given" for o in skipped):
        return State.SKIPPED
    return State.FINE
