"""TLS reporting (RFC 8460): which TXT values are meant, and a record to publish. The grammar itself is checkdmarc's to
judge."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange

REPORT_ADDRESS = "<YOUR-TLS-REPORT-ADDRESS>"

_RECORD = re.compile(r"v=TLSRPTv1[ \t]*;")
_MEANT = re.compile(r"[^a-z0-9]{0,9}v[ \t]{0,9}=[ \t]{0,9}tlsrpt", re.IGNORECASE)
# What is certain to be a report address, whatever else is wrong around it (RFC 8460 section 3).
_MAILTO = re.compile(
    r"mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}(?=[\s,;]|\Z)"
)


def is_record(text: str) -> bool:
    """Record selection: ``v=TLSRPTv1`` and a semicolon first, case-sensitive (RFC 8460 section 3)."""
    return _RECORD.match(text) is not None


def is_meant(text: str) -> bool:
    """Whether the text is a record, or would be one but for a slip in its version."""
    return _MEANT.match(text) is not None


def publish(domain: str, texts: Iterable[str], aliases: tuple[str, ...] = ()) -> RecordChange:
    """One sound record with the mail addresses that ``texts`` name, or with a blank one."""
    found = tuple(dict.fromkeys(uri for text in texts for uri in _MAILTO.findall(text)))
    uris = ",".join(found) or f"mailto:{REPORT_ADDRESS}"
    *_, name = (f"_smtp._tls.{domain}", *aliases)
    return RecordChange(
        Action.REPLACE,
        name,
        "TXT",
        (Txt.of(f"v=TLSRPTv1; rua={uris}"),),
        by=Actor.ZONE_OWNER if aliases else Actor.YOU,
        blanks=() if found else ((REPORT_ADDRESS, f"tls-reports@{domain}"),),
    )
