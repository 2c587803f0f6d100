"""The account of a probe for people: plain text, every command and reply, and what each means."""

from __future__ import annotations

from collections.abc import Iterator

from deliverkit.bounces import catalogue, replies
from deliverkit.probing.judging import FAREWELL
from deliverkit.probing.model import Attempt, Host, Judgement, Probe
from deliverkit.render import _probe_sentences as sentences
from deliverkit.render._probe_sentences import told
from deliverkit.render._wrap import NARROWEST, wrap
from deliverkit.smtp import certificate
from deliverkit.smtp.session import Step, Tls
from deliverkit.texts.clean import clean

_WIDTH, _WIDEST = 80, 100
_INDENT = "    "


def render(probe: Probe, *, width: int | None = None) -> str:
    """``width``: of the terminal, in cells; 80 where there is none."""
    room = max(min(width or _WIDTH, _WIDEST), NARROWEST)
    lines: list[str] = []
    for block in _blocks(probe):
        lines += ["", *(line for text, indent in block for line in _wrapped(text, indent, room))]
    return "\n".join(lines[1:]) + "\n"


_Block = list[tuple[str, str]]
"""Texts, each with its indent."""


def _blocks(probe: Probe) -> Iterator[_Block]:
    target = probe.target
    kind = "postmaster" if target.postmaster else "mailbox"
    yield [(told(f"title.{kind}", address=clean(target.address), domain=target.domain), "")]
    yield [(told("section.domain"), ""), *_domain(probe)]
    for attempt in probe.attempts:
        yield list(_conversation(attempt))
    yield list(_result(probe))


def _domain(probe: Probe) -> Iterator[tuple[str, str]]:
    for host in probe.route.hosts:
        key = "given" if probe.asking.mx else "implicit" if probe.route.implicit else "mx"
        shown = told(
            f"domain.{key}", preference=host.preference, host=clean(host.name), addresses=_addresses(host)
        )
        yield shown, _INDENT
    if not probe.attempts:
        yield sentences.reason(probe.result), _INDENT


def _addresses(host: Host) -> str:
    if host.addresses:
        return ", ".join(host.addresses)
    return told("domain.address-open" if host.open else "domain.without-address")


def _conversation(attempt: Attempt) -> Iterator[tuple[str, str]]:
    session = attempt.session
    key = "conversation-known" if attempt.receiver else "conversation"
    receiver = replies.title(attempt.receiver) if attempt.receiver else ""
    where = {"host": clean(session.host), "address": session.address, "port": session.port}
    yield told(f"section.{key}", **where, receiver=receiver), ""
    for place, step in enumerate(session.steps):
        yield told(f"step.{step.name}"), _INDENT
        yield from _step(step, attempt.judged.get(place), session.tls)


def _step(step: Step, judged: Judgement | None, tls: Tls | None) -> Iterator[tuple[str, str]]:
    deep = _INDENT * 2
    if step.sent:
        yield f"> {clean(step.sent)}", deep
    for line in step.reply.verbatim if step.reply else ():
        yield f"< {clean(line)}", deep
    if judged is not None:
        if judged.code is not None:
            yield f"= {sentences.code(judged.code)}", deep
        yield f"= {sentences.reason(judged)}", deep
        if step.detail:
            yield f"= {told('label.details', detail=clean(step.detail))}", deep
    elif step.name in FAREWELL and not step.ok:
        yield f"= {told('label.farewell')}", deep
    elif step.name == "tls" and tls is not None:
        yield from ((f"= {text}", deep) for text in _tls(tls))
    else:
        yield f"= {told(f'well.{step.name}')}", deep


def _tls(tls: Tls) -> Iterator[str]:
    verified = told("verified.yes") if tls.verified else told("verified.no", why=clean(tls.why))
    yield told("well.tls", protocol=tls.protocol, cipher=clean(tls.cipher), verified=verified)
    read = certificate.read(tls.certificate)
    if read is None:
        yield told("certificate.unreadable")
    else:
        names = ", ".join(map(clean, read.names[:10])) or told("certificate.nameless")
        yield told("certificate.line", names=names, expires=read.expires)


def _result(probe: Probe) -> Iterator[tuple[str, str]]:
    result = probe.result
    yield f"{told('section.result')}: {told(f'state.{result.state}')}", ""
    if result.code is not None:
        yield sentences.code(result.code), _INDENT
    yield sentences.reason(result), _INDENT
    if basis := sentences.basis(result):
        yield f"({basis})", _INDENT
    if result.code is not None:
        yield told("label.todo", remedy=catalogue.load(result.code).remedy), _INDENT
    for note in probe.notes:
        yield sentences.note(note), _INDENT


def _wrapped(text: str, indent: str, width: int) -> Iterator[str]:
    hanging = "  " if text[:2] in ("> ", "< ", "= ") else ""
    for number, line in enumerate(wrap(text, width - len(indent) - len(hanging))):
        yield indent + (hanging if number else "") + line
