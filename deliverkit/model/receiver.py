"""What a receiver goes by, and what it would do with a stream."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from deliverkit.model.bounce import Reply

if TYPE_CHECKING:
    from deliverkit.model.report import Reason


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that mean the same to a receiver.

    ``perhaps``: pairs of a check and the patterns of those of its messages that only some implementations take for a
    failure. ``each_selector``: it holds only where every selector of the stream has such a finding. ``envelope_only``:
    those of its checks that count for the domain of MAIL FROM alone.
    """

    name: str
    checks: tuple[str, ...]
    perhaps: tuple[tuple[str, tuple[str, ...]], ...] = ()
    each_selector: bool = False
    envelope_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverRule:
    """One reply and what it follows from: every one of ``causes``, each of which is any of its groups.

    ``ipv6_only``: the receiver asks it of mail over IPv6 alone.
    """

    reply: Reply
    causes: tuple[tuple[Group, ...], ...]
    ipv6_only: bool = False

    @property
    def checks(self) -> tuple[str, ...]:
        """Ids of all checks that it can follow from."""
        return tuple(dict.fromkeys(c for cause in self.causes for group in cause for c in group.checks))


@dataclass(frozen=True, slots=True)
class Want:
    """What a receiver asks for that the DNS cannot show. ``then``: what happens otherwise; ``reply``: the codes of
    that, '' where none are known. The rest as in Reply."""

    says: str
    then: str
    reply: str
    clause: str
    since: str
    as_of: str
    bulk_only: bool = False


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver's rules in the order of its file. ``undated``: why some have no date. ``hosted_by``: the receiver
    whose rules hold for its mailboxes since ``hosted_since``, ''."""

    name: str
    title: str
    aliases: tuple[str, ...]
    as_of: str
    undated: str
    rules: tuple[ReceiverRule, ...]
    wants: tuple[Want, ...]
    hosted_by: str = ""
    hosted_since: str = ""


class Stance(StrEnum):
    """What a receiver would do, as far as the DNS tells."""

    ACCEPTS = "accepts"  # nothing in the DNS makes it refuse
    REFUSES = "refuses"
    DEFERS = "defers"  # temporary replies only
    UNKNOWN = "unknown"  # cannot be told from the DNS, or could not be looked at


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A reply, and the ids of the checks whose findings it follows from."""

    reply: Reply
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``replies``: those that surely follow, in the order of the SMTP session. ``perhaps``: those that may, as the
    finding is only a sign. ``reasons``: why something could not be told."""

    stance: Stance
    replies: tuple[Foreseen, ...] = ()
    perhaps: tuple[Foreseen, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverVerdict:
    """One receiver and one stream, for ordinary mail and for bulk mail."""

    receiver: Receiver
    ordinary: Judgement
    bulk: Judgement
    wants: tuple[Want, ...]
