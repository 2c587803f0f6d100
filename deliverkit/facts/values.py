"""The facts that checks judge: frozen, with the answers each of them rests on.

A fact names in ``rests_on`` exactly the answers that decide it. The engine judges a fact only when all of
them are settled, so no check ever sees a timeout; and a question that does not matter cannot make a check
UNKNOWN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from deliverkit.model.answer import Answer
from deliverkit.model.verdict import Severity
from deliverkit.records.dkim import DkimKeyRecord
from deliverkit.records.dmarc import DmarcRecord
from deliverkit.records.spf import SpfRecord, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``scope``: which of several (an address, a domain, a selector), '' for the only one.

    ``doubt``: the text key of why nothing can be concluded although every answer came (a blocklist that
    refuses this resolver); then the outcome is UNKNOWN. ``ceiling``: the most that a finding on this fact
    may weigh, None for the rule's own severity.
    """

    scope: str = ""
    rests_on: tuple[Answer, ...] = ()
    doubt: str | None = None
    ceiling: Severity | None = None


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Seen(Generic[F]):
    """All facts of one type.

    ``missing``: the option whose absence left nothing to look at. ``absent``: where there is no fact, the
    text key of the circumstance. ``rests_on``: the answers that decided which facts there are.
    """

    facts: tuple[F, ...] = ()
    missing: str | None = None
    absent: str = ""
    rests_on: tuple[Answer, ...] = ()


# --- the host ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingIp(Fact):
    """One sending address; ``scope`` is the address."""

    ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helo(Fact):
    """The EHLO argument as given, '' when empty. ``suggestion``: a host name that would do."""

    name: str
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeloHost(Fact):
    """The addresses of a HELO that is a well-formed, public, fully qualified name. ``ips``: the senders.

    ``aliases``: the CNAME targets passed. ``identity``: a reverse name that every sending address has and that
    leads back to all of them, '' when there is none: the HELO could be that.
    """

    name: str
    addresses: tuple[str, ...]
    ips: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeloMatch(Fact):
    """Whether the HELO name, which has some address, has this one. ``scope``: the sending address.
    ``aliases`` and ``identity``: as in HeloHost."""

    ip: str
    name: str
    addresses: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseNames(Fact):
    """The PTR names of a sending address. ``suggestion``: the host name that the PTR should hold."""

    ip: str
    names: tuple[str, ...]
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardConfirmed(Fact):
    """PTR names and which of them resolve back to the address (RFC 8601 section 2.7.3).

    ``addresses``: pairs of a name and its addresses. ``suggestion``: as in ReverseNames.
    """

    ip: str
    names: tuple[str, ...]
    confirmed: tuple[str, ...]
    addresses: tuple[tuple[str, tuple[str, ...]], ...]
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostIdentity(Fact):
    """An address whose PTR is confirmed and whose HELO resolves to it: do the two names agree?"""

    ip: str
    helo: str
    confirmed: tuple[str, ...]


# --- blocklists -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Fact):
    """One target at one blocklist that proved at its RFC 5782 test points that it may be believed.

    ``zone``: as in the catalogue. ``target``: the address or domain. ``codes``: pairs of a returned address
    (127.0.0.2) and its meaning. Empty codes: not listed. ``delist``: where to ask. ``name``: the list's.
    """

    zone: str
    name: str
    target: str
    codes: tuple[tuple[str, str], ...]
    delist: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IpListing(Listing):
    """A sending address at an address list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainListing(Listing):
    """The From or envelope domain at a domain list."""


# --- the sender domain ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderName(Fact):
    """A sender domain as a piece of text. ``roles``: ``From``, ``MAIL FROM`` or both. ``fault``: a text key,
    '' when the name is well formed and could be public. ``suggestion``: for a domain that is only the
    envelope's, one that would do (a sound From domain), or ''."""

    domain: str
    roles: tuple[str, ...]
    fault: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderDomain(Fact):
    """What the DNS has for a sender domain. ``addresses``: its own A/AAAA, asked where it has no MX.

    ``host``: a host name and address that could take its mail, from the rest of the stream, or ''.
    """

    domain: str
    roles: tuple[str, ...]
    exists: bool
    mx: tuple[tuple[int, str], ...]
    null_mx: bool
    addresses: tuple[str, ...]
    host: str
    host_ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MxHost(Fact):
    """One MX target of a sender domain. ``aliases``: the CNAME targets passed; ``others``: the domain's other
    MX targets; ``preference``: its own; ``mx``: the whole RRset."""

    domain: str
    exchange: str
    preference: int
    mx: tuple[tuple[int, str], ...]
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSoa(Fact):
    """The nearest SOA at or above an existing sender domain. ``zone``: its owner, '' where there is none."""

    domain: str
    zone: str


