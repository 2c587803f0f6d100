"""Medians of whole processes and of coroutines."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 9
DELIVERKIT = str(Path(sys.executable).parent / "deliverkit")


def process(command: Sequence[str], expect: Sequence[int] = (0,)) -> float:
    """Wall seconds of one run, output thrown away."""
    begin = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode not in expect:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode()}")
    return seconds


def line(name: str, seconds: Sequence[float], note: str = "") -> str:
    least, middle, most = min(seconds), statistics.median(seconds), max(seconds)
    return (
        f"{name:<46} median {middle * 1000:7.1f} ms   (min {least * 1000:.1f}, max {most * 1000:.1f})  {note}"
    )
