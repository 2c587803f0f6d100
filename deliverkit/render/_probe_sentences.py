"""The sentences of a probe, with what is hostile in them cleaned."""

from __future__ import annotations

from deliverkit.bounces import catalogue
from deliverkit.probing.model import Judgement
from deliverkit.texts import say
from deliverkit.texts.clean import clean


def told(key: str, **data: object) -> str:
    """A sentence of ``probe.toml``."""
    return say(key, file="probe", **data)


def reason(judgement: Judgement) -> str:
    data = {k: clean(v) if isinstance(v, str) else v for k, v in judgement.data.items()}
    if "stage" in data:
        data["stage"] = told(f"step.{data['stage']}")
    if "why" in data:
        data["why"] = told(f"why.{data['why']}")
    if judgement.reason == "reply":
        lasting = "temporary" if str(judgement.state) == "deferred" else "permanent"
        data["class"] = told(f"class.{lasting}")
    return told(f"reason.{judgement.reason}", **data)


def code(number: int) -> str:
    """A bounce code and what it means."""
    return told("code.line", code=number, meaning=catalogue.load(number).meaning)


def basis(judgement: Judgement) -> str:
    """What decided the code of a reply; '' where no reply was judged."""
    return told(f"basis.{judgement.basis}", sign=clean(judgement.sign)) if judgement.basis else ""


def note(key: str) -> str:
    return told(f"note.{key}")
