"""What the exit status says; stable, as scripts build on it."""

from __future__ import annotations

from enum import IntEnum

from deliverkit.model.report import Report
from deliverkit.model.verdict import Severity, Verdict


class ExitCode(IntEnum):
    CLEAN = 0
    FINDINGS = 1  # at or above --fail-on
    USAGE = 2  # the call or a file cannot be used
    UNKNOWN = 3  # something that could weigh as much as --fail-on could not be looked at
    INTERRUPTED = 130


def of(report: Report, fail_on: Severity | None) -> ExitCode:
    """``fail_on`` None (never) ignores findings, but not that nothing could be told."""
    if fail_on is not None and any(f.severity >= fail_on for f in report.findings):
        return ExitCode.FINDINGS
    least = fail_on or Severity.ERROR
    if any(o.severity >= least for o in report.with_verdict(Verdict.UNKNOWN)):
        return ExitCode.UNKNOWN
    return ExitCode.CLEAN
