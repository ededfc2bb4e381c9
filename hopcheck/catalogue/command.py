"""``hopcheck clauses`` and ``hopcheck contracts lint | list | show | features | coverage | diff``."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hopcheck.evolution.command import add_parser as add_diff
from hopcheck.exit_status import PASS, WRONG_USAGE
from hopcheck.home import CONTRACTS, FEATURES
from hopcheck.suggestion import meant, no_path, unreadable

if TYPE_CHECKING:
    from hopcheck.catalogue.book import Book


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds the verbs ``clauses`` and ``contracts``."""
    clauses = verbs.add_parser(
        "clauses",
        help="list the rules that are judged, by whom they are kept and what breaks them",
        description="Lists the catalogue of clauses: id, level, the roles that it binds, what judges it, and the "
        "deliberately wrong stand-ins that break it.",
    )
    clauses.add_argument("--role", action="append", default=[], metavar="ROLE", help="only those that bind this role")
    clauses.add_argument("--level", action="append", default=[], metavar="LEVEL", help="only MUST, SHOULD or QUIRK")
    clauses.add_argument(
        "--not-covered", action="store_true", help="only those that nothing judges or no wrong stand-in breaks, and why"
    )
    clauses.add_argument(
        "--trace", type=Path, metavar="trace.jsonl", help="also say what became of each clause in that run"
    )
    how = clauses.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="for programs")
    how.add_argument("--markdown", action="store_true", help="docs/clauses.md")
    clauses.set_defaults(verb=_clauses)

    contracts = verbs.add_parser(
        "contracts", help="lint, list, show, compare the contracts; what a run covered of them"
    )
    actions = contracts.add_subparsers(metavar="ACTION", required=True)
    lint = actions.add_parser("lint", help="what is wrong with contracts, clauses and faults: file, line and remedy")
    lint.add_argument(
        "directory", nargs="?", type=Path, default=CONTRACTS, metavar="DIR", help="(default: the kit's own)"
    )
    lint.set_defaults(verb=_lint)
    listing = actions.add_parser("list", help="the documents, and how many operations and messages each has")
    listing.set_defaults(verb=_list)
    show = actions.add_parser("show", help="everything that is known of one clause")
    show.add_argument("id", metavar="ID", help="for instance H-018")
    show.set_defaults(verb=_show)
    features = actions.add_parser("features", help="the scenarios of a role's cases: features/cases/ROLE.feature")
    features.add_argument("role", metavar="ROLE")
    features.set_defaults(verb=_features)
    covered = actions.add_parser(
        "coverage",
        help="which operations, answers, messages, arrows and clauses stored traces exercised, and which not",
    )
    covered.add_argument("traces", nargs="+", type=Path, metavar="trace.jsonl")
    covered.add_argument("--complete", action="store_true", help="exit with 1 where anything that can be is missing")
    covered.set_defaults(verb=_coverage)
    add_diff(actions)


def _clauses(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.table import clauses_document, rows, totals

    book = _book()
    known = {"role": sorted(book.hops.roles), "level": ["MUST", "SHOULD", "QUIRK"]}
    for what, names in known.items():
        for name in getattr(options, what):
            if name not in names:
                near = meant(name, names)
                print(f"hopcheck: no {what} {name!r}{near}; there are {', '.join(names)}", file=sys.stderr)
                return WRONG_USAGE
    chosen = list(book.select(roles=options.role, levels=options.level, not_covered=options.not_covered))
    if options.markdown:
        sys.stdout.write(clauses_document(book))
    elif options.json:
        sys.stdout.buffer.write(
            orjson.dumps([_as_json(book, each) for each in chosen], option=orjson.OPT_INDENT_2) + b"\n"
        )
    else:
        try:
            states = None if options.trace is None else _states(options.trace)
        except (OSError, ValueError) as error:
            print(f"hopcheck: {unreadable(error)}", file=sys.stderr)
            return WRONG_USAGE
        _print(rows(book, chosen, _width(), reasons=options.not_covered, states=states))
        _print(totals(book, chosen, states))
    return 0


def _lint(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.lint import lint
    from hopcheck.catalogue.tools import accepted

    if not options.directory.is_dir():
        print(f"hopcheck: {no_path(options.directory)}", file=sys.stderr)
        return WRONG_USAGE
    own = options.directory.resolve() == CONTRACTS
    problems = lint(options.directory, FEATURES if own else None)
    for problem in problems:
        print(problem)
    if problems:
        print(f"hopcheck: {len(problems)} problems", file=sys.stderr)
        return 1
    for tool, count in accepted(options.directory).items():
        print(f"{tool} accepted {count} files")
    print("no problems")
    return 0


def _list(_: argparse.Namespace) -> int:
    from hopcheck.checks.contracts import Contracts

    contracts = Contracts.load(CONTRACTS)
    print(f"{'document':<44} {'operations or messages':>22}")
    counts = dict.fromkeys(contracts.digests(), 0)
    for operation in contracts.http.operations:
        counts[operation.contract.partition("#")[0]] += 1
    for name, count in counts.items():
        print(f"{name:<44} {count or '':>22}")
    print(f"messages of the other protocols: {', '.join(contracts.messages())}")
    return 0


def _show(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.show import clause_lines

    book = _book()
    if options.id not in book.clauses:
        near = meant(options.id, book.clauses)
        print(f"hopcheck: no clause {options.id!r}{near}; `hopcheck clauses` lists them", file=sys.stderr)
        return WRONG_USAGE
    _print(clause_lines(book, book.clauses[options.id], _width()))
    return 0


def _features(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.features import feature

    book = _book()
    text = feature(book, options.role)
    sys.stdout.write(text)
    if not text:
        near = meant(options.role, sorted(book.hops.roles))
        print(f"hopcheck: no cases of {options.role!r} in contracts/cases{near}", file=sys.stderr)
    return PASS if text else WRONG_USAGE


def _coverage(options: argparse.Namespace) -> int:
    from hopcheck.catalogue.coverage import complete, coverage, lines
    from hopcheck.checks.judge import Judge
    from hopcheck.trace import load

    try:
        traces = [load(path) for path in options.traces]
    except (OSError, ValueError) as error:
        print(f"hopcheck: {unreadable(error)}", file=sys.stderr)
        return WRONG_USAGE
    found = coverage(Judge(CONTRACTS), traces)
    _print(lines(found))
    return 1 if options.complete and not complete(found) else 0


def _states(path: Path) -> dict[str, str]:
    from hopcheck.checks.judge import judge_file

    return {name: result.state for name, result in judge_file(path, CONTRACTS).clauses.items()}


def _book() -> Book:
    from hopcheck.catalogue.book import Book

    return Book.load(CONTRACTS)


def _as_json(book: Book, clause: Any) -> dict[str, Any]:
    faults = [fault.id for fault in book.broken_by(clause)]
    cases = [case.id for case in book.asked_by(clause)]
    fields = {name: getattr(clause, name) for name in clause.__dataclass_fields__}
    return {**fields, "arrows": book.arrows(clause), "broken_by": faults, "cases": cases}


def _width() -> int:
    return max(60, shutil.get_terminal_size().columns - 2)


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(line)
