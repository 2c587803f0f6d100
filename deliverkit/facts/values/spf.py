"""SPF."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Beside, Fact
from deliverkit.records.spf import SpfRecord, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfFact(Fact):
    """What remedies need to know of where an SPF record stands.

    ``domain``: whose record. ``others``: the other TXT values of the name, which a change of the RRset has to keep.
    ``aliases``: the CNAME targets passed; the record stands at the last of them. ``foreign``: by its name the domain
    lies outside the From domain's organisation. ``other``: whether a DKIM key can be used, aligned or not, where the
    fact speaks against SPF; left at its default where it does not.
    """

    domain: str
    others: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    foreign: bool = False
    other: Beside = Beside.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecords(SpfFact):
    """Every ``v=spf1`` record of the envelope domain (RFC 7208 section 4.5). ``misspelt``: those of ``others`` that
    were meant as SPF. ``ips``: the sending addresses, for the remedy."""

    records: tuple[str, ...]
    misspelt: tuple[str, ...]
    ips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfText(SpfFact):
    """The one SPF record of the envelope domain, parsed."""

    record: SpfRecord
    ips: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfSoundText(SpfText):
    """The same, where it has no syntax error, so that receivers go by it. ``reached``: the terms that evaluation
    can come to, in published order."""

    reached: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfOpenTerms(SpfSoundText):
    """The same, with ``everybody``: the terms that pass whoever comes to them. That is ``all``, and an ``exists`` whose
    name has no macro and has an address (RFC 7208 section 5.7)."""

    everybody: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfStrings(SpfFact):
    """The one SPF record as the strings of its TXT record make it (RFC 7208 section 3.3). ``glued``: terms that
    came about where one string ends and the next begins; ``meant``: the record with blanks between them.
    ``failing``: of the given addresses those that it does not pass as it stands."""

    record: str
    glued: tuple[str, ...]
    meant: str
    given: tuple[str, ...]
    failing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfExplanation(SpfFact):
    """The target of ``exp=`` (RFC 7208 section 6.2), where no macro is in it. ``count``: its TXT records, of which
    there has to be one."""

    record: str
    term: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class SpfTerm:
    """One term of the tree and what it costs (RFC 7208 section 4.6.4).

    ``text``: as published. ``lookups``: DNS-querying terms in this term and below it. ``voids``: look-ups of
    this term and below that found nothing and did not end evaluation. ``networks``: what it and its children
    authorise, as far as it can be told without a message; None where a macro or ``exists`` or ``ptr`` makes that
    impossible. ``fault``: why evaluation ends here in permerror: ``syntax``, ``too-many-mx``, or ``include-`` or
    ``redirect-`` with ``without-record``, ``several``, ``syntax``, ``loop``, ``fault`` (further down); else ''.
    ``target``: the domain that an ``include``, ``redirect`` or faulty ``mx`` leads to. ``open``: its own answer did
    not come, or the tree was not followed so far.
    """

    text: str
    lookups: int
    voids: int
    networks: tuple[str, ...] | None
    children: tuple[SpfTerm, ...] = ()
    fault: str = ""
    target: str = ""
    open: bool = False

    @property
    def passing(self) -> bool:
        """Whether SPF passes whom the term matches."""
        return self.text[:1] not in "-~?"

    @property
    def within(self) -> tuple[SpfTerm, ...]:
        """The term and all below it, in published order."""
        return (self, *(node for child in self.children for node in child.within))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTree(SpfFact):
    """The whole tree of the envelope domain's record, as evaluation to the last term would walk it.

    ``lookups``/``voids``: totals (limits: 10 and 2). ``terms``: of the top record, in order. ``over``: of the
    given addresses those whose evaluation ends in permerror, or was not seen to end; ``given``: all of them.
    """

    record: str
    terms: tuple[SpfTerm, ...]
    lookups: int
    voids: int
    given: tuple[str, ...]
    over: tuple[str, ...]

    def leading_to(self, *faults: str) -> tuple[tuple[SpfTerm, SpfTerm], ...]:
        """Pairs of a term of the top record and a term, itself or below it, that has one of these faults."""
        return tuple((top, node) for top in self.terms for node in top.within if node.fault in faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfReferences(SpfTree):
    """The tree as far as its texts tell it: look-ups, and faults of ``include`` and ``redirect``. It rests on them
    alone, and where there is such a fault also on what evaluation took for ``over``; networks and voids are for
    remedies. The top record has no syntax error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfHeadRoom(SpfTree):
    """The tree as far as its look-ups tell it; where they are within the limit and close to it, it rests on every
    answer that says what terms stand for. ``over`` is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfIdleIncludes(SpfFact):
    """``idle``: where the record is within its limit of look-ups and close to it, each passing ``include`` or
    ``redirect`` of it that allows none of the given addresses, with its look-ups. ``lookups``: as in SpfTree.
    ``given``: the addresses."""

    record: str
    lookups: int
    given: tuple[str, ...]
    idle: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfLength(SpfFact):
    """``octets``: of the domain and its record together. ``lookups``: as in SpfTree, where the record is longer
    than is good, else 0."""

    record: str
    octets: int
    lookups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfMailHosts(SpfTree):
    """The tree as far as its texts and MX records tell it; otherwise as SpfReferences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfDeadTerms(SpfFact):
    """``terms``: the ``a``, ``mx`` and ``exists`` of the one SPF record that find nothing, whatever the message,
    where there are not so many that evaluation breaks off."""

    record: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfVerdict(SpfFact):
    """The result for one sending address (RFC 7208 section 2.6). ``reason``: why, in a sentence.

    ``explained``: the check that already tells why it is permerror, ''. ``wants``: the option without which this is
    the result of an invented message, ''. ``refused``: of the given addresses, in numeric order, those that the record
    surely does not pass although it can be evaluated.
    """

    ip: str
    sender: str
    result: str
    reason: str
    record: str
    explained: str
    wants: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfHelo(SpfVerdict):
    """The same for the HELO identity (RFC 7208 section 2.3), where that is another domain and has a record of its
    own. ``domain``: the HELO name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfOpinion(SpfFact):
    """The ``result`` for one sending address, and ``theirs``: that of pyspf over the same answers, which many mail
    servers run, with its own ``reason``."""

    ip: str
    result: str
    theirs: str
    reason: str
    record: str
