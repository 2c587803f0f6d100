"""What a probe is asked and what it finds; frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deliverkit.model.answer import Answer
from deliverkit.smtp.session import STAGE_SECONDS, TOTAL_SECONDS, Session, Step


class State(StrEnum):
    """What would become of a mail, as far as RCPT."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"  # a 4xx: neither taken nor refused
    UNKNOWN = "unknown"  # no answer that could be judged


@dataclass(frozen=True, slots=True)
class Target:
    """``local``: what stands before the @; ``domain``: in A-labels. ``postmaster``: only a domain was given, so its
    postmaster is asked for, whom every domain has to have (RFC 5321 section 4.5.1)."""

    local: str
    domain: str
    postmaster: bool = False

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. ``sender``: '' is the null sender. ``mx``: the one mail host to ask, a name or an address, '' for
    those that the DNS names. ``stage`` and ``total``: seconds for one stage and for all
    conversations together."""

    helo: str
    sender: str = ""
    port: int = 25
    mx: str = ""
    tls: bool = True
    stage: float = STAGE_SECONDS
    total: float = TOTAL_SECONDS


@dataclass(frozen=True, slots=True)
class Host:
    """A mail host. ``preference`` None: of the domain's own address records, or given by the user. ``open``: an
    address question had no settled answer. ``given``: its address was typed by the user."""

    name: str
    addresses: tuple[str, ...]
    preference: int | None = None
    open: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Where the mail would go. ``implicit``: without MX, by the domain's own address (RFC 5321 section 5.1).
    ``left_out``: MX hosts that were not looked at, as there are too many."""

    hosts: tuple[Host, ...] = ()
    implicit: bool = False
    left_out: int = 0
    asked: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """``code``: OMICard's, None where nothing failed or the flow knows none. ``reason``: a text key; ``data`` fills
    it, uncleaned. ``basis`` and ``sign``: what decided the code of a reply, see `Classified`."""

    state: State
    reason: str
    code: int | None = None
    basis: str = ""
    sign: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One conversation. ``judged``: of each step that did not go well, by its place in ``session.steps``."""

    session: Session
    receiver: str
    judged: Mapping[int, Judgement]
    result: Judgement

    @property
    def last(self) -> Step:
        return self.session.steps[-1]


@dataclass(frozen=True, slots=True)
class Probe:
    """The whole account. ``notes``: text keys of what a reader should know beside the result."""

    target: Target
    asking: Asking
    route: Route
    attempts: tuple[Attempt, ...]
    result: Judgement
    notes: tuple[str, ...] = ()
