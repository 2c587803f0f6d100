"""The one place that composes a resolver stack and an audit."""

from __future__ import annotations

import dataclasses
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deliverkit.engine import registry, remedy
from deliverkit.engine.audit import Event, Finished, audit
from deliverkit.facts import blocklists as blocklist_data
from deliverkit.facts.blocklists import catalogue
from deliverkit.facts.choosing import CORE, choose
from deliverkit.facts.spf_budget import spf_budget
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.records import hostname, userconfig
from deliverkit.records.given import Unusable
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached
from deliverkit.resolver.recorded import Replay
from deliverkit.resolver.servers import parse_server, system_servers

# Blocklists ask for courtesy; the whole audit puts few questions to each.
_PER_BLOCKLIST = 16

_NAMELESS = "[127.0.0.1]"  # RFC 5321 section 4.1.4: who has no name says an address


def keys(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Placeholder -> access key, for every keyed blocklist whose key stands in the environment or, failing that, in the
    user's configuration file. Raises Unusable where the file cannot be used."""
    variables = {row.placeholder: row.key for row in catalogue().values() if row.key}
    filed = _configured(environment, [_setting(placeholder) for placeholder in variables])
    found = {
        placeholder: environment.get(variable, "").strip() or filed.get(_setting(placeholder), "")
        for placeholder, variable in variables.items()
    }
    return {placeholder: key for placeholder, key in found.items() if key}


def _setting(placeholder: str) -> str:
    """How the configuration file calls a key."""
    return placeholder.removesuffix("-key")


def _configured(environment: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The keys of ``deliverkit/config.toml`` in the user's folder (XDG Base Directory Specification); none without."""
    folder = Path(environment.get("XDG_CONFIG_HOME", ""))
    if not folder.is_absolute():  # "must be absolute", else to be ignored
        folder = Path(environment.get("HOME", "")) / ".config"
    path = folder / "deliverkit" / "config.toml"
    try:
        text = path.read_text("utf-8") if path.is_absolute() else ""
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError:
        raise Unusable("config-unreadable", path=str(path), detail="it is not UTF-8") from None
    except OSError as error:
        raise Unusable("config-unreadable", path=str(path), detail=error.strerror or str(error)) from None
    return userconfig.keys(text, str(path), names)


def blocklists(wanted: str = CORE, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The zones to ask. Raises Unusable for ``wanted`` and for an unusable configuration file."""
    return choose(wanted, keys(environment))


def public_resolvers(
    nameservers: Sequence[str], zones: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The public resolvers among those to be asked, and the blocklists among ``zones`` that refuse such.
    ``nameservers`` as in `live`."""
    servers = [parse_server(text)[0] for text in nameservers] or system_servers()
    rows = catalogue()
    return blocklist_data.public_resolvers(servers), tuple(
        rows[zone].name for zone in zones if zone in rows and rows[zone].private
    )


def live(
    nameservers: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
    routes: Mapping[str, str] | None = None,
) -> Cached:
    """The resolver for real DNS; ``nameservers`` as ``HOST[:PORT]``, empty for the system's own. ``routes``: as
    `Live` has them."""
    # dnspython and what it brings are the dearest import of all; --help must not pay for it.
    from deliverkit.resolver.beyond import Beyond, OnDemand  # noqa: PLC0415
    from deliverkit.resolver.keyed import Keyed  # noqa: PLC0415
    from deliverkit.resolver.live import Live  # noqa: PLC0415
    from deliverkit.resolver.paced import Paced  # noqa: PLC0415

    courtesy = dict.fromkeys(catalogue(), _PER_BLOCKLIST)
    dns = Paced(Keyed(Live(nameservers, routes=routes), keys(environment)), zones=courtesy)
    doors: dict[str, Resolver] = {}
    resolver = Cached(Beyond(dns, doors))
    # Over the cache, so that the addresses that they need are asked once, and kept.
    doors["GET"] = OnDemand(lambda: _https(resolver))
    doors["STARTTLS"] = OnDemand(lambda: _starttls(resolver))
    return resolver


def _https(resolver: Resolver) -> Resolver:
    from deliverkit.resolver.https import Https  # noqa: PLC0415

    return Https(resolver)


def _starttls(resolver: Resolver) -> Resolver:
    from deliverkit.resolver.starttls import StartTls  # noqa: PLC0415

    return StartTls(resolver, hostname.own_name(socket.gethostname()) or _NAMELESS)


def replay(path: Path) -> tuple[Cached, Subject | None]:
    """The resolver for a recording, and the stream it was made for. Raises RecordingError, OSError."""
    recording = Replay.read(path)
    return Cached(recording), recording.subject


@asynccontextmanager
async def lab(faults: Sequence[str] = (), delay: float = 0.0) -> AsyncIterator[Cached]:
    """The resolver for the lab, over real packets on loopback. Raises ValueError for an unknown fault."""
    from deliverkit.lab import faults as lab_faults  # noqa: PLC0415
    from deliverkit.lab import world  # noqa: PLC0415
    from deliverkit.lab.servers import Internet  # noqa: PLC0415
    from deliverkit.resolver.beyond import Beyond  # noqa: PLC0415

    broken = tuple(lab_faults.parse(f) for f in faults)
    async with Internet(world.zone(), world.name_servers(), broken, delay) as internet:
        yield Cached(Beyond(live([internet.address], {}, internet.routes), world.doors()))


async def examine(subject: Subject, resolver: Resolver) -> AsyncIterator[Event]:
    """The whole audit: every check, then the plan of fixes, proven over what was observed, and the SPF budget, for
    which nothing more is asked."""
    checks = registry.discover()
    async for event in audit(subject, resolver, checks):
        if isinstance(event, Finished):
            proven = await remedy.plan(event.report, resolver, checks)
            budget = await spf_budget(subject, resolver)
            yield Finished(dataclasses.replace(event.report, plan=proven, spf=budget))
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
