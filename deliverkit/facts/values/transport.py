"""How mail to the From domain is kept private on its way: MTA-STS, TLS reporting, DANE, STARTTLS."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact
from deliverkit.records.tlsa import Tlsa


@dataclass(frozen=True, slots=True, kw_only=True)
class MtaStsRecords(Fact):
    """What stands at ``_mta-sts`` of the domain (RFC 8461 section 3.1).

    ``records``: those that senders take for a record. ``meant``: those and what would be one but for a slip.
    ``opinion``: what makes the one record invalid, or where there is none, what is meant as one; '' for a valid one
    and for several. ``aliases``: the CNAME targets passed.
    """

    domain: str
    records: tuple[str, ...]
    meant: tuple[str, ...]
    opinion: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MtaStsFetch(Fact):
    """What came when the policy was fetched (RFC 8461 section 3.3), for a domain with one valid record.

    ``fault``: the text key of why senders get no policy, '' when they get one: ``no-host``, ``certificate``,
    ``status``. ``said``: the status code, or what is wrong with the certificate. ``hosts``: the domain's MX targets.
    """

    domain: str
    fault: str
    said: str
    text: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MtaStsText(Fact):
    """A policy that came. ``media_type``: without parameters, in lower case, '' where none was named.
    ``opinion``: what makes it invalid, '' when it is valid. ``record``, ``aliases``: the TXT
    record that announces it, and the CNAME targets passed."""

    domain: str
    text: str
    media_type: str
    opinion: str
    hosts: tuple[str, ...]
    record: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MtaStsPolicy(Fact):
    """A valid policy (RFC 8461 section 3.2). ``mode``: ``enforce``, ``testing``, ``none``. ``max_age``: seconds.
    ``patterns``: its mx values. ``hosts``: the domain's MX targets, of which ``unlisted`` are not in the policy."""

    domain: str
    mode: str
    max_age: int
    patterns: tuple[str, ...]
    hosts: tuple[str, ...]
    unlisted: tuple[str, ...]
    record: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsRptRecords(Fact):
    """What stands at ``_smtp._tls`` of the domain (RFC 8460 section 3); the fields are as in MtaStsRecords."""

    domain: str
    records: tuple[str, ...]
    meant: tuple[str, ...]
    opinion: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsRptNeed(Fact):
    """A domain that asks senders for TLS, by ``means`` (``MTA-STS``, ``DANE``), and whether anything that is meant as
    a record for reports is ``published``."""

    domain: str
    means: tuple[str, ...]
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DaneHost(Fact):
    """An MX target with TLSA records; ``scope`` is the host.

    ``signed``: the TLSA records come with DNSSEC, ``mx_signed``: the domain's MX records do (RFC 7672 section 2.2).
    ``own``: the host belongs to the domain's organisation. ``aliases``: the CNAME targets passed.
    """

    domain: str
    host: str
    records: tuple[Tlsa, ...]
    signed: bool
    mx_signed: bool
    own: bool
    aliases: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where the TLSA records stand, beyond aliases."""
        *_, name = (f"_25._tcp.{self.host}", *self.aliases)
        return name


@dataclass(frozen=True, slots=True, kw_only=True)
class DaneMatch(DaneHost):
    """As DaneHost, for a host whose certificate was seen. ``matches``: a usable record fits it. ``spki``: the SHA-256
    of its public key, in hexadecimal digits."""

    matches: bool
    spki: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StarttlsHost(Fact):
    """How an MX target answers STARTTLS (RFC 3207); ``scope`` is the host.

    ``offered``: ``offered``, ``not-offered`` or ``refused``. ``fault``: the text key of why the certificate does not
    hold, '' when it does or none was seen: ``names``, ``expired``, ``untrusted``. ``why``: what the TLS library said.
    ``names``: the DNS names in it. ``expires``: the day. ``bound``: what makes senders insist, of ``MTA-STS`` and
    ``DANE``. ``own``: as in DaneHost.
    """

    domain: str
    host: str
    offered: str
    fault: str
    why: str
    names: tuple[str, ...]
    expires: str
    bound: tuple[str, ...]
    own: bool
