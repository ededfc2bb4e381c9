"""Plays each fault's story with that one stand-in, judges the trace, and prints who noticed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from pathlib import Path

from hopcheck.checks.judge import Judge
from hopcheck.faults.catalogue import CATALOGUE, Caught, Fault, FaultError, caught, load_faults
from hopcheck.topology.host import HOST_ROLES
from hopcheck.topology.settings import ROLES, Settings, scope
from hopcheck.topology.stage import Stage, StartError
from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED
from hopcheck.trace import Event, Trace, TraceTimeout, load

AT_ONCE = replace(COMPLETE, label="a plan whose task waits for no upload", uploads=0)
STORIES = {
    "complete": COMPLETE,
    "complete_at_once": AT_ONCE,
    "failed": FAILED,
    "refused": REFUSED,
    "not_connected": NOT_CONNECTED,
    "busy": BUSY,
}
STUCK_S, WHOLE_S, GRACE_S = 12.0, 60.0, 6.0
"""How long a step may take where the fault stops the flow, where it does not, and the story after the worker's END."""
END = 2
RUNNER = (sys.executable, "-m", "fakes.ansible_runner")
"""Ansible itself would only cost time: no fault is its own."""
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
    if jobs <= 1:
        yield from (_play(fault, report_dir / fault.id) for fault in faults)
        return
    # Processes of their own: each has its loop, its signals and its children.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        under_way = [pool.submit(_play, fault, report_dir / fault.id) for fault in faults]
        try:
            yield from (each.result() for each in as_completed(under_way))
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


@cache
def _judge() -> Judge:
    return Judge(CATALOGUE.parent)


def _play(fault: Fault, report: Path) -> Caught:
    began, trouble, judge = time.monotonic(), None, _judge()
    settings = Settings(
        report=report,
        timeout_s=STUCK_S if fault.stuck else WHOLE_S,
        commands={"ansible-runner": RUNNER, fault.role: (sys.executable, "-m", "fakes.faults", fault.id)},
        roles=ROLES if fault.case is None else scope(fault.role),
        hosts=int(fault.case is None or fault.role in HOST_ROLES),
    )
    try:
        with Stage(settings) as stage:
            if fault.case is None:
                threading.Thread(target=_give_up, args=(stage.trace,), daemon=True).start()
                stage.play(STORIES[fault.story])
            else:
                stage.ask([judge.cases.by_id[fault.case]])
    except (TraceTimeout, StartError) as error:
        trouble = str(error).splitlines()[0]
    verdict = judge.judge(load(report / "trace.jsonl"))
    return caught(fault, verdict.findings, time.monotonic() - began, trouble)


def _give_up(trace: Trace) -> None:
    """What the user is not shown soon after the worker's END will not come any more."""
    with contextlib.suppress(TraceTimeout):
        trace.wait_for(_all_ended(), what="the worker's END", timeout=WHOLE_S)
        try:
            trace.wait_for(lambda e: e.protocol == "kit" and e.op == "closed", what="the story's end", timeout=GRACE_S)
        except TraceTimeout:
            trace.fail_waits(f"the worker told END {GRACE_S:g} s ago")


def _all_ended() -> Callable[[Event], bool]:
    """True at an END that leaves no dispatched message open, and where the story is over anyway."""
    under_way: set[str] = set()

    def ended(event: Event) -> bool:
        what, arguments = (event.protocol, event.op, event.attrs.get("member")), event.attrs.get("args") or []
        if what == ("dbus", "call", "Dispatch"):
            under_way.update(arguments[1:2])
        elif what == ("dbus", "signal", "Event") and arguments[:1] == [END]:
            under_way.difference_update(arguments[1:2])
            return not under_way
        return (event.protocol, event.op) == ("kit", "closed")

    return ended


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
