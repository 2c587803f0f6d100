"""Bounce codes and the replies that receivers give."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.model.verdict import Likelihood, Stage


@dataclass(frozen=True, slots=True)
class Bounce:
    """A bounce that a failed check would cause, as a rule declares it. ``code`` is OMICard's."""

    code: int
    likelihood: Likelihood
    stage: Stage


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


@dataclass(frozen=True, slots=True)
class Reply:
    """What one receiver answers for one cause. ``reply`` holds its codes, ``says`` a paraphrase.

    ``as_of``: the date (YYYY-MM or YYYY-MM-DD) of the knowledge. ``temporary``: a 4xx that is retried.
    ``only``: words that the finding's data must hold for this reply to follow (``PBL``, ``Spamhaus``). ``unless``: it
    does not follow where the data's ``other`` is one of these words (``pass``: another mechanism passes).
    """

    receiver: str
    reply: str
    says: str
    as_of: str
    code: int
    stage: Stage
    temporary: bool = False
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequence:
    """One bounce code that a finding would cause, with the receivers' own words for it."""

    code: int
    likelihood: Likelihood
    stage: Stage
    replies: tuple[Reply, ...] = ()
