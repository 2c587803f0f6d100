"""`deliverkit audit`"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from deliverkit import __version__, wiring
from deliverkit.cli import _running, _writing, exit_code, inputs
from deliverkit.cli.inputs import InputError
from deliverkit.engine import receivers
from deliverkit.facts import selectors
from deliverkit.facts.choosing import CORE
from deliverkit.facts.derive import derive_ips
from deliverkit.model.report import Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Severity
from deliverkit.records import given
from deliverkit.resolver import Resolver
from deliverkit.resolver.recorded import Recorder
from deliverkit.resolver.servers import parse_server
from deliverkit.texts import say


def _help(key: str) -> str:
    return say(f"audit.{key}", file="cli")


@dataclass(frozen=True)
class Call:
    """The command line of one audit."""

    domain: str | None
    ip: tuple[str, ...]
    helo: str | None
    mail_from: str | None
    selector: tuple[str, ...]
    authoritative: bool
    resolver: tuple[str, ...]
    dnsbl: str | None
    dnsbl_direct: bool
    record: Path | None
    replay: Path | None
    lab: bool
    fault: tuple[str, ...]
    delay: int
    receiver: tuple[str, ...]
    smtp: bool


@click.command(help=_help("help"), epilog=say("exit.help", file="cli"))
@click.argument("domain", required=False)
@click.option("--ip", multiple=True, metavar="ADDRESS|auto", help=_help("ip"))
@click.option("--helo", metavar="NAME", help=_help("helo"))
@click.option("--mail-from", metavar="ADDRESS|DOMAIN", help=_help("mail_from"))
@click.option("--selector", multiple=True, metavar="NAME", help=_help("selector"))
@click.option("--authoritative", is_flag=True, help=_help("authoritative"))
@click.option("--resolver", multiple=True, metavar="HOST[:PORT]", help=_help("resolver"))
@click.option("--receiver", multiple=True, metavar="NAME,...|all", help=_help("receiver"))
@click.option("--dnsbl", metavar="core|all|none|NAME,...", help=_help("dnsbl"))
@click.option("--dnsbl-direct", is_flag=True, help=_help("dnsbl_direct"))
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help=_help("fail_on"),
)
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help=_help("format"),
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=_help("output"))
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help=_help("record"))
@click.option("--replay", type=click.Path(path_type=Path), metavar="FILE", help=_help("replay"))
@click.option("--lab", is_flag=True, help=_help("lab"))
@click.option("--fault", multiple=True, metavar="KIND:NAME", help=_help("fault"))
@click.option("--delay", type=click.IntRange(0, 60_000), default=0, metavar="MS", help=_help("delay"))
@click.option("--smtp", is_flag=True, help=_help("smtp"))
@click.option("--color/--no-color", default=None, help=_help("color"))
@click.option("--ascii", is_flag=True, help=_help("ascii"))
@click.option("--tree", is_flag=True, help=_help("tree"))
def command(
    *,
    fail_on: str,
    format: str,
    output: Path | None,
    color: bool | None,
    ascii: bool,
    tree: bool,
    **options: object,
) -> None:
    call = Call(**options)  # type: ignore[arg-type]
    _refuse_contradictions(call)
    if output is not None and output == call.record:
        raise InputError("output-is-record")
    asked = inputs.receivers(call.receiver)
    report = asyncio.run(_audit(call))
    if asked:
        report = dataclasses.replace(report, receivers=receivers.judge(report, asked))
    text = _writing.rendered(report, format, color=color, ascii=ascii, to_file=output is not None, tree=tree)
    _writing.write(text, format, output)
    raise SystemExit(exit_code.of(report, None if fail_on == "never" else Severity[fail_on.upper()]))


def _refuse_contradictions(call: Call) -> None:
    if call.domain is None and call.replay is None:
        raise InputError("domain-missing")
    if (call.fault or call.delay) and not call.lab:
        raise InputError("fault-without-lab")
    if sum(map(bool, (call.lab, call.replay, call.resolver))) > 1:
        raise InputError("lab-with-others")
    if call.record and call.replay:
        raise InputError("record-with-replay")


async def _audit(call: Call) -> Report:
    async with _world(call) as (resolver, known):
        subject = _looking(call, _with_lists(call, _subject(call, known)))
        recorder = Recorder(resolver) if call.record else None
        with _running.progress() as show:
            if inputs.AUTO in call.ip:
                subject = await _derived(subject, recorder or resolver)
            report = await wiring.examine_to_end(subject, recorder or resolver, show)
        if recorder and call.record:
            _writing.save(call.record, recorder.dump(subject, f"deliverkit {__version__}"))
        return report


@contextlib.asynccontextmanager
async def _world(call: Call) -> AsyncIterator[tuple[Resolver, Subject | None]]:
    """The resolver, and the stream that the lab or a recording already knows."""
    if call.replay:
        with _refused("recording-unusable"):
            replayed = wiring.replay(call.replay)
        yield replayed
    elif call.lab:
        from deliverkit.lab import faults, world  # noqa: PLC0415

        with _refused("fault-unusable"):
            for fault in call.fault:
                faults.parse(fault)
        stream = world.stream(given.domain(call.domain or ""))
        async with wiring.lab(call.fault, call.delay / 1000) as resolver:
            yield resolver, stream.subject if stream else None
    else:
        with _refused("resolver-unusable"):
            for server in call.resolver:
                parse_server(server)
        with _refused("key-unusable"):
            resolver = wiring.live(call.resolver)
        yield resolver, None


@contextlib.contextmanager
def _refused(key: str) -> Iterator[None]:
    """What is malformed ends the call with one line; nothing else is taken for the user's mistake."""
    try:
        yield
    except ValueError as error:
        raise InputError(key, detail=str(error)) from None


