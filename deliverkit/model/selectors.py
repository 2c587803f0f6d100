"""DKIM selectors that were guessed, because none was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundSelector:
    """A guess that has a key. ``provider``: whose customers all have this selector, where the domain's MX or SPF
    records show that provider; '' for a name that is merely common."""

    selector: str
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Guesses:
    """What guessing the selectors of ``domain`` came to. That a key is there does not show that the mail is signed
    with it, and that none was found does not show that the mail is not signed.

    ``tried``: the selectors asked for. ``found``: those with a key; () where a wildcard may have answered.
    ``open``: those whose answer did not come. ``outcome``: ``found``; ``wildcard``, where a selector that nobody uses
    has a key too, so that nothing can be concluded; ``open``, where nothing was found and some answer did not come, or
    it could not be told whether there is a wildcard; or ``nothing``. ``providers``: those that MX and SPF show.
    """

    domain: str
    outcome: str = "nothing"
    tried: tuple[str, ...] = ()
    found: tuple[FoundSelector, ...] = ()
    open: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
