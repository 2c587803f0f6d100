"""What came when a page was fetched, and the judge of what stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deliverkit.model.answer import Answer, Status

if TYPE_CHECKING:
    from types import ModuleType


def fetch_fault(answer: Answer) -> tuple[str, str]:
    """The text key of why there is no page, and the word that goes with it; two empty texts where there is one, or
    where the answer is open.

    Keys: ``no-host``, ``certificate`` (with what is wrong with it), ``status`` (with the status code).
    """
    match answer:
        case Answer(status=Status.NXDOMAIN, detail=detail):
            return "no-host", detail
        case Answer(status=Status.NODATA, detail=detail):
            return "certificate", detail
        case Answer(status=Status.OK, records=(str(code), _, _)) if code != "200":
            return "status", code
        case Answer(status=Status.OK, records=records) if len(records) != 3:
            return "status", ""
    return "", ""


def body(answer: Answer) -> str:
    """The content, one character for each octet; '' where there is none."""
    return str(answer.records[2]) if len(answer.records) == 3 else ""


def media_type(answer: Answer) -> str:
    """The media type without its parameters, in lower case; '' where none is named."""
    return str(answer.records[1]).partition(";")[0].strip().lower() if len(answer.records) == 3 else ""


def checkdmarc() -> ModuleType:
    """Our adapter; it is loaded where there is something for it to judge, since its import outlasts an audit."""
    from deliverkit.adapters import checkdmarc as adapter  # noqa: PLC0415

    return adapter
