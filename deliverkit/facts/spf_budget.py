"""The SPF budget: what each term costs, whose it is, whom it allows, and which of the given addresses pass by it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deliverkit.auth.results import Result, SpfResult
from deliverkit.facts import providers
from deliverkit.facts._spf_given import wanting
from deliverkit.facts.spf import evaluate_all, single, walk
from deliverkit.facts.spf_parts import NEAR
from deliverkit.facts.values import Seen, SpfIdleIncludes, SpfTerm
from deliverkit.model.budget import BudgetTerm, SpfBudget
from deliverkit.model.subject import Subject
from deliverkit.records import spf, spf_edit
from deliverkit.records.spf import MAX_LOOKUPS, MAX_VOIDS, WIDEST4, WIDEST6
from deliverkit.resolver import Resolver

Path = tuple[str, ...]
_LEADING = frozenset({"include", "redirect"})
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


async def spf_budget(subject: Subject, resolver: Resolver) -> SpfBudget | None:
    """None where the envelope domain has no single SPF record, or none was seen."""
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return None
    terms, answers = await walk(sole, resolver, subject.ips)
    runs = await evaluate_all(subject, resolver, answers)
    sure = {ip: run for ip, run in zip(subject.ips, runs, strict=True) if not wanting(subject, run)}
    given = _Given(
        subject.ips,
        {ip: _route(run) if run.result is Result.PASS else () for ip, run in sure.items()},
        {ip: _passed_over(run) for ip, run in sure.items()},
    )
    return SpfBudget(
        domain=sole.domain,
        record=sole.text,
        octets=len(sole.domain) + len(sole.text),
        most_octets=spf_edit.SHORT,
        lookups=sum(t.lookups for t in terms),
        most_lookups=MAX_LOOKUPS,
        voids=sum(t.voids for t in terms),
        most_voids=MAX_VOIDS,
        ips=subject.ips,
        results=tuple(str(sure[ip].result) if ip in sure else "" for ip in subject.ips),
        terms=_level(terms, (), given, given.routes),
    )


async def spf_idle_includes(subject: Subject, resolver: Resolver) -> Seen[SpfIdleIncludes]:
    if not subject.ips:
        return Seen(missing="--ip")
    sole = await single(subject, resolver)
    if isinstance(sole, Seen):
        return sole
    _, answers = await walk(sole, resolver, subject.ips)
    found = await spf_budget(subject, resolver)
    near = found is not None and NEAR <= found.lookups <= MAX_LOOKUPS
    runs = await evaluate_all(subject, resolver, answers) if near else []
    decisive = [a for a in answers if near or a.question.rtype == "TXT"]
    return Seen(
        (
            SpfIdleIncludes(
                **sole.where,
                record=sole.text,
                lookups=found.lookups if found else 0,
                given=subject.ips,
                idle=tuple((t.text, t.lookups) for t in found.terms if t.never) if found and near else (),
                rests_on=tuple(
                    dict.fromkeys([sole.answer, *decisive, *(a for run in runs for a in run.decisive)])
                ),
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """``routes``: for each address that passes, the terms that matched, from the top record down. ``passed_over``:
    the paths of terms that evaluation came to and that did not match."""

    ips: tuple[str, ...]
    routes: Mapping[str, Path]
    passed_over: Mapping[str, frozenset[Path]]


def _route(run: SpfResult) -> Path:
    route: list[str] = []
    for step in run.trace:  # what a term led to follows it at once, one deeper
        if step.depth == len(route) and step.outcome == "match":
            route.append(step.term)
    return tuple(route)


def _passed_over(run: SpfResult) -> frozenset[Path]:
    path: list[str] = []
    found = set()
    for step in run.trace:
        path[step.depth :] = [step.term]
        if step.outcome == "no-match":
            found.add(tuple(path))
    return frozenset(found)


def _level(
    terms: Iterable[SpfTerm], above: Path, given: _Given, routes: Mapping[str, Path]
) -> tuple[BudgetTerm, ...]:
    """The terms of one record. ``routes``: what is left of them from here on; the first term of the text takes it."""
    left = {ip: route for ip, route in routes.items() if route}
    found = []
    for term in terms:
        here = {ip: route[1:] for ip, route in left.items() if route[0] == term.text}
        left = {ip: route for ip, route in left.items() if ip not in here}
        found.append(_term(term, above, given, here))
    return tuple(found)


def _term(term: SpfTerm, above: Path, given: _Given, routes: Mapping[str, Path]) -> BudgetTerm:
    parsed = spf.parse(f"v=spf1 {term.text}").terms[0]
    path = (*above, term.text)
    leads = parsed.kind in _LEADING
    target = term.target or ("" if parsed.kind in {"ip4", "ip6"} or term.fault == "syntax" else parsed.value)
    everybody = any(_is_everybody(node) for node in term.within)
    allowed = None if everybody or term.networks is None else tuple(map(_network, term.networks))
    own = None if leads or allowed is None else allowed
    return BudgetTerm(
        text=term.text,
        kind=parsed.kind,
        target=target,
        vendor=providers.vendor(target) if leads else "",
        lookups=term.lookups,
        voids=term.voids,
        networks=() if leads or parsed.kind == "all" else None if own is None else tuple(map(str, own)),
        ipv4=_count(allowed, 4),
        ipv6=_count(allowed, 6),
        wide=tuple(str(n) for n in own or () if term.passing and _is_wide(n)),
        authorises=tuple(ip for ip in given.ips if ip in routes),
        never=leads and term.passing and not term.fault and _never(allowed, path, given),
        fault=term.fault,
        open=term.open,
        children=_level(term.children, path, given, routes),
    )


def _is_everybody(term: SpfTerm) -> bool:
    return term.passing and term.text.lower().removeprefix("+") == "all"


def _network(text: str) -> _Network:
    return ipaddress.ip_network(text, strict=False)


def _is_wide(network: _Network) -> bool:
    return network.prefixlen < (WIDEST4 if network.version == 4 else WIDEST6)


def _count(networks: Iterable[_Network] | None, version: int) -> int | None:
    """How many addresses there are, each once."""
    if networks is None:
        return None
    collapsed = ipaddress.collapse_addresses(n for n in networks if n.version == version)  # type: ignore[type-var]
    return sum(n.num_addresses for n in collapsed)


def _never(allowed: tuple[_Network, ...] | None, path: Path, given: _Given) -> bool:
    """Whether it matches none of the given addresses: by what it stands for, or because evaluation has shown it."""
    if not given.ips:
        return False
    for ip in given.ips:
        address = ipaddress.ip_address(ip)
        outside = allowed is not None and not any(address in network for network in allowed)
        if not outside and path not in given.passed_over.get(ip, ()):
            return False
    return True
