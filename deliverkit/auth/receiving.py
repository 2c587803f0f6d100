"""A whole message as a receiver evaluates it: SPF, DKIM, ARC and DMARC (RFC 9989 section 5.3)."""

from __future__ import annotations

import asyncio

from deliverkit.auth.author import author
from deliverkit.auth.chain import arc
from deliverkit.auth.check_host import spf
from deliverkit.auth.policy import dmarc
from deliverkit.auth.results import Authentication, DmarcResult, Result
from deliverkit.auth.signatures import dkim
from deliverkit.resolver import Resolver
from deliverkit.resolver.cached import Cached


async def authenticate(  # noqa: PLR0917 - the six that describe one delivery
    message: bytes,
    ip: str,
    helo: str,
    mail_from: str,
    resolver: Resolver,
    now: float | None = None,
    receiver: str | None = None,
) -> Authentication:
    """Evaluate ``message``, its octets as received, from ``ip`` in a session with ``helo`` and ``mail_from`` ('' or
    ``<>`` where it was empty; then HELO stands for it). ``now``: Unix seconds, None for the present.
    ``receiver``: the host that evaluates, for SPF's explanations.

    Each question is asked once, whoever needs it. Never raises for what stands in a message or in the DNS.
    """
    once = Cached(resolver)
    on_spf, on_dkim, on_arc = await asyncio.gather(
        spf(ip, mail_from, helo, once, receiver, now), dkim(message, once, now), arc(message, once, now)
    )
    wrote = author(message)
    if wrote.fault is not None:
        on_dmarc = DmarcResult(Result.PERMERROR, wrote.fault, "", trace=(wrote.fault,))
        return Authentication("", on_spf, on_dkim, on_arc, on_dmarc)
    on_dmarc = await dmarc(wrote.domain, on_spf, on_dkim, once)
    return Authentication(wrote.domain, on_spf, on_dkim, on_arc, on_dmarc)
