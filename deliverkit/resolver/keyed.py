"""Keys of blocklists: they are labels of the name that is asked, and must never be seen in a report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Txt
from deliverkit.resolver import Resolver

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")


class Keyed:
    """Puts a secret in the place of a placeholder label on the way down, and takes it out on the way up.

    ``keys``: from the placeholder (``spamhaus-dqs-key``) to the secret. Raises ValueError, which does not
    repeat the secret, where that is not one DNS label.
    """

    def __init__(self, below: Resolver, keys: Mapping[str, str]) -> None:
        for placeholder, secret in keys.items():
            if not _LABEL.fullmatch(secret):
                raise ValueError(
                    f"the key for {placeholder!a} cannot be part of a DNS name: "
                    "it has to be 1 to 63 letters, digits, hyphens or underscores"
                )
        self._below = below
        self._secrets = {placeholder.lower(): secret.lower() for placeholder, secret in keys.items()}
        self._placeholders = {secret: placeholder for placeholder, secret in self._secrets.items()}
        # Longest first, should one secret be part of another.
        longest_first = sorted(self._placeholders, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE | re.ASCII)

    async def ask(self, question: Question) -> Answer:
        if not self._secrets:
            return await self._below.ask(question)
        labels = question.name.split(".")
        name = ".".join(self._secrets.get(label, label) for label in labels)
        answer = await self._below.ask(question if name == question.name else replace(question, name=name))
        return replace(
            answer,
            question=question,
            records=tuple(self._clean_record(record) for record in answer.records),
            aliases=tuple(self._clean(alias) for alias in answer.aliases),
            origin=Origin(self._clean(answer.origin.source), answer.origin.line),
            detail=self._clean(answer.detail),
        )

    def _clean(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._placeholders[found.group().lower()], text)

    def _clean_record(self, record: Rdata) -> Rdata:
        match record:
            case Txt():
                clean = self._clean(record.text)  # joined, for a key may lie across two strings
                return record if clean == record.text else Txt.of(clean)
            case Mx():
                return replace(record, exchange=self._clean(record.exchange))
            case Soa():
                return replace(record, mname=self._clean(record.mname), rname=self._clean(record.rname))
            case _:
                return self._clean(record)
