"""Plays each fault's story with that one stand-in, judges the trace, and prints who noticed."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from hopcheck.exit_status import WRONG_USAGE
from hopcheck.faults.catalogue import Caught, Fault, FaultError, load_faults
from hopcheck.faults.shared import parts, play_together
from hopcheck.suggestion import meant
from hopcheck.topology import room

_ROW = "{:<56} {:>5}  {:<20} {:<46} {:<11} {:>7}"


def run(
    names: Sequence[str], report_dir: Path, progress: Callable[[Caught], None] = lambda _: None, jobs: int = 1
) -> list[Caught]:
    """Play the named faults, all of them where none is named, ``jobs`` parts of them at a time.

    Traces and logs go below ``report_dir``, called by the first fault of a part; ``progress`` is told of each one as
    its part ends. Raises FaultError for a name that the catalogue has not.
    """
    faults, found = chosen(names), []
    for each in _played(faults, report_dir, min(jobs, len(faults))):
        found.append(each)
        progress(each)
    return found


def _played(faults: Sequence[Fault], report_dir: Path, jobs: int) -> Iterator[Caught]:
    together = list(parts(faults))
    if jobs <= 1:
        for part in together:
            yield from play_together(part, report_dir)
        return
    # Processes of their own: each has its loop, its signals and its children.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        under_way = [pool.submit(play_together, part, report_dir) for part in together]
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
            known = {word: None for fault in catalogue.values() for word in (fault.role, fault.id)}
            raise FaultError(f"no fault or role {name!r}{meant(name, known)}; docs/faults.md lists them")
        wanted += fits
    return wanted or list(catalogue.values())


def one_each(faults: Iterable[Fault]) -> list[Fault]:
    """One fault for each clause, and for each contract or kind of finding of a role: the quickest of several."""
    found: dict[tuple[object, ...], Fault] = {}
    for fault in sorted(faults, key=lambda fault: (fault.case is None, fault.stuck)):
        place = fault.caught_by
        named = (place.clause,) if place.clause else (fault.role, place.kind, place.contract, place.arrow)
        what = (*named, fault.generation)
        found.setdefault(what, fault)
    return list(found.values())


def main(
    names: Sequence[str],
    report: Path,
    jobs: int | None = None,
    *,
    each_once: bool = False,
    shown: Collection[str] = (),
) -> int:
    """Play faults, three at a time for two processors where ``jobs`` says nothing (they wait much), and print a table.

    With ``each_once`` only `one_each` of them, without those of clauses that are ``shown`` to be caught otherwise.
    Returns 1 where one was not caught as the catalogue says, 2 for an unknown name. Raises `StartError` without room.
    """
    try:
        faults = chosen(names)
        if each_once:
            names = [fault.id for fault in one_each(faults) if fault.caught_by.clause not in shown]
    except FaultError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    room.check(report, 1)
    print(_ROW.format("fault", "arrow", "role", "clause/contract", "caught by", "seconds"))
    began = time.monotonic()
    jobs = jobs or (os.cpu_count() or 1) * 3 // 2
    found = run(names, report, lambda each: print("\n".join(_rows(each)), flush=True), jobs)
    good = sum(each.ok for each in found)
    arrows = {each.fault.arrow for each in found if each.ok} - {None}
    took = time.monotonic() - began
    if bad := [each for each in found if not each.ok]:
        print("\nnot caught as the catalogue says:", *(row for each in bad for row in _rows(each)), sep="\n")
    print(f"{good} of {len(found)} faults caught, on {len(arrows)} arrows, in {took:.0f} s")
    return 0 if good == len(found) else 1


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
