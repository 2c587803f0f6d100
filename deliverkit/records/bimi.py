"""BIMI (draft-brand-indicators-for-message-identification): which TXT values are meant, what an image may not hold, and
records to publish. Grammar, image profile and certificate are checkdmarc's to judge."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.records import _tags

IMAGE = "<YOUR-IMAGE>"
SAMPLE_IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64">'
    "<title>Example</title></svg>"
)
LARGEST_IMAGE = 32_000
"""Octets; the drafts on the image profile ask for less than 32 kilobytes."""

_RECORD = re.compile(r"v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|\Z)")
_MEANT = re.compile(r"[^a-z0-9]{0,9}v[ \t]{0,9}=[ \t]{0,9}bimi", re.IGNORECASE)
# RFC 3986 without user and port; the drafts want a comma encoded, and ";" ends the tag.
_URI = re.compile(
    r"https://[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,9}(?::443)?(?:[/?](?:[a-z0-9\-._~:/?@!$&'()*+=]|%[0-9a-f]{2})*)?",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# SVG Tiny Portable/Secure leaves out whatever runs, moves or comes from elsewhere.
_ACTIVE = frozenset(
    "script animate animateColor animateMotion animateTransform set foreignObject handler listener".split()
)
_FOREIGN = frozenset("image video audio".split())
_STYLESHEET = "<?xml-stylesheet"
# CSS Syntax Level 3 sections 4.3.6 and 4.3.7; what begins with "#" lies in the image itself.
_FROM_ELSEWHERE = re.compile(r"@import|url\(\s*+[\"']?+\s*+(?!#)", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE)


def is_record(text: str) -> bool:
    """Record selection: ``v=BIMI1`` first."""
    return _RECORD.match(text) is not None


def is_meant(text: str) -> bool:
    """Whether the text is a record, or would be one but for a slip in its version."""
    return _MEANT.match(text) is not None


def tag(text: str, name: str) -> str:
    """The value of a tag, '' where it has none."""
    return next((value for found, value in _tags.split(text) if found.lower() == name), "")


def without_uris(text: str) -> str:
    """The record with ``l=`` and ``a=`` empty: the rest of it can then be judged without fetching anything."""
    pairs = ((t, "" if t.lower() in ("l", "a") else value, value) for t, value in _tags.split(text))
    return "; ".join(
        f"{t}={kept}" if kept or value or t.lower() in ("l", "a", "lps") else t for t, kept, value in pairs
    )


def is_uri(text: str) -> bool:
    """Whether ``l=`` or ``a=`` may have this value: https, a host name of two labels or more, no comma."""
    return _URI.fullmatch(text) is not None


def publish(name: str, location: str, authority: str, aliases: tuple[str, ...]) -> RecordChange:
    """A sound record; an empty ``location`` says that the domain takes no part."""
    *_, at = (name, *aliases)
    text = f"v=BIMI1; l={location}" + (f"; a={authority}" if authority else "")
    return RecordChange(
        Action.REPLACE, at, "TXT", (Txt.of(text),), by=Actor.ZONE_OWNER if aliases else Actor.YOU
    )


def image_fault(text: str) -> tuple[str, str]:
    """The text key of what makes an image unfit, and the word in it that does; two empty texts where nothing is
    found here. ``declaration`` comes before any parsing: a document type can make a reader of XML fetch or unfold
    whatever its author likes.

    ``text``: one character for each octet.
    """
    if len(text) > LARGEST_IMAGE:
        return "too-big", str(len(text))
    if "\x00" in text or _DECLARATION.search(text):
        return "declaration", ""
    if _STYLESHEET in text:
        return "external", "xml-stylesheet"
    try:
        root = ET.fromstring(text.encode("latin-1"))  # noqa: S314 - a document type has been refused above
    except (ET.ParseError, ValueError, LookupError):
        return "not-svg", ""
    if _local(root.tag) != "svg":
        return "not-svg", _local(root.tag)[:60]
    for element in root.iter():
        name = _local(element.tag)
        if name in _ACTIVE or any(_local(key).startswith("on") for key in element.attrib):
            return "active", name
        links = [value for key, value in element.items() if _local(key) == "href"]
        if name in _FOREIGN or not all(link.startswith("#") for link in links):
            return "external", name
        styles = [*element.attrib.values(), "".join(element.itertext()) if name == "style" else ""]
        if any(_FROM_ELSEWHERE.search(_CSS_ESCAPE.sub(_unescaped, style)) for style in styles):
            return "external", name
    return "", ""


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return escape[2] or (chr(code) if code < 0x110000 else "")


def _local(tag: object) -> str:
    """The name without its namespace; comments and instructions have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
