"""Changing a DKIM key record, text to text, and seeing what a damaged one was meant to be (RFC 6376 section 3.6.1)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from deliverkit.records import dkim
from deliverkit.records._tags import split

# RFC 7468 section 2: the lines around a key in PEM.
_PEM_LINE = re.compile(r"-----(?:BEGIN|END)[A-Z ]*-----")
_PRIVATE_LINE = re.compile(r"-----BEGIN[A-Z ]* PRIVATE KEY-----")
# What zone files, shells and forms put around strings; and what no tag list holds (RFC 6376 section 3.2).
_NOISE = re.compile(r"[\"'`\\()]|[^ -~]")
_LINE_END = re.compile(r"\\[nrt]")
_UNSEPARATED = re.compile(r"(?:, ?| )(?=[vhknpst]=)")
_P = re.compile(r"((?:^|;)\s*p\s*=)([^;]*)")
_ED25519_WRAPPER = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo, RFC 8410 section 4


def tags(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of tag and value as they stand, repeats included."""
    return split(text)


def value(text: str, tag: str) -> str:
    """The value of a tag, '' where it is missing; of several the last."""
    return dict(split(text)).get(tag, "")


def untagged(text: str) -> tuple[str, ...]:
    """The parts that keep the record from being a tag list. An empty one does not count: receivers are known to pass
    over it, although the grammar does not have it."""
    return tuple(part.strip() for part in dkim.misplaced(text) if part.strip())


def differ(texts: Iterable[str]) -> bool:
    """Whether the records say different things, and not the same in different writing."""
    return len({replace(dkim.parse(text), text="") for text in texts}) > 1


def without_untagged(text: str) -> str:
    wrong = set(dkim.misplaced(text))
    return ";".join(part for part in text.split(";") if part not in wrong).strip()


def without_tag(text: str, tag: str) -> str:
    return ";".join(part for part in text.split(";") if part.partition("=")[0].strip() != tag).strip()


def with_version(text: str) -> str:
    """The same record with ``v=DKIM1`` first."""
    return f"v=DKIM1; {without_tag(text, 'v').lstrip('; ')}"


def with_key(text: str, kind: str, p: str) -> str:
    """The same record with this ``k=`` and ``p=``; ``k=`` goes before ``p=``, where it is mostly found."""
    rest = without_tag(without_tag(text, "k"), "p").strip("; ")
    return "; ".join(filter(None, (rest, f"k={kind}", f"p={p}")))


def without_repeats(text: str) -> str:
    """The same record with every tag once, '' where two of one name say different things."""
    kept: dict[str, str] = {}
    for tag, said in split(text):
        if "".join(kept.setdefault(tag, said).split()) != "".join(said.split()):
            return ""
    return "; ".join(f"{tag}={said}" for tag, said in kept.items())


def mended(text: str) -> Iterator[str]:
    """What the record could have been before it was pasted wrongly, the smallest change first: without quotation
    marks, backslashes, PEM lines and invisible characters; with the separators that got lost."""
    for stripped in (text, _LINE_END.sub(" ", text)):
        plain = _PEM_LINE.sub("", _NOISE.sub("", stripped)).strip()
        yield from (plain, _UNSEPARATED.sub("; ", plain))
        if plain != stripped and "p" not in dict(split(plain)):
            yield f"v=DKIM1; k=rsa; p={plain}"  # nothing but a key file


def padded(text: str) -> str:
    """The same record with the ``=`` that the base64 of its key lacks at the end. RFC 6376 section 2.10 lets it be
    left out; many decoders do not."""
    return _P.sub(
        lambda m: m[0] if _lacking(m[2]) == 0 else m[1] + m[2].rstrip() + "=" * _lacking(m[2]), text
    )


def _lacking(p: str) -> int:
    return -sum(map(len, p.split())) % 4


def is_private(text: str) -> bool:
    """Whether the record holds a private key: in PEM, or in DER as PKCS #1, PKCS #8 or SEC 1."""
    if _PRIVATE_LINE.search(text):
        return True
    p = dkim.parse(_PEM_LINE.sub("", text)).p or ""
    start = re.sub(r"[^A-Za-z0-9+/]", "", p)[:16]
    if len(start) < 16:
        return False
    # All of them begin with their version, 0 or 1, where a public key has a long number or a sequence
    # (RFC 8017 appendix A.1.2, RFC 5958 section 2, RFC 5915 section 3).
    der = base64.b64decode(start)
    body = der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
    return der[:1] == b"\x30" and body[:3] in (b"\x02\x01\x00", b"\x02\x01\x01")


def unwrapped(p: str) -> str:
    """The bare Ed25519 key (RFC 8463 section 4.2) inside a SubjectPublicKeyInfo, as tools write it; else ''."""
    try:
        der = base64.b64decode(p, validate=True)
    except ValueError:
        return ""
    return base64.b64encode(der[-32:]).decode() if der[:-32] == _ED25519_WRAPPER else ""
