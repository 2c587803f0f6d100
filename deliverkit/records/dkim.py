"""DKIM key records: RFC 6376 section 3.6.1, RFC 8301, RFC 8463. Parsing never fails; faults are data."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.records import _tags

BLANK = "<YOUR-PUBLIC-KEY>"
SAMPLE_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyVLFeYDGNSVfWWHt5pAeoEIJaSdIrGR12r0TfF0E6ig/5jgaPsZZEg3hMmGL"
    "jm9otSq0qWm3C3JlP0V/B5rKQOqDU/PQ7Uy7TSJVGiLKDquNM6fyXaNaAg67EqSE8Gzj6Xq5lSv4xZ86kJlrUgu2jEZMZaJp9NO8IY/e"
    "30lKdBkACujrf/Ja44rqHpB7sdWoYhnsmdmLB3fP+Rua0w+kZXeiqLKH45hRDFbd6+rNEJQ5YlVPGvfa82RwHHXctlQ6PHA+y4C/7MpW"
    "QPgip/94nY4mrKfmAPhdUcAg/xzWM6TytX/QnCT+YWAHzOh5J3YzRM/zxQDA7C7mPsif8h1HHQIDAQAB"
)
"""An RSA key of 2048 bits whose private half was thrown away: it stands for the reader's own in proofs."""
_PEM = "KEY-----"


@dataclass(frozen=True, slots=True)
class DkimKeyRecord:
    """``kind``: the ``k=`` value, rsa when absent. ``hashes``/``services``/``flags``: of ``h= s= t=``.

    ``p``: base64 with blanks taken out; '' means revoked, None that the tag is missing. ``fault``: text key:
    ``version`` (not DKIM1, or not first), ``no-p``, ``duplicate-tag``; '' when none. ``well_formed``: whether the text
    is a tag list (section 3.2) at all, and its ``h=`` not empty.
    """

    text: str
    kind: str
    p: str | None
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    fault: str = ""
    well_formed: bool = True

    @property
    def testing(self) -> bool:
        """``t=y``: receivers treat the mail as unsigned (RFC 6376 section 3.6.1)."""
        return "y" in self.flags

    @property
    def takes_sha256(self) -> bool:
        """Whether ``h=`` lets the one hash be used that verifiers accept (RFC 8301 section 3.1)."""
        return not self.hashes or "sha256" in self.hashes

    @property
    def for_email(self) -> bool:
        """Whether ``s=`` lets mail be signed with the key (RFC 6376 section 3.6.1)."""
        return not {"*", "email"}.isdisjoint(self.services)


_NO_HASH = re.compile(r"[ \t\r\n]*h[ \t\r\n]*=[ \t\r\n]*\Z")
_TAG = re.compile(r"[ \t\r\n]*[A-Za-z][A-Za-z0-9_]*[ \t\r\n]*=")


def misplaced(text: str) -> tuple[str, ...]:
    """The parts of a key record that keep it from being a tag list (RFC 6376 section 3.2, which allows one semicolon
    at the end and no empty part before it), and an ``h=`` without a hash (section 3.6.1); as they stand."""
    parts = text.split(";")
    if not parts[-1].strip(" \t\r\n"):
        del parts[-1]
    return tuple(part for part in parts if not _TAG.match(part) or _NO_HASH.match(part))


def parse(text: str) -> DkimKeyRecord:
    pairs = _tags.split(text)
    tags = dict(pairs)
    key = ""
    if len(tags) != len(pairs):
        key = "duplicate-tag"
    elif "v" in tags and (pairs[0][0] != "v" or tags["v"] != "DKIM1"):
        key = "version"
    elif "p" not in tags:
        key = "no-p"
    p = tags.get("p")
    return DkimKeyRecord(
        text=text,
        kind=tags.get("k", "rsa").lower(),
        p=None if p is None else "".join(p.split()),
        hashes=_list(tags.get("h", "")),
        services=_list(tags.get("s", "")) or ("*",),
        flags=_list(tags.get("t", "")),
        fault=key,
        well_formed=not misplaced(text),
    )


def looks_like_key(text: str) -> bool:
    """Whether a TXT value at a key name is meant as a key, whatever its faults."""
    tags = dict(_tags.split(text))
    version = tags.get("v", "").lower()
    # A wildcard brings records of other kinds to every name; DMARC's has a p= as well.
    if version.startswith("dmarc"):
        return False
    return "p" in tags or "k" in tags or version.startswith("dkim") or _PEM in text


_NO_FWS = dict.fromkeys(map(ord, " \t\r\n"))
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def decoded(text: str) -> bytes | None:
    """base64string of RFC 6376 section 2.10: blanks anywhere, and the final ``=`` may be left out; None where the
    text is something else."""
    compact = text.translate(_NO_FWS)
    digits = compact.rstrip("=")
    if not _BASE64.fullmatch(compact) or len(digits) % 4 == 1:
        return None
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def without_testing(text: str) -> str:
    """The same record without the ``y`` among its flags."""
    parts = []
    for part in text.split(";"):
        tag, _, value = part.partition("=")
        if tag.strip() != "t":
            parts.append(part)
        elif flags := [flag for flag in _list(value) if flag != "y"]:
            parts.append(f" t={':'.join(flags)}")
    return ";".join(parts).strip()


def new_key(action: Action, key_name: str, by: Actor = Actor.YOU) -> RecordChange:
    """Publish a new RSA key at ``key_name``; the key itself is a blank that only its owner can fill."""
    value = Txt.of(f"v=DKIM1; k=rsa; p={BLANK}")
    return RecordChange(action, key_name, "TXT", (value,), by=by, blanks=((BLANK, _sample(key_name)),))


def _sample(key_name: str) -> str:
    """A key of its own for every name, or two new keys would pass for one that is shared. Its octets in the
    middle, which belong to the modulus, are taken from the name."""
    own = f"{zlib.crc32(key_name.lower().encode()):08x}"
    return SAMPLE_KEY[:200] + own + SAMPLE_KEY[200 + len(own) :]


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in value.split(":") if part.strip())
