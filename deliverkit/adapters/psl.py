"""publicsuffixlist: the organisational domain as RFC 7489 section 3.2 has it. RFC 9989 needs no list."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()  # the list that came with the package; nothing is fetched


@lru_cache(maxsize=4096)
def registered_domain(domain: str) -> str:
    """The public suffix of ``domain`` and one label more, lower case; '' where ``domain`` is a public suffix
    itself or no domain. A top-level domain that is not on the list counts as a public suffix."""
    return _list().privatesuffix(domain) or ""
