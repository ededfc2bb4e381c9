"""How fast the messages of each contract kind are judged: named, paired with their request and validated."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter_ns, process_time

from hopcheck.bench import CONTRACTS
from hopcheck.bench.load import percentile
from hopcheck.checks.contracts import Checker, Contracts, upload_parts
from hopcheck.trace import Event, load
from hopcheck.trace.uncollected import uncollected

LINES = "job event lines in uploads: JSON Schema"
KINDS = {
    "http": "HTTP: OpenAPI",
    "mqtt": "MQTT: AsyncAPI",
    "kafka": "Kafka: AsyncAPI",
    "dbus": "D-Bus: introspection XML, JSON Schema",
    "process": "process: commands, JSON Schema",
    LINES: LINES,
}
_JSONL = ".playbook"


@dataclass(frozen=True, slots=True)
class Rate:
    """``messages`` (of uploads: lines) judged in ``seconds`` of one processor; microseconds of one event's check."""

    messages: int
    seconds: float
    p50_us: float
    p99_us: float

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


def by_kind(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The events of each kind in order; requests that upload job events stand apart from other HTTP."""
    found: dict[str, list[Event]] = {kind: [] for kind in KINDS}
    for event in events:
        if event.protocol in found:
            found[LINES if _lines(event) else event.protocol].append(event)
    return found


def _lines(event: Event) -> int:
    """How many lines of job events a request uploads."""
    if event.protocol != "http" or event.op != "request":
        return 0
    return sum(part.data.count(b"\n") for part in upload_parts(event) if _JSONL in (part.content_type or ""))


@uncollected()
def measure(path: Path, contracts: Contracts) -> dict[str, Rate]:
    """Judge each kind's events of a stored trace alone. What is read from a payload is read here, nothing is cached.

    A run's store makes collections of garbage rare; one here would fall on whichever kind is at hand.
    """
    rates = {}
    for kind, events in by_kind(load(path)).items():
        if not events:
            continue
        check, taken = Checker(contracts).check, []
        began = process_time()
        for event in events:
            at = perf_counter_ns()
            check(event)
            taken.append(perf_counter_ns() - at)
        seconds = process_time() - began
        messages = sum(map(_lines, events)) if kind == LINES else len(events)
        taken.sort()
        rates[kind] = Rate(messages, seconds, percentile(taken, 50) / 1000, percentile(taken, 99) / 1000)
    return rates


def main(arguments: list[str]) -> None:
    """``TRACE``; prints a `Rate` for each kind as JSON."""
    contracts, path = Contracts.load(CONTRACTS), Path(arguments[0])
    measure(path, contracts)  # the first pass fills the caches that a run has after its first second
    print(json.dumps({kind: asdict(rate) for kind, rate in measure(path, contracts).items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
