"""Email authentication to the letter, with a trace: SPF, DKIM, ARC, DMARC and all of them for one message.

    from deliverkit.auth import authenticate
    from deliverkit.wiring import live

    found = await authenticate(message, "192.0.2.25", "mail.example.com", "news@example.com", live())
    found.dmarc.result, str(found.dmarc.reason), [str(step) for step in found.dmarc.trace]

Each evaluation takes a resolver and ends with a frozen result in the words of its RFC; none of them raises for what
stands in mail or DNS. Questions are asked as they come up: put a cache below where several evaluations share them.
"""

from deliverkit.auth.chain import arc
from deliverkit.auth.check_host import spf
from deliverkit.auth.policy import dmarc
from deliverkit.auth.receiving import authenticate
from deliverkit.auth.reporting import report_authorised
from deliverkit.auth.results import (
    ArcResult,
    Authentication,
    DkimResult,
    DmarcResult,
    Reason,
    Result,
    SpfResult,
)
from deliverkit.auth.signatures import dkim

__all__ = [
    "ArcResult",
    "Authentication",
    "DkimResult",
    "DmarcResult",
    "Reason",
    "Result",
    "SpfResult",
    "arc",
    "authenticate",
    "dkim",
    "dmarc",
    "report_authorised",
    "spf",
]
