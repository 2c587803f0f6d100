"""How a check ends, how loud it is, where in SMTP it bites, how likely."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"  # could not look, so neither fine nor broken
    SKIPPED = "SKIPPED"  # nothing to judge; the reason names the option or the finding that explains it


class Severity(IntEnum):
    """Defined by consequence, so that two checks can be compared."""

    NOTE = 1  # worth knowing, harms nothing today
    WARNING = 2  # some receivers refuse the mail or file it as spam
    ERROR = 3  # receivers refuse the mail


class Stage(IntEnum):
    """Where in the SMTP session (RFC 5321 section 3) the receiver would refuse; in session order."""

    CONNECT = 1
    HELO = 2
    MAIL = 3
    RCPT = 4
    DATA = 5


class Likelihood(IntEnum):
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


class Prediction(StrEnum):
    """Will the mail bounce?"""

    YES = "yes"  # receivers refuse it
    SOME = "some"  # some receivers would refuse it or file it as spam
    UNKNOWN = "unknown"  # what could not be looked at could make receivers refuse it
    NO = "no"  # nothing that was looked at would make it bounce
