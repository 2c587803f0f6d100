"""A sheet of text for a terminal: wrapped paragraphs with hanging labels, in colour or not.

The last door before the output: whatever reaches it is made visible once more, so a value that nobody cleaned
still cannot steer a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text

from deliverkit.render._wrap import NARROWEST, cells, wrap
from deliverkit.texts.clean import to_ascii, visible

WIDEST = 120  # cells; longer lines are hard to read
_DEEPEST = 7  # levels of a tree that are set in; more leave no room for text

# The word stands beside the glyph wherever one is used.
_GLYPHS = {
    "error": ("✗", "x", "bold red"),
    "warning": ("!", "!", "bold yellow"),
    "note": ("·", "-", "cyan"),
    "unknown": ("?", "?", "bold magenta"),
    "skipped": ("○", "o", "dim"),
    "pass": ("✓", "+", "bold green"),
}


class Sheet:
    """``width`` in cells. ``ascii``: nothing but ASCII is drawn."""

    def __init__(self, width: int, *, color: bool, ascii: bool) -> None:
        self._width = max(NARROWEST, min(width, WIDEST))
        self._color = color
        self._ascii = ascii
        self._lines: list[Text] = []

    def put(
        self,
        text: str,
        *,
        lead: str = "",
        indent: int = 0,
        hang: int = 0,
        style: str = "",
        lead_style: str = "",
    ) -> None:
        """A paragraph. ``lead`` stands before it in the first line; all lines begin ``hang`` cells after ``indent``."""
        lead = self._tame(lead)
        hang = max(hang, cells(lead) + 1 if lead else 0)
        for number, line in enumerate(wrap(self._tame(text), self._width - indent - hang) or [""]):
            start = lead if number == 0 else ""
            gap = " " * (hang - cells(start))
            self._lines.append(Text.assemble(" " * indent, (start, lead_style), gap, (line, style)))

    def marked(self, kind: str, text: str, *, word: str = "", indent: int = 0, style: str = "") -> None:
        """A paragraph after a glyph: ``kind`` is a severity in lower case, unknown, skipped or pass."""
        drawn, plain, glyph_style = _GLYPHS[kind]
        glyph = plain if self._ascii else drawn
        self.put(text, lead=f"{glyph} {word}".rstrip(), indent=indent, style=style, lead_style=glyph_style)

    def branch(self, kind: str, text: str, *, word: str, above: Sequence[bool], more: bool) -> None:
        """One line of a tree, and its further lines. ``kind`` as in ``marked``, '' for no glyph. ``above``: for each
        level above, whether it goes on below this line; ``more``: whether this one does. What is deeper than
        ``_DEEPEST`` levels stands at the last of them."""
        bar, fork, end = ("|  ", "|- ", "`- ") if self._ascii else ("│  ", "├─ ", "└─ ")
        trunk = "".join(bar if goes_on else " " * 3 for goes_on in above[: _DEEPEST - 1])
        first, rest = (fork, bar) if more else (end, " " * 3)
        drawn, plain, style = _GLYPHS[kind] if kind else ("", "", "")
        sign = f"{plain if self._ascii else drawn} {word} " if kind else ""
        lines = wrap(self._tame(text), self._width - cells(trunk + first) - max(cells(sign), 2))
        for number, line in enumerate(lines or [""]):
            lead = (trunk + first, "dim") if number == 0 else (trunk + rest, "dim")
            self._lines.append(Text.assemble(lead, (sign if number == 0 else "  ", style), line))

    def exact(self, text: str, *, style: str = "") -> None:
        """One line to be copied: never wrapped, indented or shortened."""
        self._lines.append(Text(self._tame(text), style=style))

    def heading(self, text: str) -> None:
        self.blank()
        bar = "-" if self._ascii else "─"
        title = f"{bar * 2} {self._tame(text)} "
        self._lines.append(Text(title + bar * (self._width - cells(title)), style="bold"))

    def blank(self) -> None:
        """An empty line, once."""
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text())

    def text(self) -> str:
        out = StringIO()
        # Size, colours and environment are all given, so that the machine has no say in the report.
        console = Console(
            file=out,
            width=self._width,
            height=100,
            force_terminal=self._color,
            color_system="standard" if self._color else None,
            no_color=not self._color,
            force_jupyter=False,
            legacy_windows=False,
            _environ={},
        )
        for line in self._lines:
            line.rstrip()
            console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
        return out.getvalue()

    def _tame(self, text: str) -> str:
        text = visible(text)
        return to_ascii(text) if self._ascii else text
