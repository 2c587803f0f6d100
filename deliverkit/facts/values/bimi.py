"""BIMI."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Fact
from deliverkit.records.dmarc import DmarcRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class BimiRecords(Fact):
    """What stands at ``default._bimi`` of the domain, or where nothing does, of its organisation.

    ``at``: whose it is. ``records``, ``meant``, ``aliases``: as in MtaStsRecords. ``fault``: the text key of what
    makes the one record invalid: ``location``, ``authority``, ``invalid``; '' for a valid one and for several.
    ``opinion``: checkdmarc's words for it.
    """

    domain: str
    at: str
    records: tuple[str, ...]
    meant: tuple[str, ...]
    fault: str
    opinion: str
    aliases: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"default._bimi.{self.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BimiPolicy(Fact):
    """The DMARC policy under which a domain asks for its image. ``policy``: as it applies to the domain. ``fault``: the
    text key of what is too weak for BIMI, '' for nothing: ``none``, ``missing``, ``test-mode``, ``percent``,
    ``subdomains``."""

    domain: str
    at: str
    record: DmarcRecord | None
    policy: str
    fault: str
    aliases: tuple[str, ...]
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BimiImage(Fact):
    """The image that ``l=`` names. ``fault``: the text key of what is wrong with it, '' for nothing. ``said``: the
    word that goes with it. ``came``: an image came at all."""

    domain: str
    url: str
    came: bool
    fault: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BimiCertificate(Fact):
    """The mark certificate that the record at ``at`` names by ``a=``; ``url`` is '' where it names none.

    ``location``: the record's ``l=``. ``fault``, ``said``: as in BimiImage. ``until``: the end of its validity.
    ``domains``: whom it is for.
    """

    domain: str
    at: str
    url: str
    location: str
    fault: str
    said: str
    until: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
