"""Blocklists."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Fact):
    """One target at one blocklist that proved at its RFC 5782 test points that it may be believed.

    ``zone``: as in the catalogue. ``target``: the address or domain. ``codes``: pairs of a returned address
    (127.0.0.2) and its meaning. Empty codes: not listed. ``delist``: where to ask. ``name``: the list's.
    """

    zone: str
    name: str
    target: str
    codes: tuple[tuple[str, str], ...]
    delist: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IpListing(Listing):
    """A sending address at an address list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainListing(Listing):
    """The From or envelope domain at a domain list."""
