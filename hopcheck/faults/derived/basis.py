"""The one complete run that arrows are altered in: cut out of a trace, and no longer than it must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hopcheck.checks.attribution import attribute
from hopcheck.checks.contracts import upload_parts
from hopcheck.checks.history import History
from hopcheck.checks.instance import Instance, Pass
from hopcheck.checks.judge import Judge
from hopcheck.checks.sightings import Shown, sightings
from hopcheck.faults.derived.messages import TraceError
from hopcheck.trace import Event, Trace

KEPT_PASSES = 2
"""How many passes of the status loop stay at each end: they are all alike, and most of a run."""


@dataclass(frozen=True)
class Basis:
    """``shown`` are the run's occurrences of arrows, ``left_out`` how many passes of the status loop were taken out."""

    events: list[Event]
    history: History
    instance: Instance
    shown: list[Shown]
    left_out: int


def basis(judge: Judge, trace: Trace) -> Basis:
    """The first run of a trace. Raises `TraceError` where that is not one complete run without a finding."""
    events = _first_run(trace)
    whole = _read(judge, events, 0)
    middle = list(_middle(whole))
    dropped = {e.seq for each in middle for exchange in (each.poll, *each.asks) for e in exchange.events}
    found = _read(judge, [event for event in events if event.seq not in dropped], len(middle))
    verdict = judge.judge(Trace(found.events))
    if (outcome := verdict.runs[0].outcome) != "complete":
        raise TraceError(f"its first run is {outcome}, and only a complete one has all arrows")
    if verdict.findings:
        told = "; ".join(f"{each.kind}: {each.got}" for each in verdict.findings[:3])
        raise TraceError(f"its first run has findings: {told}")
    return found


def _middle(whole: Basis) -> Iterator[Pass]:
    """The passes of the status loop that are neither among the first nor the last ones that ask for the same."""
    alike: dict[str | None, list[Pass]] = defaultdict(list)
    for each in whole.instance.run.passes if whole.instance.run is not None else ():
        alike[whole.history.name(each.poll.asked)].append(each)
    for passes in alike.values():
        yield from passes[KEPT_PASSES:-KEPT_PASSES]


def numbered(events: Iterable[Event]) -> list[Event]:
    """The events as a trace has them: counted from 1."""
    return [event if event.seq == seq else replace(event, seq=seq) for seq, event in enumerate(events, 1)]


def _first_run(trace: Trace) -> list[Event]:
    """Everything up to the second expectation, and the entry that the kit closed the trace."""
    expected = [event.seq for event in trace if event.protocol == "kit" and event.op == "expect"]
    if not expected:
        raise TraceError("no run was expected in it")
    end = expected[1] if len(expected) > 1 else len(trace) + 1
    closed = [event for event in trace if event.protocol == "kit" and event.op == "closed" and event.seq > end]
    return numbered([*(event for event in trace if event.seq < end), *closed[-1:]])


def _read(judge: Judge, events: Iterable[Event], left_out: int) -> Basis:
    trace = Trace(numbered(events))
    names, _, _ = judge.check(trace)
    history = History(trace, names, judge.hops, upload_parts)
    instances = attribute(history).instances
    if len(instances) != 1:
        raise TraceError(f"{len(instances)} runs where one is needed")
    return Basis(list(trace.events), history, instances[0], sightings(history, instances[0]), left_out)
