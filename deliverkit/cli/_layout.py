"""Lines that fit the terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from deliverkit.render._wrap import cells, wrap

_LEAST = 24  # cells that a last column needs; with fewer it goes below the others
_BELOW = 4


def terminal_width(stream: TextIO | None = None) -> int | None:
    """In cells; None where the stream (standard output, if none is named) is no terminal."""
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None


def row(lead: str, text: str, width: int | None) -> str:
    """The columns of ``lead`` as they are, and ``text`` wrapped beside them; one line where ``width`` is None."""
    if width is None:
        return lead + text
    indent = cells(lead)
    if width - indent >= _LEAST:
        first, *more = wrap(text, width - indent) or [""]
        return "\n".join([lead + first, *(" " * indent + line for line in more)])
    return "\n".join(
        [lead.rstrip(), *(" " * _BELOW + line for line in wrap(text, max(width, _LEAST) - _BELOW))]
    )
