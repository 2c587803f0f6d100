"""DKIM: RFC 6376 with RFC 8301, RFC 8463 and RFC 8616."""

from __future__ import annotations

from deliverkit.auth import keys, verifying
from deliverkit.auth._clock import clock
from deliverkit.auth.keys import Verdict
from deliverkit.auth.material import Material
from deliverkit.auth.message import split
from deliverkit.auth.results import DkimResult, Reason, Result
from deliverkit.records.dkim_signature import Kind, parse
from deliverkit.resolver import Resolver

MOST_SIGNATURES = 50
"""So many are put to the test, so that a message made of signatures costs no more than its size (RFC 6376 section
6.1 leaves the number to the verifier). The others are ``neutral``: nothing is known of them."""


async def dkim(message: bytes, resolver: Resolver, now: float | None = None) -> tuple[DkimResult, ...]:
    """Evaluate every DKIM-Signature of ``message``, topmost first; () where it has none.

    ``message``: the octets as received, lines ended by CRLF or LF. ``now``: Unix seconds, None for the present.
    Keys are asked for at the same time, each name once. Never raises for what stands in a message or in the DNS.
    """
    at = clock(now)
    material = Material(split(message))
    places = material.places(b"dkim-signature")
    signatures = [parse(Kind.DKIM, material.message.fields[place].value) for place in places]
    verdicts = [verifying.void(signature, at) for signature in signatures]
    sound = [i for i, verdict in enumerate(verdicts) if verdict is None]
    for i in sound[MOST_SIGNATURES:]:
        verdicts[i] = Verdict(Result.NEUTRAL, Reason("dkim.too-many", {"most": MOST_SIGNATURES}))
    answers = await keys.ask(resolver, (signatures[i].key_name for i in sound[:MOST_SIGNATURES]))
    return tuple(
        verifying.verify(material, place, signature, answers[signature.key_name], at)
        if verdict is None
        else verifying.ended(signature, verdict)
        for place, signature, verdict in zip(places, signatures, verdicts, strict=True)
    )
