"""DMARC."""

from __future__ import annotations

from dataclasses import dataclass, field

from deliverkit.facts.values.base import Fact
from deliverkit.facts.values.spf import SpfRecords
from deliverkit.records.dmarc import DmarcRecord


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