# --- SPF --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfFact(Fact):
    """What remedies need to know of where an SPF record stands.

    ``domain``: whose record. ``others``: the other TXT values of the name, which a change of the RRset has to keep.
    ``aliases``: the CNAME targets passed; the record stands at the last of them. ``foreign``: by its name the domain
    lies outside the From domain's organisation.
    """

    domain: str
    others: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecords(SpfFact):
    """Every ``v=spf1`` record of the envelope domain (RFC 7208 section 4.5). ``misspelt``: those of ``others`` that
    were meant as SPF. ``ips``: the sending addresses, for the remedy. ``other_passes``: the mail is seen to pass
    DMARC with DKIM alone; it only lowers a weight, so the fact does not rest on it."""

    records: tuple[str, ...]
    misspelt: tuple[str, ...]
    ips: tuple[str, ...]
    other_passes: bool = False


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
    ``target``: the domain that an ``include``, ``redirect`` or faulty ``mx`` leads to.
    """

    text: str
    lookups: int
    voids: int
    networks: tuple[str, ...] | None
    children: tuple[SpfTerm, ...] = ()
    fault: str = ""
    target: str = ""

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


# --- DKIM -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSelector(Fact):
    """One key name (``s1._domainkey.example.com``) and the TXT records found there.

    ``aliases``: the CNAME targets passed, unless a wildcard brings them and they lead to no key. Where there is none,
    ``meant`` is a name that the alias would lead to without the zone's own name at its end, and that has a key;
    ``elsewhere`` is a name where the key stands in place of its own, and ``key_there`` its text. '' when not.
    ``other_passes``: the mail is seen to pass DMARC without a signature of this selector; it only lowers a weight, so
    the fact does not rest on it. ``foreign``: the d= domain is neither the From domain nor above or below it.
    """

    selector: str
    key_name: str
    exists: bool
    records: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    meant: str = ""
    elsewhere: str = ""
    key_there: str = ""
    other_passes: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey(Fact):
    """The one key record at a selector.

    ``holder``: the name where the record stands, the end of the aliases if there are any. ``kind``: rsa or
    ed25519; ``bits``: modulus length for RSA, 256 for Ed25519; '' and 0 when the key cannot be read.
    ``revoked``: empty ``p=``. ``fault``: the one reason why no signature can be verified with the record as it
    stands, '' when there is none: ``private``, ``pasted``, ``version``, ``duplicate-tag``, ``not-a-tag``,
    ``no-p``, ``type-unknown``, ``type-mismatch``, ``not-base64``, ``unreadable``. ``reason``: dkimpy's words, for
    the last of them. ``repaired``: the record as it was meant, '' when nobody can tell. ``other_passes``
    and ``foreign``: as in DkimSelector.
    """

    selector: str
    key_name: str
    holder: str
    text: str
    record: DkimKeyRecord
    kind: str
    bits: int
    revoked: bool
    fault: str
    reason: str = ""
    repaired: str = ""
    other_passes: bool = False
    foreign: bool = False

    @property
    def sound(self) -> bool:
        """Whether the record can be read and holds a key, so that its other tags mean something."""
        return not (self.fault or self.revoked)


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimWildcard(Fact):
    """What a signing domain has at a selector that nobody uses. ``scope``: the signing domain.

    ``records``: the keys that answer there, none in the normal case; then ``wildcard`` is the name that they
    come from, ``target`` the end of its CNAME or '', and ``relying`` the given key names that have no other key.
    """

    domain: str
    probe: str
    records: tuple[str, ...] = ()
    wildcard: str = ""
    target: str = ""
    relying: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimAlgorithms(Fact):
    """The usable keys that can sign for the From domain: those of the domain, of one above or one below it,
    and where there are none such, all. An RSA key is alone, since it decides."""

    keys: tuple[DkimKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimPublicKeys(Fact):
    """The public keys at the selectors of one signing domain. ``scope``: that domain. ``keys``: triples of
    the key name, the name that holds the record, and ``p=``."""

    domain: str
    keys: tuple[tuple[str, str, str], ...]


# --- DMARC ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecords(Fact):
    """What the tree walk (RFC 9989 section 4.10) found for the From domain.

    ``found``: pairs of a name and the DMARC-like records there, in the order of the walk. ``at``: the name of
    the record that applies, '' when none does. ``several``: names that publish more than one, all ignored.
    ``aliases``: the CNAME targets passed at the domain's own ``_dmarc``, but for a wildcard's. ``misspelt``:
    pairs of a name whose ``_dmarc`` has no record that receivers take, and a text there that is meant as one.
    ``policy``: what the record that applies asks for, at the domain or below, '' for no DMARC; ``rua``: whom it tells,
    as far as it is not a registry's.
    """

    domain: str
    found: tuple[tuple[str, tuple[str, ...]], ...]
    at: str
    several: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    rua: tuple[str, ...] = ()

    @property
    def explained(self) -> str:
        """The check that tells why the domain has no record of its own, or why none applies; '' where it has
        one, or what is on the walk does not tell."""
        misspelt = [name for name, _ in self.misspelt]
        reasons = (
            (self.at == self.domain, ""),
            (self.domain in self.several, "dmarc-several-records"),
            (self.domain in misspelt, "dmarc-version-misspelt"),
            (bool(self.aliases), "dmarc-alias-broken"),
            (bool(self.at), ""),
            (bool(self.several), "dmarc-several-records"),
            (bool(misspelt), "dmarc-version-misspelt"),
        )
        return next((check for holds, check in reasons if holds), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcSearch(DmarcRecords):
    """The walk, and names beside it where a record may stand unseen, as far as the walk explains nothing.

    Pairs of a name and a record: ``skipped``: at the ``_dmarc`` of names that the walk of a long name jumps
    over, ``misplaced``: at names, given in full, where no receiver looks; these only where no record applies.
    """

    skipped: tuple[tuple[str, str], ...] = ()
    misplaced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcText(Fact):
    """The record that applies, parsed. ``opinion``: what checkdmarc says of a record that is at fault.
    ``aliases``: the CNAME targets passed on the way to it. ``given``: it is the public suffix's above the
    domain, so it is not the domain owner's to change."""

    domain: str
    at: str
    record: DmarcRecord
    opinion: str
    aliases: tuple[str, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcPolicy(Fact):
    """What the domain owner asks for mail of the From domain that fails (RFC 9989 section 4.10.1).

    ``policy``: p, sp or np of the record, whichever it is for this domain; ``applied``: one level lower in test
    mode. ``aliases`` and ``given``: as in DmarcText.
    """

    domain: str
    at: str
    record: DmarcRecord
    policy: str
    applied: str
    aliases: tuple[str, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcLegacy(Fact):
    """Where the record that applies stands for receivers that follow RFC 9989 (``at``), and for those that still
    follow RFC 7489 (``legacy_at``, '' where they find none). ``text`` and ``policy``: what the newer ones find."""

    domain: str
    at: str
    legacy_at: str
    text: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcOrgRecord(Fact):
    """The record that applies, where it is the organisational domain's own, so that its sp and np speak for
    every name below. ``aliases``: as in DmarcText."""

    domain: str
    at: str
    record: DmarcRecord
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment(Fact):
    """What can align with the From domain (RFC 9989 section 4.4), from names alone.

    ``spf_aligned``: the envelope domain; ``dkim_aligned``: the d= domains of selectors that hold a usable
    key. ``org_domain``: of the From domain. ``parted``: the From domain's own record, where its psd=n keeps domains in
    use from aligning, else ''. ``aliases``: as in DmarcText. ``policy``: p, sp or np as it applies.
    ``dkim_domains``: every d= domain given. ``explained``: another check tells why nothing aligns, '' for none.
    """

    domain: str
    org_domain: str
    policy: str
    envelope_domain: str
    aspf: str
    adkim: str
    spf_aligned: bool
    dkim_aligned: tuple[str, ...]
    dkim_domains: tuple[str, ...]
    ips: tuple[str, ...]
    envelope_mx: tuple[tuple[int, str], ...] = field(default=())
    explained: str = ""
    parted: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcForecast(Fact):
    """Whether mail from one sending address can pass DMARC; ``scope`` is the address.

    ``spf_aligned``: the envelope domain aligns; ``spf_result``: what SPF says of the address there.
    ``dkim_aligned``: as in Alignment. ``policy``: as it applies. ``spf``: the records that SPF looked at, for the
    remedy; None where the envelope domain does not exist.
    """

    ip: str
    domain: str
    policy: str
    envelope_domain: str
    spf_aligned: bool
    spf_result: str
    dkim_aligned: tuple[str, ...]
    dkim_domains: tuple[str, ...]
    spf: SpfRecords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcFooting(Fact):
    """What a DMARC pass of one sending address stands on; ``scope`` is the address.

    ``spf_passes``: SPF passes for an aligned domain. ``dkim_meant``: d= domains of the given selectors that
    align by name, whatever state their keys are in.
    """

    ip: str
    domain: str
    policy: str
    envelope_domain: str
    spf_passes: bool
    dkim_meant: tuple[str, ...]
    dkim_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcProof(Fact):
    """``shown``: mail of the stream passes DMARC from every given address, as far as DNS can show it: by SPF there,
    or by a usable key. False also where an answer is open; it is no verdict on the stream."""

    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictAlignment(Fact):
    """What strict mode (``aspf=s``, ``adkim=s``) costs.

    Pairs of ``aspf`` or ``adkim`` and a domain in use: ``lost``: it would align in relaxed mode and does not;
    ``kept``: it aligns. ``aliases``: as in DmarcText.
    """

    domain: str
    at: str
    record: DmarcRecord
    policy: str
    lost: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOrganisation(Fact):
    """A record at or above the From domain that parts names of one organisation.

    ``at``: its name, '' where there is none; ``records``: what stands there; ``aliases``: the CNAME targets
    passed. ``lost``: domains in use that would align without it. ``aligned``: something aligns all the same.
    """

    domain: str
    policy: str
    at: str
    records: tuple[str, ...]
    aliases: tuple[str, ...]
    lost: tuple[str, ...]
    aligned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PsdClaim(BrokenOrganisation):
    """A domain that the stream itself uses says of itself that it is a public suffix (``psd=y``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyParent(BrokenOrganisation):
    """A name above the one whose record applies has several records, so that receivers discard them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHost(Fact):
    """A host that DMARC reports are to be mailed to; ``scope`` is the host.

    ``uris``: the addresses there, of ``rua`` and ``ruf``. ``exists``, ``takes_mail``: in the DNS (RFC 5321
    section 5.1, RFC 7505); taken for granted where it is a sender domain too, since the sender's checks look at
    that. ``at``, ``aliases``, ``given``: as in DmarcText.
    """

    domain: str
    at: str
    record: DmarcRecord
    host: str
    uris: tuple[str, ...]
    exists: bool
    takes_mail: bool
    aliases: tuple[str, ...] = ()
    given: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportConsent(Fact):
    """Whether a host may be sent the reports (RFC 9990 section 4); ``scope`` is the host.

    ``granted``: it agreed, or is of the same organisation. ``name``: where the agreement of another has to
    stand. ``takes_mail``: as in ReportHost, looked at only where nothing is granted. ``given``: as in DmarcText.
    """

    domain: str
    at: str
    host: str
    uris: tuple[str, ...]
    name: str
    granted: bool
    takes_mail: bool
    given: bool = False
