"""Faults of hosts: one correct server side, and for each fault a host of its own that is wrong so."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hopcheck.checks.verdict import Finding
from hopcheck.faults.catalogue import Caught, Fault, caught
from hopcheck.faults.telling import STUCK_S, WHOLE_S, tell, the_judge, wrong
from hopcheck.topology.host import Wishes
from hopcheck.topology.settings import WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage, StartError
from hopcheck.trace import Event, Trace, TraceTimeout, load

BEGINS = "fault begins"


def play_fleet(faults: Sequence[Fault], report_dir: Path) -> list[Caught]:
    """Tell the faults' stories one after the other, judge the one trace of all, and give each fault its findings.

    Traces and logs go to ``report_dir/fleet-<first fault>``.
    """
    report = report_dir / f"fleet-{faults[0].id}"
    settings = Settings(report=report, hosts=0, commands=WITHOUT_ANSIBLE)
    troubles: dict[str, str] = {}
    seconds: dict[str, float] = {}
    try:
        with Stage(settings) as stage:
            for fault in faults:
                began = time.monotonic()
                try:
                    _play(stage, fault)
                except (TraceTimeout, StartError) as error:
                    troubles[fault.id] = str(error).splitlines()[0]
                seconds[fault.id] = time.monotonic() - began
    except (TraceTimeout, StartError) as error:
        troubles |= {fault.id: str(error).splitlines()[0] for fault in faults if fault.id not in seconds}
    trace = load(report / "trace.jsonl")
    share = Shares(trace)
    findings: dict[str | None, list[Finding]] = {}
    for finding in the_judge().judge(trace).findings:
        findings.setdefault(share.of(finding), []).append(finding)
    return [
        caught(fault, findings.get(fault.id, []), seconds.get(fault.id, 0.0), troubles.get(fault.id))
        for fault in faults
    ]


def _play(stage: Stage, fault: Fault) -> None:
    topology = stage.topology
    stage.trace.heal()
    # A plan is for one host: the one that was enlisted for it.
    topology.settings = replace(topology.settings, hosts=1, timeout_s=STUCK_S if fault.stuck else WHOLE_S)
    topology.tell(BEGINS, fault=fault.id)
    stage.enlist(Wishes(commands={fault.role: wrong(fault)}))
    tell(stage, fault)


class Shares:
    """Whose a finding is: its run is called by the fault, its host was new then, or its event was seen in that time."""

    def __init__(self, trace: Trace) -> None:
        marks = [event for event in trace if event.protocol == "kit" and event.op == BEGINS]
        self._trace = trace
        self._names = [str(mark.attrs["fault"]) for mark in marks]
        ends = [*(mark.seq for mark in marks), len(trace) + 1]
        self._spans = list(zip(self._names, pairwise(ends), strict=True))
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

    def _at(self, event: Event | int) -> str | None:
        seq = event if isinstance(event, int) else event.seq
        return next((name for name, (start, end) in self._spans if start <= seq < end), None)
