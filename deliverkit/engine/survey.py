"""Observing once, concurrently: every fact type that the checks want, each by its one observer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from deliverkit.facts.observers import OBSERVERS
from deliverkit.facts.values import Seen
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver

World = Mapping[type, "asyncio.Task[Seen[Any]]"]


def survey(subject: Subject, resolver: Resolver, wanted: Iterable[type]) -> World:
    """Start one task for each fact type; the resolver's cache makes shared questions free."""
    return {t: asyncio.ensure_future(OBSERVERS[t](subject, resolver)) for t in dict.fromkeys(wanted)}
