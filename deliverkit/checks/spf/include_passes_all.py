"""SPF record includes a record that lets everybody send

What it checks
--------------
No record that an `include:` or `redirect=` leads to ends in `+all`, or in a bare `all`, which means the same; and
none names every address there is, as `ip4:0.0.0.0/0` does, or `ip4:0.0.0.0/1` and `ip4:128.0.0.0/1` together.

Why mail bounces
----------------
What an included record passes, your record passes. With such a record anywhere behind an `include:`, every host in
the world may send for your domain, whatever your own record ends in. Spammers look for such records, filters
take them as a bad sign, and Gmail has replies of its own for them.

Remedy
------
Ask the service behind the `include:` to end its record with `~all`. Until then, write out its networks, or
take the `include:` out.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from deliverkit.checks._changes import mend_spf
from deliverkit.model.bounce import Bounce
from deliverkit.model.rule import Draft, Place, Rule
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records import spf_edit
from deliverkit.records.spf import WIDEST4, WIDEST6

if TYPE_CHECKING:
    from deliverkit.facts.values import SpfReferences, SpfTerm

RULE = Rule(
    severity=Severity.WARNING,
    bounces=(
        Bounce(941, Likelihood.POSSIBLE, Stage.MAIL),
        Bounce(913, Likelihood.POSSIBLE, Stage.DATA),
    ),
    sources=("RFC 7208 section 5.2", "RFC 7208 section 5.1", "gmail 5.7.24 (2025-11)"),
    since="0.1",
    spoofing=Severity.ERROR,
    tolerates_gaps=True,
)


def judge(tree: SpfReferences) -> Iterator[Draft]:
    open_ones = [top for top in tree.terms if top.passing and not top.fault and _opens(top)]
    if not open_ones:
        return
    yield Draft(
        "passes-all",
        Place(tree.domain, "TXT"),
        {"domain": tree.domain, "terms": tuple(dict.fromkeys(top.text for top in open_ones))},
        mend_spf(tree, (replace(top, networks=_narrow(top)) for top in open_ones)),
    )


def _opens(top: SpfTerm) -> bool:
    """Whether the term leads to a record that passes everybody: who gets to its end, or is in its networks."""
    below = [node for child in top.children for node in _passing(child)]
    if any(node.text.lower() in {"all", "+all"} for node in below):
        return True
    return spf_edit.is_world(n for node in below if _is_network(node) for n in node.networks or ())


def _passing(term: SpfTerm) -> Iterator[SpfTerm]:
    """The term and those below it that make SPF pass."""
    if term.passing:
        yield term
        for child in term.children:
            yield from _passing(child)


def _is_network(term: SpfTerm) -> bool:
    return term.text.lower().removeprefix("+").startswith(("ip4:", "ip6:"))


def _narrow(top: SpfTerm) -> tuple[str, ...]:
    """Of the networks behind the term those that one service can have."""
    networks = (ipaddress.ip_network(n, strict=False) for n in top.networks or ())
    return tuple(str(n) for n in networks if n.prefixlen >= (WIDEST4 if n.version == 4 else WIDEST6))
