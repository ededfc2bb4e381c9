"""The trial of the diagnosis: of faults of different kinds and roles, how often the screen names the guilty one."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from hopcheck.checks.clause import QUIRK, load_catalogue, relations
from hopcheck.faults.catalogue import CATALOGUE, Caught, Fault, load_faults
from hopcheck.faults.runner import run
from hopcheck.report.diagnosis import ROWS

FAULTS, SEED, AIM = 30, "diagnosis", 0.9
_ROW = "| {} | {} | {} | {} | {} | {} |"


def spread(faults: Iterable[Fault], count: int, seed: str) -> list[Fault]:
    """``count`` of the faults, by turns of each role; of a role those first whose kind of finding is the rarest yet."""
    by_role: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_role[fault.role].append(fault)
    chance = random.Random(seed)
    for left in by_role.values():
        chance.shuffle(left)
    chosen: list[Fault] = []
    kinds: Counter[str] = Counter()
    while len(chosen) < count and any(by_role.values()):
        for left in filter(None, list(by_role.values())[: count - len(chosen)]):
            fault = min(left, key=lambda each: (kinds[each.caught_by.kind], each.case is not None))
            left.remove(fault)
            kinds[fault.caught_by.kind] += 1
            chosen.append(fault)
    return chosen


def main(report: Path, jobs: int | None, seed: str = SEED) -> int:
    """Play `FAULTS` faults that make a run fail and print a table in Markdown, a row as each is known.

    Returns 1 where fewer than `AIM` of them are named by the screen, or one screen is too long.
    """
    names = [fault.id for fault in spread(_failing(), FAULTS, seed)]
    print(_ROW.format("fault", "guilty", "named", "finding", "what", "lines"), _ROW.format(*["---"] * 6), sep="\n")
    began = time.monotonic()
    found = run(names, report, lambda each: print(row(each), flush=True), jobs or 1)
    good = sum(named(each) for each in found)
    print(f"\nthe screen names the guilty component {good} of {len(found)} times, in {time.monotonic() - began:.0f} s")
    return 0 if good >= AIM * len(found) else 1


def named(each: Caught) -> bool:
    """Whether the screen names the guilty role as the one to look at, and is one screen."""
    return each.diagnosis is not None and each.diagnosis.role == each.fault.role and len(each.diagnosis.lines) <= ROWS


def row(each: Caught) -> str:
    """A fault's row."""
    if each.diagnosis is None:
        return _ROW.format(each.fault.id, each.fault.role, "**nobody**", "none", each.trouble or "", 0)
    finding, role = each.diagnosis.finding, each.diagnosis.role or "nobody"
    place = finding.clause or finding.contract or (f"arrow {finding.arrow}" if finding.arrow else finding.got)
    shown = role if named(each) else f"**{role}**"
    return _ROW.format(each.fault.id, each.fault.role, shown, finding.kind, place, len(each.diagnosis.lines))


def _failing() -> Iterator[Fault]:
    """Those that make a run fail: what breaks a SHOULD or a quirk fails nothing, and has no diagnosis."""
    catalogue = load_catalogue(CATALOGUE.parent / "clauses", relations(), ())
    for fault in load_faults().values():
        clause = catalogue.get(fault.caught_by.clause or "")
        if clause is None or clause.level not in (QUIRK, "SHOULD"):
            yield fault
