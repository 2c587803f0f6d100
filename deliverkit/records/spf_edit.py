"""Changing an SPF record, text to text; what comes out keeps the grammar of RFC 7208 section 12."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.records.spf import SpfRecord, Term, parse

SHORT = 450
"""Octets that a name and its record may have together, so that the answer fits into the 512 of plain UDP
(RFC 7208 section 3.4)."""
LONGEST = 1000
"""Characters that a flattened record may have. An answer beyond 512 octets needs EDNS (RFC 6891) or TCP, so this
is for want of a better record, not a target."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one term of a record costs, in whatever is counted. ``networks``: what it stands for, None where
    that cannot be told."""

    text: str
    cost: int
    networks: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Relief:
    """A cheaper record. ``flattened``/``dropped``: the terms that were written out or taken away."""

    record: str
    flattened: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def key(self) -> str:
        """``flatten``, ``drop`` or ``flatten-and-drop``."""
        return "-and-".join(
            key for key, terms in (("flatten", self.flattened), ("drop", self.dropped)) if terms
        )


def fresh(ips: Iterable[str]) -> str:
    """A new record that authorises ``ips``, or the domain's own mail hosts where no address is known."""
    return _join([*dict.fromkeys(map(_as_term, ips))] or ["mx"], "~all")


def authorise(record: str, ip: str) -> str:
    """Let ``record`` pass for ``ip``, by a term that comes before any that could say otherwise."""
    return authorise_all(record, (ip,))


def authorise_first(record: str, ip: str) -> str:
    """Let ``record`` pass for ``ip`` before any other term is looked at."""
    term = _as_term(ip)
    return _join(term, [t.text for t in parse(record).terms if t.text.lower() != term])


def authorise_all(record: str, ips: Iterable[str]) -> str:
    """``authorise`` every address, in the order given."""
    parsed = parse(record)
    cut = _first_refusal(parsed)
    before, after = parsed.terms[:cut], parsed.terms[cut:]
    networks = [t.value for t in before if _is_network(t)]
    added = dict.fromkeys(_as_term(ip) for ip in ips if not covers(networks, ip))
    if not added:
        return record
    return _join([t.text for t in before], added, [t.text for t in after if t.text.lower() not in added])


def working(record: str, ips: Sequence[str]) -> str:
    """The record, passing for ``ips``; or a fresh one where it would pass for nobody."""
    return or_fresh(authorise_all(record, ips), ips)


def or_fresh(record: str, ips: Sequence[str]) -> str:
    """The record, or a fresh one for ``ips`` where it would pass for nobody."""
    parsed = parse(record)
    passing = any(t.kind == "redirect" or (t.qualifier == "+" and not t.fault) for t in parsed.terms)
    return parsed.text if passing else fresh(ips)


def covers(networks: Iterable[str], ip: str) -> bool:
    """Whether one of the networks (``192.0.2.0/24``; host bits may be set) holds the address."""
    address = ipaddress.ip_address(ip)
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)


def is_world(networks: Iterable[str]) -> bool:
    """Whether the networks together hold every address of IPv4, or of IPv6."""
    return any(n.endswith("/0") for n in _collapse(networks))


def merge(records: Sequence[str]) -> str:
    """One record that passes whatever one of ``records`` passes (RFC 7208 section 4.5 allows a single one).

    It ends in ``~all`` unless all agree on something else; modifiers are those of the first. A ``redirect``
    becomes an ``include``, because behind a merged record it would never be reached.
    """
    repaired = [parse(repair(r)) for r in records]
    terms: dict[tuple[str, str], str] = {}
    for record in repaired:
        for t in record.terms:
            if t is record.all:
                break
            if t.qualifier:
                terms.setdefault((t.qualifier, t.text.lower().removeprefix("+")), t.text)
            elif t.kind == "redirect" and record.all is None:
                terms.setdefault(("+", f"include:{t.value.lower()}"), f"include:{t.value}")
    endings = {r.all.text.lower() if r.all else "" for r in repaired}
    end = endings.pop() if len(endings) == 1 else ""
    modifiers = [t.text for t in repaired[0].terms if not t.qualifier and t.kind != "redirect"]
    return _join(list(terms.values()), end or "~all", modifiers)


