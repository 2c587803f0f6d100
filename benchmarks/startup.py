"""How long the light commands take, in multiples of a bare interpreter."""

from __future__ import annotations

import statistics
import sys

from _timing import DELIVERKIT, RUNS, line, process

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "deliverkit --help": [DELIVERKIT, "--help"],
    "deliverkit explain 941": [DELIVERKIT, "explain", "941"],
    "deliverkit explain spf-missing": [DELIVERKIT, "explain", "spf-missing"],
    "deliverkit checks": [DELIVERKIT, "checks"],
}


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(2 * RUNS + 1):  # in turn, so that a slow moment of the machine hits all of them
        for name, command in COMMANDS.items():
            times[name].append(process(command))
    bare = statistics.median(times["python -c pass"][1:])
    for name, seconds in times.items():
        print(line(name, seconds[1:], f"{statistics.median(seconds[1:]) / bare:.1f} x bare python"))


if __name__ == "__main__":
    main()
