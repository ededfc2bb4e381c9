"""``hopcheck conform``: one component, every clause that binds its role, a verdict for each."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hopcheck import __version__
from hopcheck.conform.model import Report
from hopcheck.home import CONTRACTS
from hopcheck.options import add_options, given, settings
from hopcheck.topology.settings import ROLES, Settings

ALL = "all"
EXIT = {"pass": 0, "fail": 1, "error": 3}
EPILOG = """\
exit status:
  0  every clause that binds the role was kept, or has an explained state
  1  the component broke a clause that is a MUST: see the report
  2  the command line or the configuration is wrong, or it was interrupted
  3  the kit could not do its work, or nothing was exercised
"""


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verb."""
    conform = verbs.add_parser(
        "conform",
        help="put one component to every clause that binds its role; a verdict for each",
        description="Brings up what the role touches, with trusted neighbours, plays its cases and the stories of the "
        "flow, and judges every clause that binds it, passive and active. Without --sut it is the kit's own stand-in.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    conform.add_argument("-n", "--jobs", type=int, default=1, metavar="N", help="so many topologies at a time")
    conform.add_argument("--capabilities", default="", metavar="NAMES", help="extensions that it has (default: all)")
    conform.add_argument(
        "--deviations", type=Path, metavar="FILE", help="known deviations, each with reason and expiry"
    )
    conform.add_argument("--patience", type=float, default=20.0, metavar="S", help="seconds that any step may take")
    conform.add_argument(
        "--sign-key", type=Path, metavar="FILE", help="a private key in PEM that signs the certificate"
    )
    conform.add_argument("--today", type=date.fromisoformat, default=date.today(), help=argparse.SUPPRESS)
    add_options(conform, report="report-conform")
    conform.set_defaults(verb=_conform)


@dataclass(frozen=True)
class _Wanted:
    """One role's run: where its report goes, and what is told in its traces."""

    role: str
    report: Path
    told: Mapping[str, Any]


def _conform(options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.conform.plan import PlanError, Rules, chosen, items, lots
    from hopcheck.conform.play import Lot, play_all

    began = time.monotonic()
    try:
        asked = settings(lambda name: getattr(options, name.replace("-", "_")))
        roles = _roles(options.roles)
        rules = Rules.load(CONTRACTS / "conformance.yaml")
        judge = Judge(CONTRACTS)
        capabilities = rules.declared(name for name in options.capabilities.split(",") if name)
        asked = replace(asked, timeout_s=options.patience)
        deviations = _deviations(options, judge.catalogue)
        wanted, work = [], []
        for role in roles:
            report = asked.report / role if len(roles) > 1 else asked.report
            told = _told(options, asked, role, capabilities, deviations)
            foreign = bool(told["foreign"])
            everything = items(role, rules, judge.cases.by_id.values(), capabilities, foreign=foreign)
            mine = chosen(everything, options.only, judge.catalogue)
            filled = lots(mine, options.jobs if len(roles) == 1 else 1)
            wanted.append(_Wanted(role, report, told))
            work += [
                Lot(role, tuple(lot), asked, _runtime(options, asked), told, report, number, len(filled))
                for number, lot in enumerate(filled, 1)
            ]
    except (PlanError, ValueError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 2
    _clear(each.report for each in wanted)
    work.sort(key=lambda lot: -sum(each.cost for each in lot.items))
    play_all(work, options.jobs, _progress)
    status = [_report(each, judge, rules, options.sign_key) for each in wanted]
    _progress(f"{len(wanted)} {'role' if len(wanted) == 1 else 'roles'} in {time.monotonic() - began:.1f} s")
    return max(status, key=(0, 1, 3).index)


def _roles(names: Sequence[str]) -> list[str]:
    from hopcheck.topology.sut import check_role

    if ALL in names:
        return list(ROLES)
    return list(dict.fromkeys(check_role(name) for name in names))


def _runtime(options: argparse.Namespace, asked: Settings) -> str:
    """Processes, but where a host's image is asked for."""
    machines = asked.native or asked.host_image or asked.host_overlay
    return str(options.runtime) if options.runtime != "auto" or machines else "process"


def _told(
    options: argparse.Namespace,
    asked: Settings,
    role: str,
    capabilities: Sequence[str],
    deviations: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    from hopcheck.conform.identity import of_command, of_directory

    sut = asked.suts.get(role)
    own = Path(__file__).parents[2] / "fakes" / role.replace("-", "_")
    stand_in = {f"fakes/{own.name}": of_directory(own)} if own.is_dir() else {}
    return {
        "kind": "stand-in" if sut is None else sut.kind,
        "given": "" if sut is None else sut.given,
        "identity": stand_in if sut is None else dict(of_command(sut.argv)),
        "foreign": asked.swapped(role),
        "capabilities": list(capabilities),
        "deviations": list(deviations),
        "only": list(options.only),
        "command": shlex.join(["hopcheck", "conform", role, *_again(options)]),
        "contracts": of_directory(CONTRACTS),
        "kit": __version__,
        "runtime": _runtime(options, asked),
        "seed": asked.seed,
    }


def _again(options: argparse.Namespace) -> list[str]:
    """The options that matter to what is seen, as arguments."""
    kept = argparse.Namespace(**{**vars(options), "report": None})
    arguments = given(kept)
    for name in ("capabilities", "deviations"):
        if value := getattr(options, name):
            arguments.append(f"--{name}={value}")
    return arguments


def _deviations(options: argparse.Namespace, clauses: Iterable[str]) -> list[dict[str, Any]]:
    if options.deviations is None:
        return []
    from hopcheck.conform.deviations import load

    return [each.told(options.today) for each in load(options.deviations, clauses)]


def _clear(reports: Iterable[Path]) -> None:
    """What an earlier run left there would be judged with this one's parts."""
    import shutil

    for report in reports:
        for part in report.glob("part-[0-9]*"):
            shutil.rmtree(part)


def _report(wanted: _Wanted, judge: Any, rules: Any, key: Path | None) -> int:
    from hopcheck.conform.judge import NoReport, report
    from hopcheck.conform.terminal import render
    from hopcheck.conform.write import write

    try:
        made: Report = report(wanted.report, judge, rules)
    except NoReport as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    write(made, wanted.report, key)
    print("\n".join(render(made, wanted.report)), flush=True)
    return EXIT[made.verdict]


def _progress(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
