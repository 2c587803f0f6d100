"""What to change, by whom: concrete enough to be laid over the world and judged again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from deliverkit.model.answer import Rdata


class Actor(StrEnum):
    """Who can make the change."""

    YOU = "you"  # whoever runs the domain's DNS zone, or the sending software
    IP_OWNER = "ip-owner"  # the hosting company or network that the address belongs to
    LIST_OPERATOR = "list-operator"  # only the blocklist can take a listing away
    REGISTRAR = "registrar"  # the domain itself has to be registered or delegated
    ZONE_OWNER = "zone-owner"  # whoever runs the zone of that name: who takes reports, where an alias leads
    WEB_HOST = "web-host"  # whoever runs the web server of that name
    MAIL_HOST = "mail-host"  # whoever runs the mail server of that name
    NOBODY = "nobody"  # it comes about by itself


class Action(StrEnum):
    ADD = "add"  # to the RRset, keeping what is there
    REPLACE = "replace"  # the whole RRset
    REMOVE = "remove"  # these values, or the whole RRset where ``values`` is empty


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A change of one RRset. ``name`` without final dot.

    ``blanks``: pairs of a placeholder inside ``name`` or ``values`` that only the reader can fill (a public key,
    an address) and a sample that stands for it while the remedy is proven. ``always``: it has to be made although
    the answer may look so already: that came from a wildcard, or from one of several servers, or only the TTL is
    new. ``proof``: nothing to publish; it tells the proof what comes of what ``by`` does, as the step's text says.
    """

    action: Action
    name: str
    rtype: str
    values: tuple[Rdata, ...] = ()
    ttl: int = 3600
    by: Actor = Actor.YOU
    blanks: tuple[tuple[str, str], ...] = ()
    always: bool = False
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A change in the sending software rather than in DNS: a field of the Subject and its new value. For
    ``selectors`` it is one more: a second signature beside those that are made already."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """``key`` finds the sentence in the texts; ``data`` fills it. ``safe``: cannot harm another stream.

    ``waits``: a later stage, to be taken when all else is in order and has been watched for a while; a plan
    holds it only where nothing else is to be done.
    """

    key: str
    changes: tuple[RecordChange, ...] = ()
    settings: tuple[Setting, ...] = ()
    data: dict[str, str] = field(default_factory=dict)
    safe: bool = True
    waits: bool = False
