"""A stored trace judged as ``hopcheck judge`` does it: read, every check, every clause, every run."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time

from hopcheck.bench import CONTRACTS
from hopcheck.checks.judge import Judge
from hopcheck.trace import load


@dataclass(frozen=True, slots=True)
class Judged:
    """Seconds by the clock to ``read`` and to ``judge`` so many ``events``, and of a processor for both."""

    events: int
    runs: int
    read: float
    judge: float
    processor: float


class Rejected(RuntimeError):
    """The trace does not pass, so its time says nothing."""


def measure(path: Path) -> Judged:
    """Contracts are compiled before the clock starts. Raises `Rejected`, ValueError."""
    judge = Judge(CONTRACTS)
    began, busy = perf_counter(), process_time()
    trace = load(path)
    read = perf_counter()
    verdict = judge.judge(trace)
    done, spent = perf_counter(), process_time() - busy
    if verdict.verdict != "pass":
        told = "; ".join(f"{each.expected}, not {each.got}" for each in verdict.findings[:5])
        raise Rejected(f"{path} is judged {verdict.verdict}: {told}")
    return Judged(len(trace), len(verdict.runs), read - began, done - read, spent)


def main(arguments: list[str]) -> None:
    """``TRACE``; prints `Judged` as JSON."""
    print(json.dumps(asdict(measure(Path(arguments[0])))))


if __name__ == "__main__":
    main(sys.argv[1:])
