"""The report as text, to standard output or a file."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from deliverkit.cli.inputs import InputError
from deliverkit.model.report import Report


def rendered(report: Report, form: str, *, color: bool | None, ascii_only: bool, to_file: bool) -> str:
    """``color`` None: as the standard output suggests."""
    if form == "json":
        from deliverkit.render import json_v1  # noqa: PLC0415

        return json_v1.render(report)
    from deliverkit.render import terminal  # noqa: PLC0415

    if color is None:
        color = not to_file and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    encoding = "utf-8" if to_file else (sys.stdout.encoding or "ascii")
    return terminal.render(report, color=color, ascii=ascii_only or not _can_draw(encoding))


def _can_draw(encoding: str) -> bool:
    try:
        "✓✗○→—“”".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def write(text: str, output: Path | None) -> None:
    """Raises InputError where the file cannot be written."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    save(output, text if text.endswith("\n") else text + "\n")


def save(path: Path, text: str) -> None:
    """Write under a temporary name, then rename, so that no reader meets half a file. Raises InputError."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise InputError("file-unwritable", file=str(path), detail=error.strerror or str(error)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
