"""Record changes that the remedies of several checks share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from deliverkit.model.answer import Mx, Soa
from deliverkit.model.remedy import Action, Actor, RecordChange, Remedy, Setting
from deliverkit.model.verdict import Severity
from deliverkit.records import hostname, spf_edit

if TYPE_CHECKING:
    from deliverkit.facts.values import ForwardConfirmed, Listing, ReverseNames, SpfFact, SpfTerm, SpfTree

SERVER_ADDRESS = ("<YOUR-SERVER-ADDRESS>", "192.0.2.1")


def add_addresses(name: str, ips: tuple[str, ...], *, foreign: bool = False) -> tuple[RecordChange, ...]:
    """``name`` gets these addresses too; where none are known, one that the reader has to fill in. ``foreign``: its
    zone is somebody else's."""
    by = Actor.ZONE_OWNER if foreign else Actor.YOU
    if not ips:
        return (RecordChange(Action.ADD, name, "A", SERVER_ADDRESS[:1], by=by, blanks=(SERVER_ADDRESS,)),)
    by_type = {t: tuple(ip for ip in ips if hostname.address_type(ip) == t) for t in ("A", "AAAA")}
    return tuple(RecordChange(Action.ADD, name, t, found, by=by) for t, found in by_type.items() if found)


def say_reverse_name(name: str) -> Remedy:
    return Remedy("say-reverse-name", settings=(Setting("helo", name),), data={"name": name})


def identify(reverse: ReverseNames | ForwardConfirmed) -> tuple[RecordChange, ...]:
    """PTR and address of one host point at each other."""
    name = reverse.suggestion
    forward = add_addresses(name, (reverse.ip,), foreign=reverse.foreign)
    if name.lower() in (n.lower() for n in reverse.names):
        return forward
    pointer = RecordChange(Action.REPLACE, reverse.holder, "PTR", (name,), by=Actor.IP_OWNER)
    return (pointer, *forward)


def take_mail(action: Action, domain: str, host: str, host_ip: str) -> tuple[RecordChange, ...]:
    """``domain`` gets ``host`` as its mail host, and the host its address. Either may be '' when unknown."""
    host = host or f"mail.{domain}"
    ips = (host_ip,) if host_ip else ()
    return (RecordChange(action, domain, "MX", (Mx(10, host),)), *add_addresses(host, ips))


def start_zone(domain: str, by: Actor) -> RecordChange:
    """``domain`` becomes a zone. DNS software chooses values of its own; only the record's being there counts."""
    soa = Soa(mname=f"ns1.{domain}", rname=f"hostmaster.{domain}", serial=1)
    return RecordChange(Action.ADD, domain, "SOA", (soa,), by=by)


_BY_ITS_NETWORK = frozenset({"range-by-network", "sbl", "bcl", "drop"})
_ENDS_BY_ITSELF = {"expires": Actor.YOU, "fresh": Actor.YOU, "never-pay": Actor.NOBODY}
"""Kinds of advice on an entry that nobody takes away, and who has something to do all the same."""


def delist(listing: Listing) -> Remedy:
    """The operator of a blocklist takes an entry away, after what its kind of entry asks for; or does so only for the
    owner of the address; or the entry ends by itself."""
    advice = {entry.advice for entry in listing.entries}
    key = advice.pop() if len(advice) == 1 else "several"
    if key == "ask-delisting" and all(entry.severity is Severity.NOTE for entry in listing.entries):
        key = "quiet"
    at_network = Actor.IP_OWNER if key in _BY_ITS_NETWORK else Actor.LIST_OPERATOR
    by = _ENDS_BY_ITSELF.get(key, at_network)
    change = RecordChange(Action.REMOVE, listing.query, "A", by=by, proof=key in _ENDS_BY_ITSELF)
    return Remedy(key, (change,), data={"name": listing.name, "delist": listing.entries[0].delist})


def publish_spf(
    spf: SpfFact, record: str, others: Iterable[str] | None = None, *, action: Action = Action.REPLACE
) -> RecordChange:
    """The SPF record becomes ``record``, where it stands. ``others``: the texts that stay beside it, where these are
    not all that the fact has."""
    kept = spf.others if others is None else others
    return spf_edit.publish(spf.domain, record, kept, aliases=spf.aliases, foreign=spf.foreign, action=action)


def relieve_spf(
    tree: SpfTree, costs: Sequence[spf_edit.Cost], excess: int, wish: int = 0, *, safe: bool = False
) -> Remedy:
    """The SPF record gets cheaper, in whatever ``costs`` count; ``excess`` and ``wish`` as in spf_edit.relieve."""
    relief = spf_edit.relieve(tree.record, costs, excess, tree.given, wish)
    return Remedy(
        relief.key,
        (publish_spf(tree, relief.record),),
        data={
            "record": relief.record,
            "flattened": ", ".join(relief.flattened),
            "dropped": ", ".join(relief.dropped),
        },
        safe=safe,
    )


def mend_spf(tree: SpfTree, broken: Iterable[SpfTerm]) -> Remedy:
    """The SPF record does without terms of its own that are broken, here or further down. Each keeps what the rest
    of it stands for, and the given addresses stay allowed."""
    texts = {term.text: term for term in broken}
    record = tree.record
    for term in texts.values():
        record = spf_edit.flatten(record, term.text, term.networks or ())
    known = [n for t in tree.terms if t.passing for n in texts.get(t.text, t).networks or ()]
    record = spf_edit.authorise_all(record, (ip for ip in tree.given if not spf_edit.covers(known, ip)))
    record = spf_edit.or_fresh(record, tree.given)
    change = publish_spf(tree, record)
    key = "write-out" if any(term.networks for term in texts.values()) else "mend"
    return Remedy(key, (change,), data={"terms": ", ".join(texts), "record": record}, safe=False)
