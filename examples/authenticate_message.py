"""Evaluate a message as a receiver does, and tell why. Runs offline, over the zone in this folder.

    python examples/authenticate_message.py

For real mail and DNS take the octets of the message as they were received, what the SMTP session said, and the
resolver `deliverkit.wiring.live()`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from deliverkit.auth import authenticate
from deliverkit.resolver.zonefile import Zone

FOLDER = Path(__file__).parent / "message"
RECEIVED = 1795392000  # the moment of evaluation, in Unix seconds; without it, now


async def main() -> None:
    zone = Zone.from_text((FOLDER / "zone.txt").read_text("ascii"), source="zone.txt")
    message = (FOLDER / "newsletter.eml").read_bytes()
    found = await authenticate(
        message,
        ip="192.0.2.130",
        helo="mx1.letters.example",
        mail_from="bounce@letters.example",
        resolver=zone,
        now=RECEIVED,
    )

    print(f"SPF   {found.spf.result}: {found.spf.reason}")
    for step in found.spf.trace:
        print(f"        {'  ' * step.depth}{step.term}  {step.outcome}")
    for signature in found.dkim:
        print(f"DKIM  {signature.result}: {signature.reason}")
    print(f"ARC   {found.arc.result}: {found.arc.reason}")
    print(f"DMARC {found.dmarc.result}: {found.dmarc.reason}")
    for step in found.dmarc.trace:
        print(f"        {step}")
    for one in found.dmarc.alignment:
        aligned = "aligns" if one.aligned else "does not align"
        print(f"        {one.method} {one.domain}: {one.result}, {aligned} with {found.from_domain}")


if __name__ == "__main__":
    asyncio.run(main())
