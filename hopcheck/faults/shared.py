"""Faults that share a topology: each on a host of its own, or as the next program of the one role that is wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

from hopcheck.checks.verdict import Finding
from hopcheck.faults.catalogue import Caught, Fault, caught
from hopcheck.faults.telling import patience, tell, the_judge, wrong
from hopcheck.generated.runs.moment import hold
from hopcheck.generated.runs.play import holding
from hopcheck.report.diagnosis import diagnose
from hopcheck.topology.host import HOST_ROLES, Wishes
from hopcheck.topology.profile import PRESENT, of_generation
from hopcheck.topology.scene import Scene
from hopcheck.topology.settings import QUICK, ROLES, Settings, scope
from hopcheck.topology.stage import Stage, StartError
from hopcheck.trace import Event, Trace, TraceTimeout, load

BEGINS = "fault begins"
TOGETHER = 25
"""How many faults share a topology at most."""


def parts(faults: Sequence[Fault]) -> Iterator[list[Fault]]:
    """The faults that may share a topology: those of hosts of one generation, and those of one server role that need as
    much of it.

    One that shows only on a fresh topology has its own.
    """

    def kind(fault: Fault) -> tuple[bool, str, str]:
        return fault.case is not None, "" if fault.role in HOST_ROLES else fault.role, fault.generation

    yield from ([fault] for fault in faults if fault.fresh)
    for _, group in groupby(sorted((fault for fault in faults if not fault.fresh), key=kind), key=kind):
        alike = list(group)
        yield from (alike[at : at + TOGETHER] for at in range(0, len(alike), TOGETHER))


def play_together(faults: Sequence[Fault], report_dir: Path) -> list[Caught]:
    """Play the faults one after the other, judge each topology's one trace, and give each fault its findings.

    After one that could not be played to its end the rest gets a new topology. Traces and logs go to
    ``report_dir/<first fault>`` of each.
    """
    found: list[Caught] = []
    left = list(faults)
    while left:
        played = _on_one(left, report_dir / left[0].id)
        found += played
        left = left[len(played) :]
    return found


def _on_one(faults: Sequence[Fault], report: Path) -> list[Caught]:
    """The first of the faults, up to one with trouble."""
    needed = {role for fault in faults for role in (ROLES if fault.case is None else scope(fault.role))}
    first = faults[0]
    settings = Settings(
        report=report,
        hosts=0,
        commands={**QUICK, first.role: wrong(first)} if first.fresh else QUICK,
        roles=tuple(role for role in ROLES if role in needed),
        generation="" if first.generation == PRESENT else first.generation,
        profiles=of_generation(first.generation),
    )
    seconds: dict[str, float] = {}
    trouble = None
    try:
        with Stage(settings) as stage:
            for fault in faults:
                began = time.monotonic()
                try:
                    _play(stage, fault)
                finally:
                    seconds[fault.id] = time.monotonic() - began
    except (TraceTimeout, StartError) as error:
        trouble = str(error).splitlines()[0]
    played = list(seconds) or [faults[0].id]
    trace = load(report / "trace.jsonl")
    share = Shares(trace)
    judge = the_judge()
    verdict = judge.judge(trace)
    findings: dict[str | None, list[Finding]] = {}
    for finding in verdict.findings:
        findings.setdefault(share.of(finding), []).append(finding)
    # What nobody's time explains counts against each of them, so that it is not lost.
    nobodys = findings.get(None, [])
    done = faults[: len(played)]
    found = []
    for each in done:
        own = (*findings.get(each.id, []), *nobodys)
        alone = replace(verdict, findings=own)
        found.append(
            caught(
                each,
                own,
                seconds.get(each.id, 0.0),
                trouble if each is done[-1] else None,
                diagnose(alone, share.part(each.id), judge.of(first.generation).catalogue, report),
            )
        )
    return found


def _play(stage: Stage, fault: Fault) -> None:
    topology = stage.topology
    there = set(topology.hosts)
    stage.trace.heal()
    # A plan is for one host: the one that was enlisted for it.
    topology.settings = replace(topology.settings, hosts=1, timeout_s=patience(stage, fault))
    commands = {fault.role: wrong(fault)} if fault.role in HOST_ROLES else {}
    next_program = not commands and not fault.fresh
    if next_program:
        # What the one before does at its end is still its own.
        stage.call(topology.processes[fault.role].stop())
    topology.tell(BEGINS, fault=fault.id)
    if next_program:
        stage.restart(fault.role, wrong(fault))
    if fault.case is None:
        stage.enlist(Wishes(commands=commands))
        with holding(stage, [hold(each) for each in fault.holds], the_judge()):
            tell(stage, fault)
    else:
        with closing(Scene(stage, commands)) as scene:
            scene.play([the_judge().cases.by_id[fault.case]])
    stage.dismiss([host for name, host in topology.hosts.items() if name not in there])


class Shares:
    """Whose a finding is: its run is called by the fault, its host was new then, or its event was seen in that time."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        marks = [event for event in trace if event.protocol == "kit" and event.op == BEGINS]
        self._names = [str(mark.attrs["fault"]) for mark in marks]
        # Nothing was wrong with those who came up before the first, unless it is the first one's own.
        ends = [0, *(mark.seq for mark in marks[1:]), len(trace) + 1]
        self._spans = list(zip(self._names, pairwise(ends), strict=bool(marks)))
        self._hosts: dict[str, str] = {}
        for event in trace:
            if event.host is not None and (name := self._at(event)) is not None:
                self._hosts.setdefault(event.host, name)

    def of(self, finding: Finding) -> str | None:
        """The fault's id; None for what nobody's time explains."""
        if finding.run in self._names:
            return finding.run
        if finding.host in self._hosts:
            return self._hosts[finding.host]
        return None if finding.event is None else self._at(finding.event)

    def part(self, name: str) -> Trace:
        """What was seen in the fault's time; all of the trace where that is not known."""
        span = next((span for each, span in self._spans if each == name), None)
        return self._trace if span is None else Trace([each for each in self._trace if span[0] <= each.seq < span[1]])

    def _at(self, event: Event | int) -> str | None:
        seq = event if isinstance(event, int) else event.seq
        return next((name for name, (start, end) in self._spans if start <= seq < end), None)
