"""DKIM signs with Ed25519 only

What it checks
--------------
Among the keys that the mail can be signed with, one is an RSA key. Looked at are the selectors of the From domain,
of a domain above it or below it; where none of those was given, all.

Why mail bounces
----------------
Ed25519 came to DKIM in 2018, and large receivers, Gmail among them, still do not verify it. For them the mail has
no valid signature. Where SPF does not align with the From domain either, DMARC fails there, and receivers that
ask bulk senders for a DKIM pass put the mail off or refuse it.

Remedy
------
Sign with an RSA key of 2048 bits. A second signature with the Ed25519 key may stay beside it, under a selector of
its own; receivers take the one that they understand. The selector in the proposal is an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deliverkit.checks.dkim import _publishing
from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Action, Remedy, Setting
from deliverkit.model.rule import Draft, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import dkim

if TYPE_CHECKING:
    from deliverkit.facts.values import DkimAlgorithms

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(Bounce(941, Likelihood.POSSIBLE, Stage.DATA),),
    sources=(
        "RFC 8463 section 3",
        "RFC 8463 section 6",
        "gmail 5.7.30 (2025-11)",
    ),
    since="0.1",
    spoofing=None,
)


def judge(algorithms: DkimAlgorithms) -> Iterator[Draft]:
    if any(key.kind == "rsa" for key in algorithms.keys):
        return
    key = algorithms.keys[0]
    yield Draft(
        "no-rsa",
        _publishing.place(key),
        {"selectors": tuple(k.selector for k in algorithms.keys)},
        _beside(algorithms),
    )


def _beside(algorithms: DkimAlgorithms) -> Remedy:
    """A second signature; the one that works at some receivers stays. The selector is an example."""
    key = algorithms.keys[0]
    taken = {k.key_name for k in algorithms.keys}
    _, _, domain = key.key_name.partition("._domainkey.")
    names = (f"rsa{n}._domainkey.{domain}" for n in range(1, len(taken) + 2))
    name = next(n for n in names if n not in taken)
    change = dkim.new_key(Action.ADD, name, _publishing.owner(key, name))
    return Remedy("add-rsa", (change,), (Setting("selectors", name),), data={"new_name": name})
