"""Everything that ``hopcheck bench containers`` prints, round by round and then as tables with the aims beside."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hopcheck.bench.child import ChildError, run
from hopcheck.bench.series import Series
from hopcheck.bench.table import Row, render
from hopcheck.images import ImageError, ensure
from hopcheck.topology.containers.engine import Engine, EngineError
from hopcheck.topology.settings import CONTAINERS, PROCESS
from hopcheck.topology.sweep import sweep

HOSTED, PLAYED, BUILT = "hopcheck.bench.hosted", "hopcheck.bench.played", "hopcheck.bench.built"
SEVERAL = 3
# A build of everything fetches a distribution's packages.
COLD_TIMEOUT_S = 1800.0
Figures = Mapping[str, Any]


@dataclass(slots=True)
class Rounds:
    """What was taken, one entry a round; ``cold`` has at most one."""

    cold: list[Figures] = field(default_factory=list)
    built: list[Figures] = field(default_factory=list)
    one: list[Figures] = field(default_factory=list)
    several: list[Figures] = field(default_factory=list)
    flows: dict[str, list[Figures]] = field(default_factory=lambda: {CONTAINERS: [], PROCESS: []})
    weighed: list[Figures] = field(default_factory=list)


def measure(runs: int, *, cold: bool) -> int:
    """Take all figures ``runs`` times, print them; 0, or 2 and 3 as the command's help says."""
    if runs < 1:
        print("hopcheck: --runs must be at least 1", file=sys.stderr)
        return 2
    try:
        engine = Engine.connect()
        for left in sweep():
            _progress(f"removed {left}, left by a run that was killed")
        rounds = Rounds()
        if cold:
            _progress("building everything anew, which takes minutes")
            rounds.cold.append(run(BUILT, "anew", timeout=COLD_TIMEOUT_S))
        ensure(engine.client, progress=_progress)
        for number in range(1, runs + 1):
            _round(rounds, number, runs)
    except (ChildError, EngineError, ImageError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    print("\n".join(report(str(engine), rounds)))
    return 0


def _round(rounds: Rounds, number: int, runs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as directory:
        rounds.built.append(built := run(BUILT, "layer", f"{directory}/overlay"))
        rounds.one.append(one := run(HOSTED, "started", f"{directory}/one", "1"))
        # Whoever comes first in one round comes last in the next.
        for runtime in (CONTAINERS, PROCESS)[:: 1 if number % 2 else -1]:
            rounds.flows[runtime].append(run(PLAYED, "timed", f"{directory}/{runtime}", runtime))
        rounds.several.append(several := run(HOSTED, "started", f"{directory}/several", str(SEVERAL)))
        rounds.weighed.append(weighed := run(HOSTED, "weighed", f"{directory}/weighed"))
    flow = {runtime: flows[-1]["flow"] for runtime, flows in rounds.flows.items()}
    _progress(
        f"containers, round {number} of {runs}: layer {built['layer_cold']:.2f} s, host {one['connected']:.2f} s, "
        f"{SEVERAL} hosts {several['connected']:.2f} s, flow {flow[CONTAINERS]:.2f} s beside {flow[PROCESS]:.2f} s, "
        f"memory {weighed['peak']['charged'] / 1024:.0f} MB at its peak ({weighed['samples']} samples)"
    )


def _progress(line: str) -> None:
    print(f"hopcheck bench: {line}", file=sys.stderr, flush=True)


def report(engine: str, rounds: Rounds) -> list[str]:
    """The lines to print."""
    lines = [
        f"{len(rounds.one)} rounds on {os.cpu_count()} processors, {engine}, Python {platform.python_version()}",
        "",
        *render("Images, seconds", _images(rounds)),
    ]
    if not rounds.cold:
        lines.append("  everything anew: not measured, it takes minutes; --cold builds it once")
    return [
        *lines,
        "",
        *render("Hosts, seconds", _hosts(rounds)),
        "",
        *render("Main flow, seconds", _flows(rounds)),
        "",
        *render("Memory of a host, MB", _memory(rounds)),
    ]


def _rows(taken: list[Figures], labels: Mapping[str, tuple[str, str]]) -> list[Row]:
    """A row of seconds for each label and aim, by the figure's name."""
    return [Row(label, Series.of(each[name] for each in taken), "s", aim=aim) for name, (label, aim) in labels.items()]


def _images(rounds: Rounds) -> list[Row]:
    anew = _rows(rounds.cold, {"cold": ("host image, everything anew (once)", "")}) if rounds.cold else []
    return anew + _rows(
        rounds.built,
        {
            "warm": ("host image, there already", ""),
            "layer_cold": ("the kit's last layer, built", ""),
            "layer_warm": ("the kit's last layer, there already", ""),
        },
    )


def _hosts(rounds: Rounds) -> list[Row]:
    return [
        *_rows(
            rounds.one,
            {
                "connected": ("one host, start to connected", "under 2 s"),
                "booted": ("  engine's start to systemd's READY", ""),
                "watched": ("  configured, taps attached", ""),
                "worker": ("  from there to the worker's name owned", ""),
                "rhc": ("  from there to rhc connected", ""),
                "cpu": ("its processor time until connected", ""),
                "stop": ("stop", ""),
            },
        ),
        *_rows(
            rounds.several,
            {
                "connected": (f"{SEVERAL} hosts side by side, all connected", "under 4 s"),
                "cpu": ("processor time of each until connected", ""),
                "stop": ("stop", ""),
            },
        ),
    ]


def _flows(rounds: Rounds) -> list[Row]:
    def series(runtime: str, name: str) -> Series:
        return Series.of(each[name] for each in rounds.flows[runtime])

    labels = {
        "flow": "press to terminal status in the UI",
        "runner": "  ansible-runner",
        "ready": "ready",
        "stop": "stop",
    }
    rows = [
        Row(f"{label}: {where}", series(runtime, name), "s")
        for name, label in labels.items()
        for runtime, where in ((CONTAINERS, "containers"), (PROCESS, "processes"))
    ]
    ratio = series(CONTAINERS, "flow").over(series(PROCESS, "flow"))
    return [*rows, Row("flow in containers / beside the kit", ratio, "x", aim="at most 1.3")]


def _memory(rounds: Rounds) -> list[Row]:
    def row(label: str, value: Callable[[Figures], float]) -> Row:
        return Row(label, Series.of(value(each) / 1024 for each in rounds.weighed), "MB", 1)

    return [
        row("idle, its cgroup without inactive files", lambda each: each["idle"]["charged"]),
        row("idle, its processes' proportional set size", lambda each: each["idle"]["pss"]),
        row("peak with Ansible, its cgroup", lambda each: each["peak"]["charged"]),
        row("peak, its processes' proportional set size", lambda each: each["peak"]["pss"]),
    ]
