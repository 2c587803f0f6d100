"""Blocklists."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.blocklists import Entry
from deliverkit.facts.values.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Fact):
    """One target at one blocklist that proved at its RFC 5782 test points that it may be believed.

    ``zone``: as in the catalogue. ``name``: the list's. ``target``: the address or domain. ``query``: the name that
    was asked. ``entries``: its listings, none where it is not listed. ``via``: the address of the list's own name
    server, where that was asked because the resolver cannot be used for this list; '' otherwise.
    """

    zone: str
    name: str
    target: str
    query: str
    entries: tuple[Entry, ...]
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IpListing(Listing):
    """A sending address at an address list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainListing(Listing):
    """The From or envelope domain at a domain list."""