def repair(record: str) -> str:
    """The record without syntax errors: what was meant where that is clear, else without the term. An ``all``
    that passes everybody becomes ``~all``, lest a repaired slip of the pen opens the domain to all."""
    terms = [t.meant or "" if t.fault else t.text for t in parse(record).terms]
    return _join(["~all" if t.lower() in {"all", "+all"} else t for t in dict.fromkeys(terms) if t])


def drop(record: str, texts: Collection[str]) -> str:
    """Take terms away, named as they are published."""
    return _join([t.text for t in parse(record).terms if t.text not in texts])


def swap(record: str, terms: Mapping[str, str]) -> str:
    """Put other terms in the place of some, which are named as they are published: a text that may be several
    terms, or none."""
    return _join([terms.get(t.text, t.text) for t in parse(record).terms])


def flatten(record: str, text: str, networks: Iterable[str]) -> str:
    """Write a term out, wherever it stands, as the networks it stands for; these cost no look-up."""
    parsed = parse(record)
    term = next(t for t in parsed.terms if t.text == text)
    sign = term.qualifier.removeprefix("+")
    once = _join(dict.fromkeys(t.text for t in parsed.terms))
    written = swap(once, {text: " ".join(sign + _as_term(n) for n in _collapse(networks))})
    # A redirect also brought the other record's ending; what follows is a default that harms no mail.
    return without_repeats(f"{written} ~all" if term.kind == "redirect" and parsed.all is None else written)


def without_repeats(record: str) -> str:
    """Each term once, where it stands first."""
    first: dict[str, str] = {}
    for term in parse(record).terms:
        first.setdefault(sameness(term), term.text)
    return _join(first.values())


def sameness(term: Term) -> str:
    """What two terms have in common that mean the same: letters count only in a macro (RFC 7208 section 7.3)."""
    text = term.text.removeprefix("+")
    return text if term.has_macro else text.lower()


def relieve(record: str, costs: Iterable[Cost], excess: int, ips: Iterable[str], wish: int = 0) -> Relief:
    """Make ``record`` cheaper by ``excess`` or more and keep it passing for ``ips``.

    Terms that authorise nothing all go. Then as many terms are flattened as are needed, the record's own hosts and
    what stands for few networks first, while the record stays shorter than ``LONGEST``; whatever is still too much is
    dropped. ``wish``: how much cheaper still it should be, where flattening does it and the record stays short.
    """
    rows = _by_text(costs)
    dead = [c for c in rows if c.networks == ()]
    record = _written_out(record, dead)
    excess -= sum(c.cost for c in dead)
    live = sorted((c for c in rows if c.networks), key=_burden)
    chosen = _enough(record, live, excess + wish, SHORT)
    if sum(c.cost for c in chosen) < excess:
        chosen = _enough(record, live, excess, LONGEST)
    record = _written_out(record, chosen)
    excess -= sum(c.cost for c in chosen)
    flattened, dropped = [c.text for c in chosen], [c.text for c in dead]
    for row in sorted(rows, key=lambda c: -c.cost):
        if excess > 0 and row.text not in {*flattened, *dropped}:
            dropped.append(row.text)
            excess -= row.cost
    record = drop(record, dropped) if dropped else record
    left = [c for c in rows if c.text not in dropped and c.text[:1] not in "-~?" and c.networks]
    known = [network for c in left for network in c.networks or ()]
    record = authorise_all(record, (ip for ip in ips if not covers(known, ip)))
    return Relief(record, tuple(flattened), tuple(dropped))


