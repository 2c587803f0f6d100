"""From a real reply to a bounce code, with what decided; 900 where nothing does. No cause is ever guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deliverkit.bounces import replies
from deliverkit.model.verdict import Stage

UNKNOWN = 900
_FOLDER = Path(__file__).parent
_LONGEST_TEXT = 4096
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REPLY = re.compile(r"[245]\d\d")
# Each receiver uses these for many causes.
_GENERAL = re.compile(r"[245]\.(?:0\.0|7\.[01])")
_NUMBERED = re.compile(
    r"([A-Z]+)(_\d+)"
)  # OFR_101 is said as OFR_101 or, with the number of the host, OFR004_101
_RANGE = re.compile(r"(.*\D)(\d+)-(\d+)")  # AUP#1220-1250


@dataclass(frozen=True, slots=True)
class Classified:
    """``basis``: ``receiver`` (its own published reply), ``words``, ``status``, ``reply``, or for 900 ``nothing``.
    ``sign``: what decided: the published reply, the words, the status or the reply code; '' for ``nothing``."""

    code: int
    basis: str
    sign: str = ""


def classify(
    reply: int, status: str, text: str, stage: Stage, *, receiver: str = "", said: Collection[str] = ()
) -> Classified:
    """``reply``: the reply code; ``status``: the enhanced status code or ''; ``text``: the rest, as it came;
    ``receiver``: by `receiver_of`, '' where not known. ``said``: what the sender had said itself (addresses, names);
    a reply repeats it, and it tells nothing.

    The order is that of trust: the receiver's own reply before common words, words before the status code, since
    servers put the nearest code that they find beside an exact text.
    """
    heard = text[:_LONGEST_TEXT].casefold()
    for own in filter(None, said):
        heard = heard.replace(own.casefold(), " ")
    signs = _load("signs")
    return (
        (_by_words(signs["own"], reply, stage, heard, receiver) if receiver else None)
        or _by_receiver(reply, status, heard, receiver)
        or _by_words(signs["words"], reply, stage, heard)
        or _by_number(signs, reply, status, stage)
        or Classified(UNKNOWN, "nothing")
    )


@cache
def receiver_of(host: str) -> str:
    """Whose mail server a host name is of: a name of `replies.receiver_names`, '' where none is known."""
    name = f".{host.casefold().removesuffix('.')}"
    for receiver, domains in _load("hosts").items():
        if any(name.endswith(f".{domain}") for domain in domains):
            return str(receiver)
    return ""


def _by_receiver(reply: int, status: str, heard: str, receiver: str) -> Classified | None:
    """The one code that all of its rules with this reply lead to; None where there is none, or more than one."""
    known = replies.receivers().get(receiver)
    found = {
        rule.reply.code: alternative
        for rule in (known.rules if known else ())
        for alternative in rule.reply.reply.split("; ")
        if _fits(alternative, reply, status, heard)
    }
    if len(found) != 1:
        return None
    [(code, alternative)] = found.items()
    return Classified(code, "receiver", alternative)


def _fits(alternative: str, reply: int, status: str, heard: str) -> bool:
    """Whether the reply has every part of a published one, and one part at least that tells causes apart."""
    telling = False
    if alternative == "5xx":  # the receiver publishes no code of its own
        return False
    for part in alternative.split():
        if _REPLY.fullmatch(part):
            if part != str(reply):
                return False
        elif _STATUS.fullmatch(part):
            if part != status:
                return False
            telling = telling or not _GENERAL.fullmatch(part)
        else:
            said = part.casefold()
            if (
                part.isalpha()
            ):  # such as BL, which may stand in any word: alone it tells something in brackets only
                if said not in heard:
                    return False
                telling = telling or f"({said})" in heard
            elif not _is_said(part, said, heard):
                return False
            else:
                telling = True
    return telling


def _is_said(part: str, said: str, heard: str) -> bool:
    if numbered := _NUMBERED.fullmatch(part):
        name, number = (re.escape(group.casefold()) for group in numbered.groups())
        return re.search(rf"{name}\d*{number}(?!\d)", heard) is not None
    if bounds := _RANGE.fullmatch(part):
        first, last = bounds[2], bounds[3]
        found = re.findall(rf"{re.escape(bounds[1].casefold())}(\d{{{len(first)}}})(?!\d)", heard)
        return any(first <= number <= last for number in found)
    return said in heard


def _by_words(
    rules: list[dict[str, Any]], reply: int, stage: Stage, heard: str, receiver: str = ""
) -> Classified | None:
    for rule in _that_can(rules, reply, stage):
        if rule.get("receiver", "") == receiver and all(word in heard for word in rule["words"]):
            return Classified(rule["code"], "receiver" if receiver else "words", " ... ".join(rule["words"]))
    return None


def _by_number(signs: dict[str, Any], reply: int, status: str, stage: Stage) -> Classified | None:
    for rule in _that_can(signs["status"], reply, stage):
        if status in rule["status"]:
            return Classified(rule["code"], "status", status)
    for rule in _that_can(signs["reply"], reply, stage):
        if reply == rule["reply"]:
            return Classified(rule["code"], "reply", str(reply))
    return None


def _that_can(rules: list[dict[str, Any]], reply: int, stage: Stage) -> Iterator[dict[str, Any]]:
    for rule in rules:
        if stage.name in rule.get("stages", [stage.name]) and rule.get("class", reply // 100) == reply // 100:
            yield rule


@cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
