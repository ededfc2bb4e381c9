"""``hopcheck fuzz-flow``: whole runs from a seed, each judged; what one finds is cut down and can be played again."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from hopcheck.config import TOPOLOGY, add_options
from hopcheck.home import CONTRACTS

if TYPE_CHECKING:
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.runs.plan import Plan
    from hopcheck.generated.runs.play import Mark, Outcome
    from hopcheck.topology.settings import Settings

RUNS, REPORT = 10, "report-fuzz-flow"
FOUND = "found.json"


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds ``fuzz-flow``."""
    parser = verbs.add_parser(
        "fuzz-flow",
        help="whole runs that a seed decides: stories, hosts, restarts, cut connections, messages kept back",
        description="Plays whole runs that nobody wrote. A seed decides the stories, how many systems and uploads they "
        "have, what is restarted, cut or cancelled when, and which messages the taps keep back until which others were "
        "seen; all orders so made are ones that the diagram leaves open, and each run is judged as ever. A run that "
        "finds something is cut down to what it takes, and stored as a file that plays it again.",
    )
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"how many runs (default: {RUNS})")
    parser.add_argument("--seed", metavar="TEXT", help="repeats those of an earlier one, or with --runs 1 a single run")
    parser.add_argument("--schedule", type=Path, metavar="FILE", help="play a file's run in place of generated ones")
    parser.add_argument(
        "--times", type=int, default=1, metavar="N", help="play each run N times; all must find the same (default: 1)"
    )
    parser.add_argument("--as-found", action="store_true", help="do not cut down a run that found something")
    add_options(parser, report=REPORT, groups=(TOPOLOGY,))
    parser.set_defaults(verb=_fuzz_flow)


def _fuzz_flow(options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.runs.draw import draw
    from hopcheck.generated.runs.plan import read
    from hopcheck.options import settings
    from hopcheck.topology.process import StartError

    try:
        asked = settings(lambda name: getattr(options, name.replace("-", "_")))
        if options.schedule is not None:
            plans = [read(options.schedule)]
        else:
            seed = options.seed or secrets.token_hex(4)
            plans = [draw(each) for each in seeds(seed, options.runs)]
    except (OSError, ValueError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 2
    if options.schedule is None:
        print(f"seed {seed}: {len(plans)} runs", flush=True)
    hunt = _Hunt(asked, Judge(CONTRACTS), options.times, cuts=not options.as_found)
    try:
        found = [plan.seed for plan in plans if not hunt.good(plan)]
    except StartError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    print(f"{len(plans) - len(found)} of {len(plans)} runs as the diagram says, {hunt.plays} plays")
    print(f"VERDICT: {'fail' if found else 'pass'}", flush=True)
    return 1 if found else 0


def seeds(seed: str, runs: int) -> list[str]:
    """The seeds of so many runs; a single run has the seed itself, so that any one of them can be asked for."""
    return [seed] if runs == 1 else [f"{seed}.{number}" for number in range(1, runs + 1)]


class _Hunt:
    """Plays plans, and goes after what one finds."""

    def __init__(self, asked: Settings, judge: Judge, times: int, *, cuts: bool) -> None:
        self._asked, self._judge, self._times, self._cuts = asked, judge, times, cuts
        self.plays = 0

    def good(self, plan: Plan) -> bool:
        """Whether each of its plays went as the diagram says; what was found is told and stored."""
        outcomes = [self._play(plan) for _ in range(self._times)]
        marks = Counter(outcome.marks for outcome in outcomes)
        print("\n".join(outcomes[0].lines()), flush=True)
        if self._times > 1:
            print(f"  {self._times} plays, {len(marks)} different ends", flush=True)
        if all(outcome.ok for outcome in outcomes):
            shutil.rmtree(self._report(plan), ignore_errors=True)
            return True
        if self._cuts:
            self._cut_down(plan, frozenset.intersection(*(each.marks for each in outcomes if not each.ok)))
        return False

    def _cut_down(self, plan: Plan, marks: frozenset[Mark]) -> None:
        from hopcheck.generated.runs.shrink import shrink

        small = shrink(plan, lambda each: bool(marks & self._play(each).marks) if marks else False)
        outcome = self._play(small)
        file = self._report(plan) / FOUND
        small.write(file)
        whose = "".join(f" --sut {quote(str(sut))}" for sut in self._asked.suts.values())
        again = f"again: hopcheck fuzz-flow --schedule {file}{whose}"
        print("cut down to", *outcome.lines(), again, sep="\n", flush=True)

    def _report(self, plan: Plan) -> Path:
        return self._asked.report / plan.seed

    def _play(self, plan: Plan) -> Outcome:
        from hopcheck.generated.runs.play import play

        self.plays += 1
        report = self._report(plan)
        shutil.rmtree(report, ignore_errors=True)
        return play(plan, replace(self._asked, report=report), self._judge)
