"""A trace judged as far as it goes: what would the verdict be, if nothing more came?"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from hopcheck.checks.attribution import attribute
from hopcheck.checks.clause import Clause
from hopcheck.checks.contracts import Checker, upload_parts
from hopcheck.checks.history import History
from hopcheck.checks.instance import Instance
from hopcheck.checks.judge import Judge
from hopcheck.checks.run_verdict import FlowJudge
from hopcheck.checks.sightings import sightings
from hopcheck.checks.verdict import Finding, RunVerdict, Verdict
from hopcheck.live.growing import Growing
from hopcheck.live.state import RunState, State, TraceState, arrow_states, newest, wrong
from hopcheck.trace import Event, Trace


class Played(NamedTuple):
    """A run on a host, as the page knows it, and its judgement."""

    key: str
    instance: Instance
    verdict: RunVerdict


class Evidence(NamedTuple):
    """The events of one arrow, and the clauses that they show, each with its state; none until the trace is closed."""

    events: tuple[Event, ...]
    clauses: tuple[tuple[Clause, str], ...]


class Watched:
    """A trace file that may grow; safe from any thread.

    Contracts are checked once for each message, as it comes; the flow is judged anew each time. Clauses, and whatever
    else only a whole trace can tell, are judged once it is closed.
    """

    def __init__(self, path: Path, make: Callable[[], Judge]) -> None:
        self.path = path
        self._make = make
        self._growing = Growing(path)
        self._lock = threading.Lock()
        self._generation = 0

    @cached_property
    def _judge(self) -> Judge:
        """Made when somebody looks: it takes a second, and most runs are not looked at."""
        return self._make()

    def prepare(self) -> None:
        """Make what judges, unless it is made."""
        with self._lock:
            assert self._judge

    def _forget(self) -> None:
        self._generation = self._growing.generation
        self._checker = Checker(self._judge.contracts)
        self._names: dict[int, str | None] = {}
        self._breaches: list[Finding] = []
        self._times: list[int] = []
        self._verdict: Verdict | None = None

    def state(self, at_ms: int | None = None) -> State:
        """All, or only what had been seen so many milliseconds after the first event. Raises ValueError."""
        with self._lock:
            self._read()
            events = self._until(at_ms)
            history, played = self._play(events)
            closed = bool(history.kit("closed"))
            whole = self._whole() if closed and len(events) == len(self._times) else None
            runs = tuple(self._run(history, each, whole) for each in played)
            return State(self._trace(events, closed, whole, runs), runs)

    def evidence(self, key: str, arrow: int, at_ms: int | None = None) -> Evidence:
        """What showed an arrow of a run. Raises KeyError for an unknown run or arrow, ValueError as `state`."""
        with self._lock:
            self._read()
            history, played = self._play(self._until(at_ms))
            found = {each.key: each.verdict for each in played}[key]
            seqs = {each.number: each.events for each in found.arrows}[arrow]
            return Evidence(tuple(history.at(seq) for seq in seqs), self._clauses(history, set(seqs)))

    def _clauses(self, history: History, seqs: set[int]) -> tuple[tuple[Clause, str], ...]:
        if not history.kit("closed"):
            return ()
        judged = self._whole().clauses.items()
        return tuple((self._judge.catalogue[name], each.state) for name, each in judged if seqs & set(each.evidence))

    def _read(self) -> None:
        self._growing.read()
        if self._growing.generation != self._generation:
            self._forget()
        for event in self._growing.events[len(self._times) :]:
            self._times.append(event.t)
            self._verdict = None
            if event.protocol == "kit":
                continue
            checked = self._checker.check(event)
            self._names[event.seq] = checked.message
            if not event.attrs.get("fault"):
                self._breaches += [self._judge.breach(event, each) for each in checked.breaches]

    def _until(self, at_ms: int | None) -> list[Event]:
        if at_ms is None or not self._times:
            return list(self._growing.events)
        return self._growing.events[: bisect_right(self._times, self._times[0] + at_ms * 1_000_000)]

    def _play(self, events: list[Event]) -> tuple[History, list[Played]]:
        history = History(Trace(events), self._names, self._judge.hops, upload_parts)
        broken = {each.event for each in self._breaches}
        closed = bool(history.kit("closed"))
        named = {seq: seq in broken for seq, name in self._names.items() if name is not None}
        flow = FlowJudge(self._judge.processes, history, named, closed)
        played, times = [], Counter[str]()
        for number, instance in enumerate(attribute(history).instances, 1):
            key = f"{_plan(instance)}/{instance.host}"
            times[key] += 1
            instance.goes_on = not closed
            verdict = flow.run(instance, sightings(history, instance), number)
            played.append(Played(f"{key}/{times[key]}", instance, verdict))
        return history, played

    def _whole(self) -> Verdict:
        if self._verdict is None:
            self._verdict = self._judge.judge(Trace(self._growing.events))
        return self._verdict

    def _run(self, history: History, played: Played, whole: Verdict | None) -> RunState:
        run = played.verdict
        return RunState(
            played.key,
            run.label,
            run.place,
            run.expected,
            run.outcome,
            arrow_states(run, closed=bool(history.kit("closed"))),
            len(run.demanded),
            run.met,
            newest(run),
            _since_press(history, played.instance, max(run.events, default=0)),
            wrong(self._findings(run) if whole is None else whole.of(run), run),
            None if whole is None else "pass" if whole.ok(run) else "fail",
        )

    def _findings(self, run: RunVerdict) -> list[Finding]:
        """Of a run that may go on: its outcome is not told yet."""
        own = [each for each in run.findings if each.kind != "outcome"]
        return own + [each for each in self._breaches if each.event in run.events]

    def _trace(
        self, events: list[Event], closed: bool, whole: Verdict | None, runs: tuple[RunState, ...]
    ) -> TraceState:
        first = self._times[0] if self._times else 0
        return TraceState(
            self._generation,
            len(events),
            len(self._times),
            _ms(events[-1].t - first) if events else 0,
            _ms(self._times[-1] - first) if self._times else 0,
            closed,
            None if whole is None else whole.verdict,
            () if whole is None else wrong(whole.findings),
            tuple(run.key for run in runs),
            closed and self._report_is_there(),
        )

    def _report_is_there(self) -> bool:
        """Whether the page beside the trace is of this very trace: an earlier run's may lie there, too."""
        try:
            return (self.path.parent / "index.html").stat().st_mtime_ns >= self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return False


def _ms(nanoseconds: int) -> int:
    """Rounded up: what is asked for until then has the event itself."""
    return -(-nanoseconds // 1_000_000)


def _plan(instance: Instance) -> str:
    if instance.expectation is not None:
        return instance.expectation.plan
    return instance.run.plan if instance.run is not None else ""


def _since_press(history: History, instance: Instance, seq: int) -> float | None:
    if instance.run is None or not seq:
        return None
    asked = instance.run.execute.asked
    presses = [each.t for each in history.kit("stimulus") if each.seq < asked.seq]
    return round((history.at(seq).t - (presses[-1] if presses else asked.began)) / 1e9, 3)
