"""Everything that ``hopcheck bench flow`` prints, round by round and then as a table."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hopcheck.bench import exchange, tap
from hopcheck.bench.child import ChildError, run
from hopcheck.bench.mitm import MITM
from hopcheck.bench.prism import PRISM
from hopcheck.bench.proxy import ProxyError
from hopcheck.bench.series import Series
from hopcheck.bench.table import Row, render

PLAYED = "hopcheck.bench.played"
_TIMES = {
    "ready": "time to ready",
    "flow": "main flow: press to terminal status in the UI",
    "before": "  press to the worker's verifier",
    "verify": "  verification",
    "runner": "  ansible-runner",
    "collect": "    of it insights-client",
    "stop": "stop",
    "bare": "bare ansible-runner, same playbook",
}


def measure(runs: int, prism: Path | None) -> int:
    """Take all figures ``runs`` times, print them; 0, or 2 and 3 as the command's help says."""
    if runs < 1:
        print("hopcheck: --runs must be at least 1", file=sys.stderr)
        return 2
    try:
        timed, weighed = _played(runs)
        figures = tap.measure(runs, {PRISM: prism}, progress)
    except (ChildError, ProxyError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    print("\n".join(report(timed, weighed, figures)))
    return 0


def _played(runs: int) -> tuple[list[dict[str, float]], list[dict[str, Any]]]:
    timed, weighed = [], []
    for number in range(1, runs + 1):
        with tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as directory:
            timed.append(one := run(PLAYED, "timed", f"{directory}/timed"))
            weighed.append(other := run(PLAYED, "weighed", f"{directory}/weighed"))
        progress(
            f"flow, round {number} of {runs}: ready {one['ready']:.2f} s, flow {one['flow']:.2f} s, "
            f"stop {one['stop']:.2f} s, bare ansible-runner {other['bare']:.2f} s, "
            f"memory {sum(other['peak'].values()) / 1024:.0f} MB at its peak ({other['samples']} samples)"
        )
    return timed, weighed


def progress(line: str) -> None:
    """Say how far it is, beside what is printed at the end."""
    print(f"hopcheck bench: {line}", file=sys.stderr, flush=True)


def report(
    timed: Sequence[Mapping[str, float]], weighed: Sequence[Mapping[str, Any]], figures: tap.Figures
) -> list[str]:
    """The lines to print; the three arguments hold one entry a round."""
    return [
        f"{len(timed)} rounds on {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"ansible-core {version('ansible-core')}, ansible-runner {version('ansible-runner')}",
        "",
        *render("Time, seconds", _times(timed, weighed)),
        "",
        *render("Memory, proportional set size, MB", _memory(weighed)),
        "",
        *tapped(figures),
    ]


def _times(timed: Sequence[Mapping[str, float]], weighed: Sequence[Mapping[str, Any]]) -> list[Row]:
    series = {name: Series.of(each[name] for each in timed) for name in timed[0]}
    series["bare"] = Series.of(each["bare"] for each in weighed)
    rows = [Row(label, series[name], "s") for name, label in _TIMES.items()]
    return [*rows, Row("flow / bare", series["flow"].over(series["bare"]), "x")]


def _memory(weighed: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows = []
    for when in ("idle", "peak"):
        names = dict.fromkeys(name for each in weighed for name in each[when])
        rows.append(Row(f"{when}: sum", Series.of(sum(each[when].values()) / 1024 for each in weighed), "MB", 0))
        rows += [
            Row(f"  {name}", Series.of(each[when].get(name, 0) / 1024 for each in weighed), "MB", 1) for name in names
        ]
    return rows


def tapped(figures: tap.Figures) -> list[str]:
    """The lines about the HTTP tap and whom it was compared with."""
    return [
        *render(f"HTTP tap: GET {exchange.OPERATION}, {len(exchange.body()):,} bytes of JSON", _tap(figures)),
        f"  {figures.judged:,} exchanges checked = written = requested; one broken exchange a run was found each time",
    ]


def _tap(figures: tap.Figures) -> list[Row]:
    rows = []
    for connections in tap.CONNECTIONS:
        for way in figures.ways:
            label = f"{way}, {connections} connection{'s' * (connections > 1)}"
            rows += [
                Row(label, figures.series(way, connections, "rate"), "/s", 0),
                Row("  median latency", figures.series(way, connections, "p50_us"), "us", 0),
                Row("  99th percentile", figures.series(way, connections, "p99_us"), "us", 0),
            ]
    rows.append(Row("the checked tap adds to the median", figures.added_us(), "us", 0, "under 500"))
    for way, name, aim in ((PRISM, "Prism", "at least 8"), (MITM, "mitmproxy", "")):
        if way in figures.ways:
            rows += [
                Row(
                    f"checked tap / {name}, {n} connection{'s' * (n > 1)}",
                    figures.series(tap.CHECK, n, "rate").over(figures.series(way, n, "rate")),
                    "x",
                    1,
                    aim,
                )
                for n in tap.CONNECTIONS
            ]
    return rows
