"""One flow, played for the clock or for the scales, in a process of its own: the kit as a run has it."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from hopcheck.bench import CONTRACTS
from hopcheck.bench.ansible import Call, bare, spans
from hopcheck.bench.child import interruptible
from hopcheck.bench.memory import peak, weigh
from hopcheck.checks.judge import judge
from hopcheck.topology.choice import choose
from hopcheck.topology.settings import PROCESS, Settings
from hopcheck.topology.stage import COMPLETE, Stage
from hopcheck.trace import Event, Trace

VERIFICATION, RUNNER, COLLECTION = (
    "rhc-worker-playbook>insights-client",
    "rhc-worker-playbook>ansible-runner",
    "ansible-runner>insights-client",
)


class NotMeasured(RuntimeError):
    """What was played is not what is to be measured; the text says why."""


def timed(report: Path, runtime: str = PROCESS) -> dict[str, float]:
    """Seconds: ``ready``, ``flow`` and its parts, ``stop``. Raises `NotMeasured` unless the flow's verdict is pass."""
    settings = Settings(report)
    with Stage(settings, runtime=choose(runtime, settings).runtime) as stage:
        stage.play(COMPLETE)
        played = time.monotonic()
    stop = time.monotonic() - played
    verdict = judge(stage.trace, CONTRACTS)
    timing = verdict.timing
    ready, flow = timing["ready_s"], timing["flow_s"]
    if verdict.verdict != "pass" or ready is None or flow is None:
        raise NotMeasured(
            f"the flow that was timed is judged {verdict.verdict}: "
            + "; ".join(f"{f.expected}, not {f.got}" for f in verdict.findings[:5])
        )
    parts = spans(stage.trace)
    return {
        "ready": ready,
        "flow": flow,
        "stop": stop,
        "before": before(stage.trace),
        "verify": parts[VERIFICATION],
        "runner": parts[RUNNER],
        "collect": parts[COLLECTION],
    }


def before(trace: Trace) -> float:
    """Seconds from the press of Execute to the first sign of the worker: its verifier."""
    press = trace.where(protocol="kit", op="stimulus")[0]
    return (_spawn(trace, VERIFICATION).t - press.t) / 1e9


def weighed(report: Path) -> dict[str, Any]:
    """kB by role, ``idle`` and at the ``peak`` of a flow, and seconds of a ``bare`` run of the same playbook."""
    with Stage(Settings(report)) as stage:

        def sample() -> dict[str, int]:
            return weigh(os.getpid(), {p.pid: p.role for p in tuple(stage.topology.processes.values())})

        idle = sample()
        with peak(stage.topology.store, sample) as heaviest:
            stage.play(COMPLETE)
        took = bare(stage, Call.seen(_spawn(stage.trace, RUNNER)))
    return {"idle": idle, "peak": heaviest.heaviest, "samples": heaviest.samples, "bare": took}


def _spawn(trace: Trace, edge: str) -> Event:
    return trace.where(protocol="process", op="spawn", edge=edge)[0]


def main(arguments: list[str]) -> None:
    """``timed DIRECTORY [RUNTIME]`` or ``weighed DIRECTORY``; prints what was measured as JSON."""
    what, report, *more = arguments
    interruptible()
    print(json.dumps({"timed": timed, "weighed": weighed}[what](Path(report), *more)))


if __name__ == "__main__":
    main(sys.argv[1:])
