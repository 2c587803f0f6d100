"""A message and what the signatures over it share, each computed once: hashes, and selected header fields."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from deliverkit.auth import canonical
from deliverkit.auth.message import Message
from deliverkit.records.dkim_signature import without_signature


class Material:
    def __init__(self, message: Message) -> None:
        self.message = message
        self._places: dict[bytes, list[int]] = defaultdict(list)
        for place, field in enumerate(message.fields):
            if field.name:
                self._places[field.name].append(place)
        self._bodies: dict[str, bytes] = {}
        self._body_hashes: dict[tuple[str, int | None], bytes] = {}
        self._relaxed: dict[int, bytes] = {}

    def places(self, name: bytes) -> list[int]:
        """Where the fields of this lower-case name stand, topmost first."""
        return self._places.get(name, [])

    def body(self, method: str) -> bytes:
        if method not in self._bodies:
            make = canonical.relaxed_body if method == "relaxed" else canonical.simple_body
            self._bodies[method] = make(self.message.body)
        return self._bodies[method]

    def body_hash(self, method: str, length: int | None) -> bytes:
        """``length``: octets of the canonical body, None for all."""
        wanted = (method, length)
        if wanted not in self._body_hashes:
            body = self.body(method)
            part = body if length is None else memoryview(body)[:length]
            self._body_hashes[wanted] = hashlib.sha256(part).digest()
        return self._body_hashes[wanted]

    def field(self, place: int, method: str) -> bytes:
        """The canonical field without its CRLF."""
        if method == "simple":
            return self.message.fields[place].raw
        if place not in self._relaxed:
            self._relaxed[place] = canonical.relaxed_field(self.message.fields[place].raw)
        return self._relaxed[place]

    def emptied(self, place: int, method: str) -> bytes:
        """A signature's own field as it goes into its hash: without the value of ``b=``."""
        raw = without_signature(self.message.fields[place].raw)
        return canonical.relaxed_field(raw) if method == "relaxed" else raw

    def select(self, names: Iterable[str], own: int) -> tuple[list[int], list[str]]:
        """The fields that ``h=`` names, and the names that find none (RFC 6376 section 5.4.2): each mention takes
        the next one from the bottom up. The signature itself, at ``own``, is never among them (section 3.5)."""
        found: list[int] = []
        absent: list[str] = []
        left: dict[str, int] = {}
        for name in names:
            places = self.places(name.encode("utf-8", "replace"))
            i = left.get(name, len(places)) - 1
            if i >= 0 and places[i] == own:
                i -= 1
            left[name] = max(i, 0)
            if i < 0:
                absent.append(name)
            else:
                found.append(places[i])
        return found, absent

    def header_hash(self, found: Iterable[int], own: int, method: str) -> bytes:
        """Over the selected fields and the signature's own (RFC 6376 section 3.7)."""
        hashed = hashlib.sha256()
        for place in found:
            hashed.update(self.field(place, method))
            hashed.update(b"\r\n")
        hashed.update(self.emptied(own, method))
        return hashed.digest()
