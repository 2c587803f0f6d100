"""What a check declares of itself, and what it yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Bounce
from deliverkit.model.verdict import Severity

if TYPE_CHECKING:
    from deliverkit.model.remedy import Remedy

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding lies: a DNS question, or a part of the SMTP session (``rtype`` is HELO or MAIL FROM)."""

    name: str
    rtype: str

    def __str__(self) -> str:
        return f"{self.name} {self.rtype}".strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """The constant part of a check.

    ``severity`` weighs the fault by what happens to the sender's own mail, ``spoofing`` by what it allows a
    forger, None where it has no bearing on forgery: ERROR = a forged message passes, WARNING = some receivers
    deliver one, NOTE = it only helps a little.
    ``bounces``: their stage is the earliest at which a receiver that looks at the fault can refuse. Many wait, Gmail
    for the message and Postfix for RCPT; each reply tells its own stage.
    ``sources``: ``RFC 7208 section 4.6.4`` or ``gmail 5.7.25 (2025-11)``. ``since``: the deliverkit version
    that brought the check. ``tolerates_gaps``: the verdict can only get worse with more data, so it may be
    FAIL although some question stayed open; it is then never PASS.
    """

    severity: Severity
    bounces: tuple[Bounce, ...]
    sources: tuple[str, ...]
    since: str
    tolerates_gaps: bool = False
    spoofing: Severity | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a check yields. ``message`` is a key into the texts of the check, ``data`` fills it.

    ``severity`` and ``spoofing`` may lower the rule's, ``bounces`` replace the rule's, where the data say so.
    """

    message: str
    place: Place
    data: Mapping[str, Value] = field(default_factory=dict)
    remedy: Remedy | None = None
    severity: Severity | None = None
    bounces: tuple[Bounce, ...] | None = None
    spoofing: Severity | None = None
