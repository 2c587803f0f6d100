"""DKIM key records: RFC 6376 section 3.6.1, RFC 8301, RFC 8463. Parsing never fails; faults are data."""

from __future__ import annotations

from dataclasses import dataclass

from deliverkit.records import _tags


@dataclass(frozen=True, slots=True)
class DkimKeyRecord:
    """``kind``: the ``k=`` value, rsa when absent. ``hashes``/``services``/``flags``: of ``h= s= t=``.

    ``p``: base64 with blanks taken out; '' means revoked, None that the tag is missing. ``fault``: text key:
    ``version`` (not DKIM1, or not first), ``no-p``, ``duplicate-tag``; '' when none.
    """

    text: str
    kind: str
    p: str | None
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    fault: str = ""

    @property
    def testing(self) -> bool:
        """``t=y``: receivers treat the mail as unsigned (RFC 6376 section 3.6.1)."""
        return "y" in self.flags


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
    )


def looks_like_key(text: str) -> bool:
    """Whether a TXT value at a key name is meant as a key, whatever its faults."""
    tags = {tag for tag, _ in _tags.split(text)}
    return "p" in tags or "k" in tags or text.lstrip().lower().startswith("v=dkim")


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in value.split(":") if part.strip())
