"""What ``hopcheck bench checks`` prints: what judging costs, message by message, at the tap, offline, in memory."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hopcheck.bench import growth, stock, tap
from hopcheck.bench.child import ChildError, run
from hopcheck.bench.kinds import KINDS, Rate
from hopcheck.bench.mitm import MITM
from hopcheck.bench.offline import Judged
from hopcheck.bench.prism import PRISM
from hopcheck.bench.proxy import ProxyError
from hopcheck.bench.rounds import progress, tapped
from hopcheck.bench.series import Series
from hopcheck.bench.table import Row, render

STOCK_TIMEOUT_S = 900.0


def measure(runs: int, prism: Path | None, mitmproxy: Path | None, trace: Path | None) -> int:
    """Take all figures ``runs`` times, print them; 0, or 2 and 3 as the command's help says."""
    if runs < 1:
        print("hopcheck: --runs must be at least 1", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as directory:
            if trace is None:
                trace = _stock(Path(directory) / "stock")
            rates, judged = _rounds(runs, trace)
            progress(f"memory: {growth.EVENTS:,} events")
            kb = run("hopcheck.bench.growth", str(trace), str(growth.EVENTS), timeout=STOCK_TIMEOUT_S)
        figures = tap.measure(runs, {PRISM: prism, MITM: mitmproxy}, progress)
    except (ChildError, ProxyError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    print("\n".join(report(rates, judged, kb, figures)))
    return 0


def _stock(directory: Path) -> Path:
    progress(f"playing stories until there are {stock.EVENTS:,} events")
    run("hopcheck.bench.stock", str(directory), str(stock.EVENTS), timeout=STOCK_TIMEOUT_S)
    return directory / "trace.jsonl"


def _rounds(runs: int, trace: Path) -> tuple[list[dict[str, Rate]], list[Judged]]:
    rates, judged = [], []
    for number in range(1, runs + 1):
        found: Mapping[str, Any] = run("hopcheck.bench.kinds", str(trace))
        rates.append({kind: Rate(**rate) for kind, rate in found.items()})
        judged.append(one := Judged(**run("hopcheck.bench.offline", str(trace))))
        progress(
            f"judging, round {number} of {runs}: "
            + ", ".join(f"{kind} {rate.rate:,.0f}/s" for kind, rate in rates[-1].items() if kind in KINDS)
            + f"; {one.events:,} events offline in {one.read + one.judge:.2f} s"
        )
    return rates, judged


def report(
    rates: Sequence[Mapping[str, Rate]], judged: Sequence[Judged], kb: Sequence[int], figures: tap.Figures
) -> list[str]:
    """The lines to print; ``rates`` and ``judged`` hold one entry a round, ``kb`` is the memory as it grew."""
    return [
        f"{len(rates)} rounds on {os.cpu_count()} processors, Python {platform.python_version()}",
        "",
        *render("Messages judged on one processor", _kinds(rates)),
        "",
        *render(
            f"Offline: {judged[0].events:,} events of {judged[0].runs} runs, {stock.EVENTS:,} take", _offline(judged)
        ),
        "",
        *render(f"Memory: {growth.EVENTS:,} events written and judged", _memory(kb)),
        "",
        *tapped(figures),
    ]


def _kinds(rates: Sequence[Mapping[str, Rate]]) -> list[Row]:
    rows = []
    for kind in rates[0]:
        label = f"{KINDS[kind]} ({rates[0][kind].messages:,})"
        rows += [
            Row(label, Series.of(each[kind].rate for each in rates), "/s", 0),
            Row("  added to an event, median", Series.of(each[kind].p50_us for each in rates), "us", 1, "under 500"),
            Row("  99th percentile", Series.of(each[kind].p99_us for each in rates), "us", 1),
        ]
    return rows


def _offline(judged: Sequence[Judged]) -> list[Row]:
    def share(each: Judged) -> float:
        return stock.EVENTS / each.events

    return [
        Row("reading", Series.of(each.read * share(each) for each in judged), "s"),
        Row("judging", Series.of(each.judge * share(each) for each in judged), "s"),
        Row("both", Series.of((each.read + each.judge) * share(each) for each in judged), "s", 2, "under 1"),
        Row("both, time of a processor", Series.of(each.processor * share(each) for each in judged), "s"),
    ]


def _memory(kb: Sequence[int]) -> list[Row]:
    half = len(kb) // 2
    return [
        Row("before the first", Series.of([kb[0] / 1024]), "MB", 0),
        Row("after half of them", Series.of([kb[half] / 1024]), "MB", 0),
        Row("after all", Series.of([kb[-1] / 1024]), "MB", 0),
        Row(
            "growth over the second half",
            Series.of([(kb[-1] - kb[half]) * 1024 / (growth.EVENTS * (len(kb) - 1 - half) / (len(kb) - 1))]),
            "bytes an event",
            0,
            "flat",
        ),
    ]