def _subject(call: Call, known: Subject | None) -> Subject:
    """What the lab or the recording knows, overridden by what was given."""
    said = given.parts(
        ips=inputs.listed(call.ip),
        helo=call.helo,
        mail_from=call.mail_from,
        selectors=inputs.selectors(call.selector),
    )
    name = None if call.domain is None else given.domain(call.domain)
    if known is not None and name in (None, known.domain):
        subject = dataclasses.replace(known, **said)
        return selectors.unguessed(subject) if inputs.NONE in call.selector else subject
    if name is None:
        raise InputError("recording-without-subject", path=str(call.replay))
    if call.lab and not said:
        raise InputError("not-in-lab", domain=name)
    looks = () if call.selector else (selectors.LOOK,)
    return Subject(name, looks=looks, **said)


def _with_lists(call: Call, subject: Subject) -> Subject:
    """With the blocklists to ask, and how; says up front what cannot be learned that way."""
    offline = bool(call.lab or call.replay)
    if call.dnsbl is not None or not offline:
        # The lab and a recording have no use for access keys.
        zones = wiring.blocklists(CORE if call.dnsbl is None else call.dnsbl, {} if offline else os.environ)
        subject = dataclasses.replace(subject, blocklists=zones)
    if not offline and not call.dnsbl_direct:
        servers, lists = wiring.public_resolvers(call.resolver, subject.blocklists)
        if servers and lists:
            data = {"servers": ", ".join(servers), "lists": ", ".join(lists)}
            click.echo(say("note.public-resolver", file="cli", **data), err=True)
    return subject


def _looking(call: Call, subject: Subject) -> Subject:
    """What to look at beyond the usual, beside what the lab or the recording looks at anyway."""
    asked = {"authoritative": call.authoritative, "dnsbl-direct": call.dnsbl_direct, "smtp": call.smtp}
    looks = (*subject.looks, *(look for look, wanted in asked.items() if wanted))
    return dataclasses.replace(subject, looks=tuple(dict.fromkeys(looks)))


async def _derived(subject: Subject, resolver: Resolver) -> Subject:
    found = await derive_ips(subject, resolver)
    if not found.ips:
        if found.open:
            questions = ", ".join(str(a.question) for a in found.open)
            raise _CouldNotDerive("ip-auto-open", questions=questions)
        raise InputError("ip-auto-nothing", domain=subject.envelope_domain)
    click.echo(
        say(
            "error.ip-auto-found",
            file="cli",
            source=found.source,
            domain=subject.envelope_domain,
            ips=", ".join(found.ips),
        ),
        err=True,
    )
    if found.left_out:
        click.echo(say("error.ip-auto-left-out", file="cli", count=found.left_out), err=True)
    return dataclasses.replace(subject, ips=found.ips, derived=("ips",))


class _CouldNotDerive(InputError):
    exit_code = int(exit_code.ExitCode.UNKNOWN)
