"""``hopcheck conform``: one component, every clause that binds its role, a verdict for each."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopcheck import __version__
from hopcheck.config import CONFORM, FUZZ, TOPOLOGY, add_options, given, of_role
from hopcheck.conform import deviations
from hopcheck.conform.identity import of_directory, revision
from hopcheck.exit_status import FAILED, HARNESS_ERROR, OF_VERDICT, PASS, WRONG_USAGE
from hopcheck.home import CONTRACTS, KIT, ROOT
from hopcheck.life.called import called
from hopcheck.topology import program
from hopcheck.topology.profile import of_role as of_settings
from hopcheck.topology.settings import ROLES, Settings
from hopcheck.topology.sut import RUNNER, check_role

if TYPE_CHECKING:
    from hopcheck.checks.judge import Judge
    from hopcheck.conform.plan import Rules
    from hopcheck.conform.play import Lot

REPORT, REPORT_OF_PART = "report-conform", "report-alone"
FILES = ("report.json", "index.html", "junit.xml", "badge.svg", "certificate.json")
ALL = "all"


def add_parsers(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds ``conform`` and ``roles``."""
    conform = verbs.add_parser(
        "conform",
        help="put one component to every clause that binds its role; a verdict for each",
        description="Brings up what the role touches, with trusted neighbours, plays its cases and the stories of the "
        "flow, and judges every clause that binds it, passive and active. Without --sut it is the kit's own stand-in.",
    )
    conform.add_argument("roles", nargs="+", metavar="ROLE", help=f"{', '.join(ROLES)}; or {ALL}")
    conform.add_argument(
        "-k",
        action="append",
        default=[],
        dest="only",
        metavar="NAME",
        help="only what shows this clause, or this case or story; repeat for several",
    )
    conform.add_argument("--today", type=date.fromisoformat, default=date.today(), help=argparse.SUPPRESS)
    add_options(conform, report=REPORT, groups=(TOPOLOGY, CONFORM, FUZZ))
    conform.set_defaults(verb=_conform)

    roles = verbs.add_parser(
        "roles",
        help="the roles; of one, what a component in its place is given and must do",
        description="Without ROLE, lists the roles. With one, its page: how to put a component in, the environment and "
        "files that it is given, what it must answer and bear, and the clauses that bind it (docs/roles/ROLE.md).",
    )
    roles.add_argument("role", nargs="?", metavar="ROLE")
    roles.set_defaults(verb=_describe)


@dataclass(frozen=True)
class _Wanted:
    """One role's run, and where its report goes."""

    report: Path
    lots: tuple[Lot, ...]


def _conform(options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.conform.plan import PlanError, Rules
    from hopcheck.conform.play import play_all
    from hopcheck.conform.signature import UnusableKey, private_key

    began = time.monotonic()
    try:
        if options.sign_key is not None:
            private_key(options.sign_key)
        rules, judge = Rules.load(CONTRACTS / "conformance.yaml"), Judge(CONTRACTS)
        roles = _roles(options.roles)
        wanted = [_wanted(options, role, judge, rules, alone=len(roles) == 1) for role in roles]
    except (PlanError, UnusableKey, ValueError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    _clear(each.report for each in wanted)
    work = [lot for each in wanted for lot in each.lots]
    work.sort(key=lambda lot: -lot.cost)
    left, status = Counter(lot.role for lot in work), []

    def ended(lot: Lot) -> None:
        left[lot.role] -= 1
        if not left[lot.role]:
            status.append(_report(next(each for each in wanted if lot in each.lots), judge, rules, options.sign_key))

    try:
        play_all(work, options.jobs, _progress, ended)
    except KeyboardInterrupt:
        _progress(f"the traces so far are below {', '.join(str(each.report) for each in wanted)}")
        raise
    _progress(f"{', '.join(roles)}: {time.monotonic() - began:.1f} s")
    return max(status, key=(PASS, FAILED, HARNESS_ERROR).index)


def _describe(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.book import Book
    from hopcheck.conform.describe import listing, page

    book = Book.load(CONTRACTS)
    try:
        shown = (
            "\n".join(listing(book)) + "\n" if options.role is None else page(book, check_role(options.role), CONTRACTS)
        )
    except ValueError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    sys.stdout.write(shown)
    return 0


def _wanted(options: argparse.Namespace, role: str, judge: Judge, rules: Rules, *, alone: bool) -> _Wanted:
    """Raises ValueError naming what is wrong."""
    from hopcheck.conform.prepared import prepare

    ready = prepare(options, role, judge, rules, options.jobs if alone else 1, options.fuzz or 0)
    asked = ready.settings
    report = asked.report
    if options.only and report == Path(REPORT):
        # The whole run's report, which led here, stays.
        report = Path(REPORT_OF_PART)
    sut = asked.suts.get(role)
    told = {
        **ready.told,
        **_component(asked, role),
        "capabilities": list(rules.concerning(role, ready.declared, judge.catalogue)),
        "deviations": _deviations(of_role(options.deviations, role), judge.catalogue, options.today),
        "only": list(options.only),
        "command": shlex.join([called(), "conform", role, *_again(options)]),
        "kit": f"{__version__} (git {kit})" if (kit := _commit()) else __version__,
        "git": "" if sut is None or sut.kind != "cmd" else revision(program.given(sut.argv).home),
    }
    report = report if alone else report / role
    return _Wanted(report, ready.lots(told, report))


def _roles(names: Sequence[str]) -> list[str]:
    if ALL in names:
        return list(ROLES)
    return list(dict.fromkeys(check_role(name) for name in names))


def _commit() -> str:
    # Installed, the kit may lie in somebody else's work tree.
    return revision(ROOT) if KIT == ROOT else ""


def _component(asked: Settings, role: str) -> dict[str, Any]:
    sut = asked.suts.get(role)
    if sut is not None:
        return {"kind": sut.kind, "given": sut.given, "identity": {}}
    module = of_settings(role, asked.profiles).stand_in if role != RUNNER else None
    own = module.replace(".", "/") if module else f"fakes/{role.replace('-', '_')}"
    identity = {} if role == RUNNER else {own: of_directory(ROOT / own)}
    return {"kind": "real" if role == RUNNER else "stand-in", "given": "", "identity": identity}


def _again(options: argparse.Namespace) -> list[str]:
    """The options that matter to what is seen, as arguments."""
    return given(argparse.Namespace(**{**vars(options), "report": None, "jobs": None, "sign_key": None}))


def _deviations(file: Path | None, clauses: Collection[str], today: date) -> list[dict[str, Any]]:
    return [] if file is None else [each.told(today) for each in deviations.load(file, clauses)]


def _clear(reports: Iterable[Path]) -> None:
    """What an earlier run left there would be judged with this one's parts, or taken for this one's."""
    for report in reports:
        for name in FILES:
            (report / name).unlink(missing_ok=True)
        for part in report.glob("part-[0-9]*"):
            shutil.rmtree(part)


def _report(wanted: _Wanted, judge: Judge, rules: Rules, key: Path | None) -> int:
    from hopcheck.conform.judge import NoReport, report
    from hopcheck.conform.terminal import render
    from hopcheck.conform.write import write

    try:
        made = report(wanted.report, judge, rules)
    except NoReport as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return HARNESS_ERROR
    write(made, wanted.report, key)
    print("\n".join(render(made, wanted.report)), flush=True)
    return OF_VERDICT[made.verdict]


def _progress(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
