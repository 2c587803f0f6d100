"""The report as text, to standard output or a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from deliverkit.cli.inputs import InputError
from deliverkit.model.report import Report


def rendered(
    report: Report, format: str, *, color: bool | None, ascii: bool, to_file: bool, tree: bool = False
) -> str:
    """``color`` None: as the standard output suggests. ``tree``: as for the terminal report."""
    if format == "json":
        from deliverkit.render import json_v1  # noqa: PLC0415

        return json_v1.render(report)
    from deliverkit.render import terminal  # noqa: PLC0415

    on_terminal = not to_file and sys.stdout.isatty()
    if color is None:
        color = on_terminal and not os.environ.get("NO_COLOR")
    encoding = "utf-8" if to_file else (sys.stdout.encoding or "ascii")
    width = shutil.get_terminal_size().columns if on_terminal else None
    ascii = ascii or not _can_draw(encoding)
    return terminal.render(report, width=width, color=color, ascii=ascii, tree=tree)


def _can_draw(encoding: str) -> bool:
    try:
        "✓✗○→—“”│├└".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def write(text: str, format: str, output: Path | None) -> None:
    """``text`` ends in a line feed. Raises InputError where the file cannot be written."""
    if output is not None:
        save(output, text)
    else:
        # RFC 8259 section 8.1: JSON is UTF-8, whatever the terminal is. Colours were decided when rendering.
        click.echo(text.encode() if format == "json" else text, nl=False, color=True)


def save(path: Path, text: str) -> None:
    """Write under a temporary name, then rename, so that no reader meets half a file. Raises InputError."""
    try:
        target = Path(os.path.realpath(path))  # a link stays a link
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")  # a device or a pipe: nothing to put in its place
        else:
            _replace(target, text)
    except OSError as error:
        raise InputError("file-unwritable", path=str(path), detail=error.strerror or str(error)) from None


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
