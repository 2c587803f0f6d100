"""Bounce codes and the replies that receivers give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deliverkit.model.verdict import Likelihood, Stage


@dataclass(frozen=True, slots=True)
class Bounce:
    """A bounce that a failed check would cause, as a rule declares it. ``code`` is OMICard's. ``inbound``: it is mail
    to the domain that bounces, not the mail of the stream."""

    code: int
    likelihood: Likelihood
    stage: Stage
    inbound: bool = False


@dataclass(frozen=True, slots=True)
class BounceCode:
    """One row of the catalogue (OMICard 900-943, 950).

    ``action``: ``bounce``, ``resend`` or '' where the sources name none. ``lasting``: ``permanent``,
    ``temporary``, ``unknown`` or ``none``. ``variants``: other wordings, each with its source.
    ``predicted_by``: ids of the checks whose failure foretells it.
    """

    code: int
    meaning: str
    meaning_zh: str
    action: str
    lasting: str
    stage: str
    scope: str
    predictable: str
    enhanced: tuple[str, ...]
    remedy: str
    notes: str
    sources: tuple[str, ...]
    predicted_by: tuple[str, ...]
    variants: tuple[str, ...] = ()


class Bearing(StrEnum):
    """What a finding means to a rule that names its check."""

    DECIDES = "decides"  # the receiver looks at the very same thing
    SIGN = "sign"  # the receiver goes by something of its own, of which the finding is a public sign
    BESIDE = "beside"  # it bites other mail than the stream's own: forwarded copies, bounces
    PAST = "past"  # a reply that stands in older logs only


@dataclass(frozen=True, slots=True)
class Reply:
    """What one receiver answers for one cause. ``reply`` holds its codes, ``says`` a paraphrase.

    ``clause``: where in the receiver's document. ``since``: the date it took effect, '' where the document has none.
    ``as_of``: the date (YYYY, YYYY-MM or YYYY-MM-DD, as ``since``) of the knowledge. ``temporary``: a 4xx that is
    retried. ``bulk_only``: only senders of bulk mail get it.

    It follows from a finding whose data hold all words of ``only`` (``PBL``), whose blocklist has one of ``lists`` in
    its name, and whose data have one of the values of ``where`` (``message`` is the finding's). ``together``: no
    mechanism passes, so it does not follow where the data's ``other`` is ``pass``, nor surely where that
    is ``unknown``.
    """

    receiver: str
    reply: str
    says: str
    as_of: str
    code: int
    stage: Stage
    temporary: bool = False
    only: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    together: bool = False
    bulk_only: bool = False
    bearing: Bearing = Bearing.DECIDES
    clause: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One bounce code that a finding would cause, with the receivers' own words for it. ``inbound``: as in Bounce."""

    code: int
    likelihood: Likelihood
    stage: Stage
    replies: tuple[Reply, ...] = ()
    inbound: bool = False
