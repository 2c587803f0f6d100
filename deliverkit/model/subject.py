"""The sending stream under audit."""

from __future__ import annotations

from dataclasses import dataclass

# Four lists decide what large receivers do; more queries bring noise and break terms of use.
CORE_BLOCKLISTS = ("zen.spamhaus.org", "b.barracudacentral.org", "bl.spamcop.net", "dbl.spamhaus.org")

OPT_IN = frozenset({"--authoritative", "--smtp"})
"""Options for looks that go beyond what the audit is for; without them nothing is missing from it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One sending stream.

    ``domain``: the From domain (RFC 5322), A-labels. ``ips``: canonical text of the sending addresses.
    ``helo``: the EHLO argument; None when not given, '' when it is known to be empty. ``mail_from``: the
    envelope sender (RFC 5321), an address or a domain; None means the same domain as From.
    ``selectors``: DKIM selectors, or whole key names that contain ``._domainkey.``.
    ``derived``: the parts that were looked up rather than given, such as ``ips``. ``blocklists``: the zones
    to ask, as the catalogue names them. ``looks``: what else to look at, as options name it:
    ``authoritative``, ``smtp``, ``dnsbl-direct``; ``selectors``: guess them where none is given.
    ``guessed``: selectors that have a key, but that nobody said sign this stream; they count for no alignment.
    """

    domain: str
    ips: tuple[str, ...] = ()
    helo: str | None = None
    mail_from: str | None = None
    selectors: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    blocklists: tuple[str, ...] = CORE_BLOCKLISTS
    looks: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()

    @property
    def envelope_domain(self) -> str:
        """The domain that SPF is evaluated for (RFC 7208 section 2.4)."""
        if self.mail_from is None:
            return self.domain
        return self.mail_from.rpartition("@")[2]

    @property
    def envelope_sender(self) -> str:
        """The MAIL FROM address; a bare domain stands for its postmaster (RFC 7208 section 4.3)."""
        if self.mail_from is None:
            return f"postmaster@{self.domain}"
        return self.mail_from if "@" in self.mail_from else f"postmaster@{self.mail_from}"
