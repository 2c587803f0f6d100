"""Draws docs/audit.svg: what `deliverkit audit broken.example --lab` really prints, to the end of the plan."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 90
COMMAND = ["deliverkit", "audit", "broken.example", "--lab", "--color"]


def main() -> None:
    here = Path(__file__).parent
    done = subprocess.run(
        [str(Path(sys.executable).parent / COMMAND[0]), *COMMAND[1:]],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"},
    )
    if done.returncode != 1:
        raise SystemExit(f"the broken stream should have findings: {done.stderr}")
    lines = done.stdout.splitlines()
    end = next(i for i, line in enumerate(lines) if i and "The findings" in line)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ deliverkit audit broken.example --lab\n\n" + "\n".join(lines[:end])))
    console.save_svg(str(here / "audit.svg"), title="deliverkit")


if __name__ == "__main__":
    main()
