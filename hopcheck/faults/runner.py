"""Plays each fault's story with that one stand-in, judges the trace, and prints who noticed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from hopcheck.faults.catalogue import Caught, Fault, FaultError, caught, load_faults
from hopcheck.faults.fleet import play_fleet
from hopcheck.faults.telling import STUCK_S, WHOLE_S, tell, the_judge, wrong
from hopcheck.topology.host import HOST_ROLES
from hopcheck.topology.settings import ROLES, WITHOUT_ANSIBLE, Settings, scope
from hopcheck.topology.stage import Stage, StartError
from hopcheck.trace import TraceTimeout, load

FLEET = 8
"""How many hosts, each with another fault, share a server side."""
_ROW = "{:<56} {:>5}  {:<20} {:<46} {:<11} {:>7}"


def run(
    names: Sequence[str], report_dir: Path, progress: Callable[[Caught], None] = lambda _: None, jobs: int = 1
) -> list[Caught]:
    """Play the named faults, all of them where none is named, ``jobs`` of them at a time.

    Each run's trace and logs go to ``report_dir/<id>``; ``progress`` is told of each one as it ends. Raises FaultError
    for a name that the catalogue has not.
    """
    faults, found = chosen(names), []
    for each in _played(faults, report_dir, min(jobs, len(faults))):
        found.append(each)
        progress(each)
    return found


def _played(faults: Sequence[Fault], report_dir: Path, jobs: int) -> Iterator[Caught]:
    fleet = [fault for fault in faults if fault.role in HOST_ROLES and fault.case is None]
    alone = [fault for fault in faults if fault not in fleet]
    # Those of hosts first: they take longest.
    parts = [(play_fleet, fleet[at : at + FLEET]) for at in range(0, len(fleet), FLEET)]
    parts += [(_alone, [fault]) for fault in alone]
    if jobs <= 1:
        for play, part in parts:
            yield from play(part, report_dir)
        return
    # Processes of their own: each has its loop, its signals and its children.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        under_way = [pool.submit(play, part, report_dir) for play, part in parts]
        try:
            for done in as_completed(under_way):
                yield from done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def chosen(names: Iterable[str]) -> list[Fault]:
    """The faults of these names; a role's name stands for all of its faults. Raises FaultError."""
    catalogue, wanted = load_faults(), []
    for name in names:
        fits = [fault for fault in catalogue.values() if name in (fault.id, fault.role)]
        if not fits:
            raise FaultError(f"no fault {name!r}; contracts/faults has them all")
        wanted += fits
    return wanted or list(catalogue.values())


def main(names: Sequence[str], report: Path, jobs: int | None = None) -> int:
    """Play faults, as many at a time as there are processors where ``jobs`` says nothing, and print a table.

    Returns 1 where one was not caught as the catalogue says, 2 for an unknown name.
    """
    try:
        chosen(names)
    except FaultError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 2
    print(_ROW.format("fault", "arrow", "role", "clause/contract", "caught by", "seconds"))
    began = time.monotonic()
    found = run(names, report, lambda each: print("\n".join(_rows(each)), flush=True), jobs or os.cpu_count() or 1)
    good = sum(each.ok for each in found)
    arrows = {each.fault.arrow for each in found if each.ok} - {None}
    took = time.monotonic() - began
    print(f"{good} of {len(found)} faults caught, on {len(arrows)} arrows, in {took:.0f} s")
    return 0 if good == len(found) else 1


def _alone(faults: Sequence[Fault], report_dir: Path) -> list[Caught]:
    return [_play(fault, report_dir / fault.id) for fault in faults]


def _play(fault: Fault, report: Path) -> Caught:
    began, trouble, judge = time.monotonic(), None, the_judge()
    settings = Settings(
        report=report,
        timeout_s=STUCK_S if fault.stuck else WHOLE_S,
        commands={**WITHOUT_ANSIBLE, fault.role: wrong(fault)},
        roles=ROLES if fault.case is None else scope(fault.role),
        hosts=int(fault.case is None or fault.role in HOST_ROLES),
    )
    try:
        with Stage(settings) as stage:
            if fault.case is None:
                tell(stage, fault)
            else:
                stage.ask([judge.cases.by_id[fault.case]])
    except (TraceTimeout, StartError) as error:
        trouble = str(error).splitlines()[0]
    verdict = judge.judge(load(report / "trace.jsonl"))
    return caught(fault, verdict.findings, time.monotonic() - began, trouble)


def _rows(each: Caught) -> Iterable[str]:
    fault, expected = each.fault, each.fault.caught_by
    how = "NOT CAUGHT" if each.finding is None else each.finding.kind
    yield _ROW.format(fault.id, fault.arrow or "-", fault.role, expected.place, how, f"{each.seconds:.1f}")
    if innocent := [role for role in each.blamed if role not in fault.also]:
        yield f"    blamed as well: {', '.join(innocent)}"
    if each.finding is None:
        yield from (
            f"    instead: {f.kind} {f.clause or f.contract or f.arrow or ''} [{f.role or 'nobody'}] {f.got}"
            for f in each.findings[:5]
        )
        if each.trouble is not None:
            yield f"    {each.trouble}"
