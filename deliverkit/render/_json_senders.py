"""What the JSON report says of guessed DKIM selectors and of the SPF budget."""

from __future__ import annotations

from typing import Any

from deliverkit.model.budget import BudgetTerm, SpfBudget
from deliverkit.model.selectors import Guesses
from deliverkit.render import _sentences

_Json = dict[str, Any]


def guesses(made: Guesses) -> _Json:
    return {
        "domain": made.domain,
        "outcome": made.outcome,
        "text": _sentences.guesses(made),
        "found": [{"selector": f.selector, "provider": f.provider or None} for f in made.found],
        "providers": list(made.providers),
        "tried": list(made.tried),
        "unanswered": list(made.open),
    }


def budget(found: SpfBudget) -> _Json:
    return {
        "domain": found.domain,
        "record": found.record,
        "octets": found.octets,
        "most_octets": found.most_octets,
        "lookups": found.lookups,
        "most_lookups": found.most_lookups,
        "spare_lookups": found.spare,
        "voids": found.voids,
        "most_voids": found.most_voids,
        "at_least": found.at_least,
        "text": _sentences.totals(found),
        "results": [
            {"ip": ip, "result": result or None} for ip, result in zip(found.ips, found.results, strict=True)
        ],
        "terms": [_term(t) for t in found.terms],
    }


def _term(term: BudgetTerm) -> _Json:
    return {
        "text": term.text,
        "kind": term.kind,
        "target": term.target or None,
        "vendor": term.vendor or None,
        "lookups": term.lookups,
        "voids": term.voids,
        "networks": None if term.networks is None else list(term.networks),
        "ipv4_addresses": term.ipv4,
        # Beyond 2^53 a number is no longer sure to be read as it stands (RFC 8259 section 6).
        "ipv6_addresses": None if term.ipv6 is None else str(term.ipv6),
        "wide": list(term.wide),
        "authorises": list(term.authorises),
        "never": term.never,
        "fault": term.fault or None,
        "open": term.open,
        "terms": [_term(t) for t in term.children],
    }
