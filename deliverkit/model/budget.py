"""What an SPF record costs and whom it allows, term by term (RFC 7208 section 4.6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetTerm:
    """One term of the tree, as published in ``text``.

    ``kind``: ``include``, ``a``, ``ip4``, ``redirect`` ...; ``target``: the name that it leads to, '' where that is the
    domain of its own record or a network. ``vendor``: the mail provider at the target, '' where none is known.
    ``lookups``/``voids``: of this term and all below it. ``networks``: what it stands for itself, () for terms that
    only lead to other records, None where that cannot be told. ``ipv4``/``ipv6``: how many addresses it and all below
    it allow, None where that cannot be told. ``wide``: those of ``networks`` that are wider than one sender has.

    ``authorises``: of the given addresses those that SPF passes by this term, as evaluation goes. ``never``: it and all
    below it match none of the given addresses; only an ``include`` or ``redirect`` is told to. ``fault``: as in
    SpfTerm, why evaluation breaks off here. ``open``: an answer for this very term did not come, so that all counts are
    the least that they can be.
    """

    text: str
    kind: str
    target: str = ""
    vendor: str = ""
    lookups: int = 0
    voids: int = 0
    networks: tuple[str, ...] | None = ()
    ipv4: int | None = 0
    ipv6: int | None = 0
    wide: tuple[str, ...] = ()
    authorises: tuple[str, ...] = ()
    never: bool = False
    fault: str = ""
    open: bool = False
    children: tuple[BudgetTerm, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, BudgetTerm]]:
        """The term and all below it in published order, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class SpfBudget:
    """The one SPF record of ``domain``, followed to its last term as if none matched.

    ``octets``: of the domain and the record together; ``most_octets``: up to which an answer is sure to fit into a
    plain DNS packet (RFC 7208 section 3.4). ``ips``: the given addresses, and ``results``: what SPF says of each, as
    far as that hangs on no message (else ''). ``terms``: of the record itself, in published order.
    """

    domain: str
    record: str
    octets: int
    most_octets: int
    lookups: int
    most_lookups: int
    voids: int
    most_voids: int
    ips: tuple[str, ...]
    results: tuple[str, ...]
    terms: tuple[BudgetTerm, ...]

    @property
    def spare(self) -> int:
        """Look-ups that are left, 0 where too many are needed."""
        return max(0, self.most_lookups - self.lookups)

    @property
    def at_least(self) -> bool:
        """Whether some answer did not come, so that the totals may be higher."""
        return any(term.open for _, term in self.walk())

    def walk(self) -> Iterator[tuple[int, BudgetTerm]]:
        """All terms in published order, each with its depth."""
        for term in self.terms:
            yield from term.walk()
