"""The one place that composes a resolver stack and an audit."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import Event, Finished, audit
from deliverkit.facts.blocklists import catalogue
from deliverkit.model.report import Report
from deliverkit.model.subject import CORE_BLOCKLISTS, Subject
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.recorded import Replay

# Blocklists ask for courtesy; the whole audit puts few questions to each.
_PER_BLOCKLIST = 16


def keys(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Placeholder -> access key, for every keyed blocklist whose key is set."""
    return {
        row.placeholder: environment[row.key].strip()
        for row in catalogue().values()
        if row.key and environment.get(row.key, "").strip()
    }


def blocklists(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The zones to ask by default: the core lists, each in its keyed form where there is a key, and every
    other keyed list that there is a key for."""
    have = keys(environment)
    keyed = [row for row in catalogue().values() if row.placeholder in have]
    replaced = {row.instead_of: row.zone for row in keyed}
    zones = [replaced.get(zone, zone) for zone in CORE_BLOCKLISTS]
    return tuple(dict.fromkeys([*zones, *(row.zone for row in keyed)]))


def live(nameservers: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> Cached:
    """The resolver for real DNS; ``nameservers`` as ``HOST[:PORT]``, empty for the system's own."""
    # dnspython and what it brings are the dearest import of all; --help must not pay for it.
    from deliverkit.resolver.keyed import Keyed  # noqa: PLC0415
    from deliverkit.resolver.live import Live  # noqa: PLC0415
    from deliverkit.resolver.paced import Paced  # noqa: PLC0415

    courtesy = dict.fromkeys(blocklists(environment), _PER_BLOCKLIST)
    return Cached(Paced(Keyed(Live(nameservers), keys(environment)), zones=courtesy))


def replay(path: Path) -> tuple[Cached, Subject | None]:
    """The resolver for a recording, and the stream it was made for. Raises RecordingError, OSError."""
    recording = Replay.read(path)
    return Cached(recording), recording.subject


@asynccontextmanager
async def lab(faults: Sequence[str] = (), delay: float = 0.0) -> AsyncIterator[Cached]:
    """The resolver for the lab, over real packets on loopback. Raises ValueError for an unknown fault."""
    from deliverkit.lab import faults as lab_faults  # noqa: PLC0415
    from deliverkit.lab import world  # noqa: PLC0415
    from deliverkit.lab.server import NameServer  # noqa: PLC0415

    async with NameServer(world.zone(), [lab_faults.parse(f) for f in faults], delay) as server:
        host, port = server.address
        yield live([f"{host}:{port}"], {})


async def examine(subject: Subject, resolver: Resolver) -> AsyncIterator[Event]:
    """The whole audit: every check, then the plan of fixes, proven over what was observed."""
    checks = registry.discover()
    async for event in audit(subject, resolver, checks):
        if isinstance(event, Finished):
            proven = await remedy.plan(event.report, resolver, checks)
            yield Finished(dataclasses.replace(event.report, plan=proven))
        else:
            yield event


async def examine_to_end(
    subject: Subject, resolver: Resolver, show: Callable[[Event], None] = lambda _: None
) -> Report:
    """The report of `examine` alone; ``show`` is told of every event on the way."""
    async for event in examine(subject, resolver):
        show(event)
        if isinstance(event, Finished):
            return event.report
    raise AssertionError("an audit always finishes")
