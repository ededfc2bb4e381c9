"""Many flows with the correct stand-ins, in random order, half of them under load: no finding, and nothing grows."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hopcheck.checks.cases import Case
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Verdict
from hopcheck.home import CONTRACTS
from hopcheck.memory import give_back
from hopcheck.soak.samples import AFTER, FLOW, PICTURE, TABLE, Sample, Table, growths, told
from hopcheck.soak.samples import draw as picture
from hopcheck.soak.usage import usages
from hopcheck.topology import room
from hopcheck.topology.process import StartError, deathbound
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import ALONE, BUSY, FAILED, NOT_CONNECTED, REFUSED, Story
from hopcheck.trace import TraceTimeout, load

STORIES = (ALONE, ALONE, ALONE, FAILED, REFUSED, NOT_CONNECTED, BUSY)
"""What a flow is drawn from: the main job three times as often as each other."""
A_ROUND = 10
"""Flows that share a topology."""
CASES_EACH = 2
"""Cases played after each flow."""
SPIN = "while True: pass"


@dataclass(frozen=True, slots=True)
class Round:
    """Some flows on one topology: ``verdict`` is None where it did not get to its end, which ``trouble`` explains."""

    number: int
    loaded: bool
    stories: tuple[Story, ...]
    cases: int
    seconds: float
    verdict: Verdict | None
    trouble: str | None = None

    @property
    def ok(self) -> bool:
        """Whether there is no finding, not even one that fails nothing, and every run went as asserted."""
        return self.verdict is not None and self.trouble is None and not self.verdict.findings

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        told = ", ".join(f"{count} {outcome}" for outcome, count in Counter(s.outcome for s in self.stories).items())
        load = "under load" if self.loaded else "alone"
        found = "" if self.verdict is None else f"{len(self.verdict.findings)} findings"
        seen = 0 if self.verdict is None else self.verdict.messages["observed"]
        yield (
            f"round {self.number:>3}  {load:<10}  {len(self.stories)} flows ({told}), {self.cases} cases, "
            f"{seen} messages, {found or self.trouble}, {self.seconds:.0f} s"
        )
        for finding in () if self.verdict is None else self.verdict.findings[:5]:
            yield f"    {finding.kind} {finding.clause or finding.contract or ''} [{finding.role}] {finding.got}"
        if self.trouble is not None and self.verdict is not None:
            yield f"    {self.trouble}"


def main(flows: int, seed: str, report: Path, *, quick: bool = False) -> int:
    """Play so many flows and print a line for each round; 1 where one had a finding or something grew.

    Traces stay of rounds with findings only; samples of all, written after each round, and in the end their plot.
    ``seed`` decides the order of stories and cases; with ``quick`` quick stand-ins take the places of ansible-runner
    and of insights-core's collection.
    """
    room.check(report, 1)
    judge = Judge(CONTRACTS)
    draw = random.Random(seed)
    print(f"seed {seed}; {'quick stand-ins of' if quick else 'the real'} ansible-runner and insights-core", flush=True)
    began, good, found, heavy = time.monotonic(), 0, 0, 0
    log, table = _Log(began), Table(report)
    try:
        for number in range(1, -(-flows // A_ROUND) + 1):
            stories = draw.choices(STORIES, k=min(A_ROUND, flows - A_ROUND * (number - 1)))
            cases = draw.sample(sorted(judge.cases.by_id.values(), key=lambda case: case.id), CASES_EACH * len(stories))
            loaded = number % 2 == 0
            each = _round(judge, report / f"round-{number}", number, stories, cases, log, loaded=loaded, quick=quick)
            print("\n".join(each.lines()), flush=True)
            good += len(stories) if each.ok else 0
            found += 0 if each.verdict is None else len(each.verdict.findings)
            heavy += len(stories) if loaded else 0
            if each.ok:
                shutil.rmtree(report / f"round-{number}")
            table.add(log.close(each))
    finally:
        samples = table.read()
        picture(samples, report, f"{log.flows} flows, seed {seed}")
    took = time.monotonic() - began
    grown = growths(samples)
    print("\n".join(told(grown)))
    print(f"{good} of {flows} flows without a finding, {heavy} of them under load, {found} findings, in {took:.0f} s")
    print(f"samples: {report / TABLE}, plot: {report / PICTURE}")
    return 0 if good == flows and not any(each.grows for each in grown) else 1


class _Log:
    """Takes samples; what a flow found is known once its round is judged."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._open: list[Sample] = []
        self.flows = 0

    def take(self, number: int, label: str, seconds: float, pids: Mapping[int, str]) -> None:
        """After a flow, while everybody is still there."""
        self.flows += 1
        at = time.monotonic() - self._began
        self._open += [
            Sample(FLOW, self.flows, number, at, label, seconds, 0, role, usage)
            for role, usage in usages(os.getpid(), pids).items()
        ]

    def close(self, played: Round) -> list[Sample]:
        """After a round, when nothing of it should be left; its samples."""
        found = Counter(each.run for each in played.verdict.findings) if played.verdict is not None else Counter()
        samples = [replace(each, findings=found[each.story]) for each in self._open]
        self._open = []
        give_back()
        at = time.monotonic() - self._began
        return samples + [
            Sample(AFTER, self.flows, played.number, at, "", played.seconds, found.total(), role, usage)
            for role, usage in usages(os.getpid(), {}).items()
        ]


def _round(
    judge: Judge,
    report: Path,
    number: int,
    stories: Sequence[Story],
    cases: Sequence[Case],
    log: _Log,
    *,
    loaded: bool,
    quick: bool,
) -> Round:
    began, trouble, verdict = time.monotonic(), None, None
    try:
        with (
            load_on(os.cpu_count() or 1 if loaded else 0),
            Stage(Settings(report=report, commands=QUICK if quick else {})) as stage,
        ):
            for position, story in enumerate(stories):
                flow_began, label = time.monotonic(), f"{story.label} #{position + 1}"
                stage.play(replace(story, label=label))
                seconds = time.monotonic() - flow_began
                stage.ask(cases[position * CASES_EACH : (position + 1) * CASES_EACH])
                log.take(number, label, seconds, {p.pid: p.role for p in tuple(stage.topology.processes.values())})
    except (TraceTimeout, StartError) as error:
        trouble = str(error)
    if (report / "trace.jsonl").exists():
        verdict = judge.judge(load(report / "trace.jsonl"))
    return Round(number, loaded, tuple(stories), len(cases), time.monotonic() - began, verdict, trouble)


@contextmanager
def load_on(processors: int) -> Iterator[None]:
    """Keep so many processors busy with nothing."""
    spinning = [subprocess.Popen([*deathbound(), sys.executable, "-c", SPIN]) for _ in range(processors)]
    try:
        yield
    finally:
        for each in spinning:
            each.kill()
        for each in spinning:
            each.wait()
