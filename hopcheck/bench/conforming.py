"""How long ``hopcheck conform`` takes: one role, all of them, and all of them two at a time."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hopcheck.bench.series import Series
from hopcheck.bench.table import Row, render
from hopcheck.conform.command import ALL
from hopcheck.python import module

TIMEOUT_S = 900.0


class NotConformant(RuntimeError):
    """A stand-in did not pass, so that its time says nothing; the text has what was printed."""


def measure(runs: int) -> int:
    """Take all figures ``runs`` times, print them; 0, or 2 and 3 as the command's help says."""
    if runs < 1:
        print("hopcheck: --runs must be at least 1", file=sys.stderr)
        return 2
    taken: list[tuple[float, float, float]] = []
    try:
        for number in range(1, runs + 1):
            print(f"hopcheck: round {number} of {runs}", file=sys.stderr, flush=True)
            taken.append((timed("ingress"), timed(ALL), timed(ALL, "-n", "2")))
    except (NotConformant, OSError, subprocess.TimeoutExpired) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    print("\n".join(report(taken)))
    return 0


def report(taken: Sequence[tuple[float, float, float]]) -> list[str]:
    """The table of what was taken: seconds of ingress, of all roles one at a time, and two at a time."""
    ingress, one, two = (Series.of(column) for column in zip(*taken, strict=True))
    title = f"hopcheck conform, stand-ins, {os.cpu_count()} processors, {platform.machine()}, {len(taken)} rounds"
    return render(
        title,
        [
            Row("conform ingress", ingress, "s", 1, "below 20"),
            Row("conform all", one, "s", 1, "below 240"),
            Row("conform all -n 2", two, "s", 1),
            Row("-n 1 over -n 2", one.over(two), "", 2, "at least 1.6"),
        ],
    )


def timed(*arguments: str) -> float:
    """Seconds of a whole command, from its start to its end. Raises `NotConformant` where it did not pass."""
    with tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as place:
        argv = module("hopcheck.cli", "conform", *arguments, f"--report={Path(place) / 'report'}")
        began = time.monotonic()
        done = subprocess.run(argv, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        took = time.monotonic() - began
    if done.returncode != 0:
        raise NotConformant(f"conform {' '.join(arguments)} ended with {done.returncode}\n{done.stdout[-4000:]}")
    return took
