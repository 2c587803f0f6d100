"""DKIM."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.facts.values.base import Beside, Fact
from deliverkit.records.dkim import DkimKeyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSelector(Fact):
    """One key name (``s1._domainkey.example.com``) and the TXT records found there.

    ``aliases``: the CNAME targets passed, unless a wildcard brings them and they lead to no key. Where there is none,
    ``meant`` is a name that the alias would lead to without the zone's own name at its end, and that has a key;
    ``elsewhere`` is a name where the key stands in place of its own, and ``key_there`` its text. '' when not.
    ``other``: whether the mail passes DMARC without a signature of this selector. ``foreign``: the d= domain is neither
    the From domain nor above or below it.
    """

    selector: str
    key_name: str
    exists: bool
    records: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    meant: str = ""
    elsewhere: str = ""
    key_there: str = ""
    other: Beside = Beside.FAIL
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey(Fact):
    """The one key record at a selector.

    ``holder``: the name where the record stands, the end of the aliases if there are any. ``kind``: rsa or
    ed25519; ``bits``: modulus length for RSA, 256 for Ed25519; '' and 0 when the key cannot be read.
    ``revoked``: empty ``p=``. ``fault``: the one reason why no signature can be verified with the record as it
    stands, '' when there is none: ``private``, ``pasted``, ``version``, ``duplicate-tag``, ``not-a-tag``,
    ``no-p``, ``type-unknown``, ``type-mismatch``, ``not-base64``, ``unreadable``. ``reason``: dkimpy's words, for
    the last of them. ``repaired``: the record as it was meant, '' when nobody can tell. ``other``
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
    other: Beside = Beside.FAIL
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
