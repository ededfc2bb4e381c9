"""``hopcheck diff-run``: a component and the kit's stand-in, played the same and compared."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hopcheck.config import CONFORM, TOPOLOGY, add_options
from hopcheck.exit_status import FAILED, HARNESS_ERROR, PASS, WRONG_USAGE
from hopcheck.home import CONTRACTS
from hopcheck.printable import printable
from hopcheck.topology.settings import PROCESS, Settings

if TYPE_CHECKING:
    from hopcheck.checks.judge import Judge
    from hopcheck.conform.diff.difference import Diff
    from hopcheck.conform.play import Lot

STAND_IN, COMPONENT = "stand-in", "component"
NOT_HERE = ("deviations", "sign-key")


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    diff = verbs.add_parser(
        "diff-run",
        help="where a component behaves otherwise than the kit's stand-in, modulo identifiers and times",
        description="Plays the cases and stories of a role with the kit's stand-in and with the component of --sut, "
        "and shows where what they send and answer differs: + only the component, - only the stand-in, ~ the "
        "stand-in's -> the component's. Identifiers are called by where they were first seen, so that one that stands "
        "in the wrong place differs; times are called by their format. With A and B, two directories that an earlier "
        "conform or diff-run has left, plays nothing; A takes the stand-in's place.",
    )
    diff.add_argument("reports", nargs="*", type=Path, metavar="DIR", help="A B: compare what was played before")
    diff.add_argument(
        "-k",
        action="append",
        default=[],
        dest="only",
        metavar="NAME",
        help="only what shows this clause, or this case or story; repeat for several",
    )
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="for an issue or a pull request")
    form.add_argument("--json", action="store_true", help="all of it, for programs")
    add_options(diff, report="report-diff", groups=(TOPOLOGY, CONFORM))
    diff.set_defaults(verb=_diff_run)


def _diff_run(options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.conform.diff.pair import compare
    from hopcheck.conform.diff.played import DiffError, read
    from hopcheck.conform.plan import PlanError

    judge = Judge(CONTRACTS)
    try:
        if options.reports:
            ours, theirs = _stored(options)
        else:
            sides = list(_sides(options, judge))
            ours, theirs = options.report / STAND_IN, options.report / COMPONENT
            _play(sides, options.jobs)
        found = compare(read(ours, judge), read(theirs, judge))
    except (DiffError, PlanError, ValueError, OSError) as error:
        print(f"hopcheck: {printable(str(error))}", file=sys.stderr)
        return WRONG_USAGE
    _show(found, options)
    if found.troubles:
        return HARNESS_ERROR
    return PASS if found.alike else FAILED


def _stored(options: argparse.Namespace) -> tuple[Path, Path]:
    if len(options.reports) != 2:
        raise ValueError("want two directories to compare, A and B, or none and --sut ROLE=…")
    if options.line["sut"] or options.only:
        raise ValueError("A and B were played before: --sut and -k have no place beside them")
    first, second = options.reports
    return first, second


def _sides(options: argparse.Namespace, judge: Judge) -> Iterator[tuple[Lot, ...]]:
    """The lots of the stand-in, then those of the component. Raises ValueError naming what is wrong."""
    from hopcheck.conform.plan import Rules
    from hopcheck.conform.prepared import prepare

    if strange := [name for name in NOT_HERE if options.line[name]]:
        raise ValueError(f"--{strange[0]} has no place here: diff-run judges nothing")
    if len(options.sut) != 1:
        known = ", ".join(map(str, options.sut.values())) or "none"
        raise ValueError(f"want one component to compare, --sut ROLE=cmd:COMMAND for instance; given: {known}")
    [role] = options.sut
    ready = prepare(options, role, judge, Rules.load(CONTRACTS / "conformance.yaml"), options.jobs)
    # So that everybody ends before the trace does: the last item's records would else be cut off somewhere.
    asked = replace(ready.settings, reconcile=ready.runtime == PROCESS)
    for name, chosen_settings in ((STAND_IN, _without(asked)), (COMPONENT, asked)):
        sut = chosen_settings.suts.get(role)
        told = {
            **ready.told,
            "kind": STAND_IN if sut is None else sut.kind,
            "given": "" if sut is None else sut.given,
            "identity": {},
            "foreign": ready.foreign and sut is not None,
            "capabilities": list(ready.declared),
            "deviations": [],
            "only": list(options.only),
            "command": "hopcheck diff-run",
        }
        yield ready.lots(told, options.report / name, chosen_settings)


def _without(asked: Settings) -> Settings:
    """The same with the kit's own stand-in."""
    return replace(
        asked, suts={}, commands={}, profiles={}, native=(), host_image=None, host_overlay=None, host_capabilities=()
    )


def _play(sides: list[tuple[Lot, ...]], jobs: int) -> None:
    from hopcheck.conform.play import play_all

    for lots in sides:
        # What an earlier run left there would be compared with this one's.
        for part in lots[0].report.glob("part-[0-9]*"):
            shutil.rmtree(part)
        _progress(f"{lots[0].role}: with the {lots[0].report.name}")
        play_all(lots, jobs, _progress)


def _show(found: Diff, options: argparse.Namespace) -> None:
    from hopcheck.conform.diff.terminal import markdown, render

    if options.json:
        indented = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        sys.stdout.write(orjson.dumps(found.as_dict(), option=indented).decode())
        return
    print("\n".join((markdown if options.markdown else render)(found)), flush=True)


def _progress(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