def spread(record: str, domain: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """A short record that includes others at names of their own, and these: pairs of a name and its record.

    Only passing networks move, to where the first of them stands, and only from before the first term that refuses
    somebody, where their order means nothing. None where what is left is still too long.
    """
    parsed = parse(record)
    cut = _first_refusal(parsed)
    moving = {i: t.text for i, t in enumerate(parsed.terms[:cut]) if _is_network(t)}
    if not moving:
        return None
    first = min(moving)
    names = (f"_spf{n}.{domain}" for n in itertools.count(1) if f"_spf{n}.{domain}" not in record.lower())
    parts: list[tuple[str, list[str]]] = []
    for term in moving.values():
        if not parts or len(_join(parts[-1][1], term, "~all")) > SHORT - len(parts[-1][0]):
            parts.append((next(names), []))
        parts[-1][1].append(term)
    top = _join(
        [t.text for t in parsed.terms[:first]],
        [f"include:{name}" for name, _ in parts],
        [t.text for i, t in enumerate(parsed.terms) if i > first and i not in moving],
    )
    if len(domain) + len(top) > SHORT:
        return None
    return top, tuple((name, _join(terms, "~all")) for name, terms in parts)


def publish(
    domain: str,
    record: str,
    others: Iterable[str] = (),
    *,
    aliases: Sequence[str] = (),
    foreign: bool = False,
    action: Action = Action.REPLACE,
) -> RecordChange:
    """Replace the TXT RRset of ``domain`` by this record and every other text that stood there.

    Nothing may stand beside an alias (RFC 1034 section 3.6.2): behind one (``aliases``: its targets, in order) it
    is the last target's RRset that changes, in whoever's zone that is. ``foreign``: the domain itself is not the
    reader's.
    """
    by = Actor.ZONE_OWNER if aliases or foreign else Actor.YOU
    values = (*map(Txt.of, others), Txt.of(record))
    return RecordChange(action, aliases[-1] if aliases else domain, "TXT", values, by=by)


def _burden(row: Cost) -> tuple[bool, float, int]:
    """What flattening a term means for whoever has to keep it up to date: own hosts are known to the reader, and the
    networks of a large service change behind his back."""
    networks = len(row.networks or ())
    return parse(f"v=spf1 {row.text}").terms[0].kind not in {"a", "mx"}, networks / row.cost, networks


def _enough(record: str, rows: Iterable[Cost], excess: int, longest: int) -> list[Cost]:
    """The first of ``rows`` that together save ``excess``, flattened in a record of at most ``longest`` characters, and
    none without which it would do; where all are too little, as many as fit."""
    chosen: list[Cost] = []
    for row in rows:
        if excess > 0:
            shorter = _written_out(record, [row])
            if len(shorter) <= longest:
                record = shorter
                excess -= row.cost
                chosen.append(row)
    for row in chosen[::-1]:
        if excess + row.cost <= 0:
            chosen.remove(row)
            excess += row.cost
    return chosen


def _written_out(record: str, rows: Iterable[Cost]) -> str:
    for row in rows:
        record = flatten(record, row.text, row.networks or ())
    return record


def _by_text(costs: Iterable[Cost]) -> list[Cost]:
    """A term that is published twice is changed only once."""
    sums: dict[str, Cost] = {}
    for c in costs:
        if c.cost:
            before = sums.get(c.text)
            sums[c.text] = replace(c, cost=c.cost + before.cost) if before else c
    return list(sums.values())


def _join(*parts: str | Iterable[str]) -> str:
    terms = [t for part in parts for t in ([part] if isinstance(part, str) else part)]
    return " ".join(["v=spf1", *(t for t in terms if t)])


def _as_term(network: str) -> str:
    return f"{'ip6' if ':' in network else 'ip4'}:{network}"


def _is_network(term: Term) -> bool:
    return term.kind in {"ip4", "ip6"} and not term.fault


def _first_refusal(record: SpfRecord) -> int:
    """Where the first mechanism stands that does not pass whom it matches, or is ``all``; without one, the
    place behind the last mechanism."""
    ends = [i for i, t in enumerate(record.terms) if t.qualifier and (t.qualifier != "+" or t.kind == "all")]
    last = max((i for i, t in enumerate(record.terms) if t.qualifier), default=-1)
    return ends[0] if ends else last + 1


def _collapse(networks: Iterable[str]) -> list[str]:
    """As few networks as possible, without the length of a single address."""
    parsed = [ipaddress.ip_network(n, strict=False) for n in dict.fromkeys(networks)]
    four = ipaddress.collapse_addresses(n for n in parsed if isinstance(n, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(n for n in parsed if isinstance(n, ipaddress.IPv6Network))
    texts = [*map(str, four), *map(str, six)]
    return [t.removesuffix("/128" if ":" in t else "/32") for t in texts]
