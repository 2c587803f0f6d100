"""The time of an evaluation."""

from __future__ import annotations

import math
import time

_LAST = 2**62


def clock(now: float | None) -> int:
    """Whole Unix seconds, as ``t=`` and ``x=`` have them (RFC 6376 section 3.5); None for the present. An infinite
    time lies before or after everything."""
    now = time.time() if now is None or math.isnan(now) else now
    return int(min(max(now, -_LAST), _LAST))
