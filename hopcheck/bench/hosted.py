"""Hosts in containers, started for the clock or put on the scales, in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hopcheck.bench.child import interruptible
from hopcheck.bench.memory import peak, weigh
from hopcheck.topology.awaited import known_to_connector
from hopcheck.topology.choice import choose
from hopcheck.topology.containers.container_host import ContainerHost
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.registration import worker_registered
from hopcheck.topology.settings import CONTAINERS, Settings
from hopcheck.topology.stage import COMPLETE, Stage
from hopcheck.trace import Event, Trace


def started(report: Path, count: str) -> dict[str, float]:
    """Seconds from asking for so many hosts at once until Cloud Connector has recorded each, ``connected``.

    ``cpu`` are processor seconds that a host has had by then; ``stop`` is from then to the end of everything. Of a
    single host also: ``booted`` (systemd's READY), ``watched`` from there until it is configured and its taps are
    attached, and from there ``worker`` (its bus name is owned) and ``rhc`` (as ``connected``).
    """
    with _stage(report, hosts=0) as stage:
        began = time.monotonic_ns()
        hosts = [_machine(host) for host in stage.hosts([""] * int(count))]
        records = [_first(stage.trace, known_to_connector(host.identity)) for host in hosts]
        found = {"connected": (max(record.t for record in records) - began) / 1e9}
        found["cpu"] = sum(processor_s(_stats(host)) for host in hosts) / len(hosts)
        asked = time.monotonic()
        if len(hosts) == 1:
            worker = worker_registered(stage.topology.store, hosts[0].identity)
            found |= parts(began, hosts[0].reached, worker.t, records[0].t)
    return {**found, "stop": time.monotonic() - asked}


def parts(began: int, reached: Mapping[str, int], worker: int, connected: int) -> dict[str, float]:
    """Seconds of a host's start by part, from monotonic nanoseconds."""
    spans = {
        "booted": (began, reached["booted"]),
        "watched": (reached["booted"], reached["watched"]),
        "worker": (reached["watched"], worker),
        "rhc": (reached["watched"], connected),
    }
    return {name: (until - since) / 1e9 for name, (since, until) in spans.items()}


def weighed(report: Path) -> dict[str, Any]:
    """kB of one host, ``idle`` when it is connected and at the ``peak`` of a flow.

    ``charged`` is what the engine's cgroup counts, ``pss`` the proportional set size of the machine's processes.
    """
    with _stage(report, hosts=1) as stage:
        (host,) = map(_machine, stage.topology.hosts.values())

        def charged() -> dict[str, int]:
            return {"charged": charged_kb(_stats(host))}

        def processes() -> dict[str, int]:
            return {"pss": sum(weigh(host.machine.pid, {}).values())}

        idle = charged() | processes()
        store = stage.topology.store
        with peak(store, charged) as most_charged, peak(store, processes) as heaviest:
            stage.play(COMPLETE)
    return {
        "idle": idle,
        "peak": most_charged.heaviest | heaviest.heaviest,
        "samples": min(most_charged.samples, heaviest.samples),
    }


def charged_kb(stats: Mapping[str, Any]) -> int:
    """What a container's processes are charged for, without file pages that nobody misses, on cgroup v1 and v2."""
    memory = stats["memory_stats"]
    counted = memory["stats"]
    # Version 1 counts a cgroup's children in fields of their own, version 2 in all.
    idle = counted["total_inactive_file"] if "total_inactive_file" in counted else counted["inactive_file"]
    return int(memory["usage"] - idle) // 1024


def processor_s(stats: Mapping[str, Any]) -> float:
    """Processor seconds that a container has had."""
    return float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9


def _stage(report: Path, hosts: int) -> Stage:
    settings = Settings(report, hosts=hosts)
    return Stage(settings, runtime=choose(CONTAINERS, settings).runtime)


def _machine(host: object) -> ContainerHost:
    assert isinstance(host, ContainerHost), "only machines are measured here"
    return host


def _stats(host: ContainerHost) -> Any:
    # One reading: without it the engine takes a second one a second later, to tell a rate.
    return Engine.connect().client.api.stats(host.machine.name, stream=False, one_shot=True)


def _first(trace: Trace, matches: Callable[[Event], bool]) -> Event:
    return next(event for event in trace if matches(event))


def main(arguments: list[str]) -> None:
    """``started DIRECTORY COUNT`` or ``weighed DIRECTORY``; prints what was measured as JSON."""
    what, report, *more = arguments
    interruptible()
    parts: dict[str, Callable[..., dict[str, Any]]] = {"started": started, "weighed": weighed}
    print(json.dumps(parts[what](Path(report), *more)))


if __name__ == "__main__":
    main(sys.argv[1:])
