"""The ``hopcheck`` command."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from hopcheck import __version__
from hopcheck.authoring import add_parsers as add_authoring
from hopcheck.catalogue.command import add_parser as add_catalogue
from hopcheck.completion import add_parser as add_completion
from hopcheck.config import LIVE, RUN, TOPOLOGY, ConfigError, add_options, fill, given
from hopcheck.config.command import add_parser as add_options_verb
from hopcheck.config.parser import Parser
from hopcheck.conform.command import add_parsers as add_conform
from hopcheck.conform.diff.verb import add_parser as add_diff_run
from hopcheck.conform.identity import of_directory
from hopcheck.conform.verbs import add_parsers as add_conform_verbs
from hopcheck.doctor.command import add_parser as add_doctor
from hopcheck.evolution.chosen import OPTION, go_by
from hopcheck.exit_status import HARNESS_ERROR, OF_VERDICT, PASS, WRONG_USAGE
from hopcheck.generated.command import add_parser as add_fuzz
from hopcheck.generated.runs.command import add_parser as add_fuzz_flow
from hopcheck.home import CONTRACTS, FEATURES, KIT, PYTEST_INI
from hopcheck.images.command import add_parser as add_images
from hopcheck.init.command import add_parser as add_init
from hopcheck.life import add_parsers as add_life
from hopcheck.life import split
from hopcheck.live.command import add_parser as add_live
from hopcheck.manual.command import add_parser as add_manual
from hopcheck.manual.page import WHAT
from hopcheck.memory import one_arena
from hopcheck.suggestion import unreadable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; returns the exit status."""
    try:
        line, command = split(go_by(sys.argv[1:] if arguments is None else arguments))
    except ConfigError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    options = _parser().parse(line)
    if command:
        options.command = command
    signal.signal(signal.SIGTERM, _interrupt)
    one_arena()
    try:
        fill(options)
    except ConfigError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return WRONG_USAGE
    try:
        status = int(options.verb(options))
        # What is still kept back is written here, where it may fail.
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read has enough: what is left unsaid must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PASS
    except KeyboardInterrupt:
        print("hopcheck: interrupted; everything it started has been ended", file=sys.stderr)
        return WRONG_USAGE
    except Exception as error:
        # Python's own status would be 1, which blames a component.
        _told(error)
        return HARNESS_ERROR


def _told(error: Exception) -> None:
    """Say what ended a verb: in a sentence where it is known what is to be done about it."""
    from hopcheck.topology import room
    from hopcheck.topology.process import StartError

    if isinstance(error, StartError):
        print(f"hopcheck cannot go on: {error}", file=sys.stderr)
    elif isinstance(error, OSError) and room.is_about(error):
        print(f"hopcheck cannot go on: {room.told(error)}", file=sys.stderr)
    else:
        traceback.print_exception(error)
        print("hopcheck: the kit itself failed, see above", file=sys.stderr)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


class _Version(argparse.Action):
    """Prints the version; the contracts are read for it, so not before it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        digest = of_directory(CONTRACTS).removeprefix("sha256:")
        print(f"hopcheck {__version__}, contracts {digest[:12]}")
        parser.exit()


def _parser() -> Parser:
    parser = Parser(prog="hopcheck", description=f"{WHAT[0].upper()}{WHAT[1:]}.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the kit's version and that of its contracts")
    parser.add_argument(
        OPTION,
        metavar="DIR|REV",
        help="go by another version of the contracts: a directory, a file in place of the kit's own, or a git "
        "revision; any verb takes it, HOPCHECK_CONTRACTS says the same",
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    run = verbs.add_parser(
        "run",
        help="bring the flow up, play the main job or features, judge, report",
        description="Brings the flow up, plays features and ends with a verdict. Without PATH and "
        "--all: the main job, one plan that completes on every system.",
    )
    run.add_argument(
        "paths", nargs="*", metavar="PATH", help="features or folders (default: the kit's own that are tagged @main)"
    )
    run.add_argument("--all", action="store_true", help="every feature, not only the main job's")
    run.add_argument(
        "-k",
        metavar="EXPR",
        help="only scenarios whose names or tags match: words of a name, or H-032, or 'H-032 or H-033'",
    )
    run.add_argument("-m", metavar="TAGS", help="only scenarios with these tags, for instance 'arrow-17 or arrow-25'")
    add_options(run, report="report", groups=(TOPOLOGY, RUN, LIVE))
    run.add_argument(
        "-v", "--verbose", action="store_true", help="a line for each scenario, and the Python behind a failure"
    )
    run.set_defaults(verb=_run)

    judge = verbs.add_parser(
        "judge",
        help="judge a stored trace again, offline",
        description="Judges what a run wrote down, by the contracts of now: nothing is started. The same trace and "
        "contracts give the same verdict.",
    )
    judge.add_argument("trace", type=Path, metavar="PATH", help="a run's trace.jsonl, or the report of a `conform`")
    judge.add_argument("--report", type=Path, metavar="DIR", help="write the report there too")
    judge.set_defaults(verb=_judge)

    faults = verbs.add_parser(
        "faults",
        help="play deliberately wrong stand-ins; each must be caught by name",
        description="Plays a story or a case with each deliberately wrong stand-in of contracts/faults, then gives a "
        "wrong answer to each case of contracts/cases, and says which clause or contract caught it and whom it blamed.",
    )
    faults.add_argument("names", nargs="*", metavar="NAME", help="faults or roles (default: all, some minutes)")
    faults.add_argument(
        "--one-each",
        action="store_true",
        help="one for each clause or other finding, the quickest, and no answers; with --derived not for the clauses "
        "that a derived fault was caught at: as CI",
    )
    faults.add_argument("--jobs", type=int, metavar="N", help="play N at a time (default: three for two processors)")
    faults.add_argument(
        "--cases", action="store_true", help="only the wrong answers to cases, of all roles or of those named"
    )
    faults.add_argument(
        "--derived",
        type=Path,
        nargs="+",
        metavar="TRACE",
        help="alter a good run's trace.jsonl in every way that contracts and diagram forbid, and judge that; play "
        "nothing, but with --one-each. Proves that the judge sees a fault in a trace; that a tap sees it, the wrong "
        "stand-ins prove",
    )
    faults.add_argument(
        "--diagnosis",
        action="store_true",
        help="play thirty of different roles and kinds, and say how often the screen at a run's end names the guilty "
        "component: status 1 below nine of ten",
    )
    faults.add_argument("--markdown", action="store_true", help="play nothing; docs/faults.md")
    faults.add_argument("--report", type=Path, default=Path("report-faults"), metavar="DIR", help="where traces go")
    faults.set_defaults(verb=_faults)

    soak = verbs.add_parser(
        "soak",
        help="many flows with the correct stand-ins; none may have a finding",
        description="Plays flows and cases in random order with the correct stand-ins, every second round of ten "
        "under load on all processors; any finding is a false alarm of the kit's.",
    )
    soak.add_argument("--flows", type=int, default=200, metavar="N", help="how many (default: 200)")
    soak.add_argument("--seed", metavar="TEXT", help="repeats the order of an earlier one")
    soak.add_argument(
        "--quick", action="store_true", help="no Ansible, no insights-core collection: a fifth of the time"
    )
    soak.add_argument(
        "--report", type=Path, default=Path("report-soak"), metavar="DIR", help="where traces of false alarms go"
    )
    soak.set_defaults(verb=_soak)

    bench = verbs.add_parser("bench", help="measure the kit itself")
    bench.add_argument(
        "what",
        choices=["flow", "checks", "containers", "conform"],
        help="flow: ready, wall time, memory and the HTTP tap; checks: judging, at the tap and "
        "offline, and its memory; containers: their images, start, flow and memory; "
        "conform: one role, all, and all two at a time",
    )
    bench.add_argument("--runs", type=int, default=5, metavar="N", help="medians of N runs (default: 5)")
    bench.add_argument(
        "--prism",
        type=Path,
        metavar="PATH",
        help="flow, checks: Stoplight Prism's command line, to be measured on the same exchange",
    )
    bench.add_argument("--mitmproxy", type=Path, metavar="PATH", help="checks: mitmdump, likewise")
    bench.add_argument("--trace", type=Path, metavar="PATH", help="checks: judge this run's trace, and play none")
    bench.add_argument(
        "--cold", action="store_true", help="containers: build the hosts' image anew first, which takes minutes"
    )
    bench.set_defaults(verb=_bench)
    add_init(verbs)
    add_doctor(verbs)
    add_fuzz(verbs)
    add_fuzz_flow(verbs)
    add_options_verb(verbs)
    add_conform(verbs)
    add_conform_verbs(verbs)
    add_diff_run(verbs)
    add_catalogue(verbs)
    add_images(verbs)
    add_authoring(verbs)
    add_life(verbs)
    add_live(verbs)
    add_completion(verbs, _parser)
    add_manual(verbs, _parser)
    return parser


def _run(options: argparse.Namespace) -> int:
    import pytest  # the other verbs need not pay for it

    from hopcheck.authoring.beforehand import cannot_be_meant
    from hopcheck.life.leftovers import tell_sweep
    from hopcheck.selection import by_name, unmatched, wrong

    own = Path(FEATURES.name)
    if not options.paths and own.is_dir() and not own.samefile(FEATURES):
        print(f"hopcheck: plays the kit's features; yours are played with: hopcheck run {own}", file=sys.stderr)
    paths = options.paths or [str(FEATURES)]
    if said := wrong(paths, options.m):
        print(f"hopcheck: {said}", file=sys.stderr)
        return WRONG_USAGE
    if options.paths and cannot_be_meant(options.paths):
        return WRONG_USAGE
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    tell_sweep()
    arguments = [
        "-p",
        "pytest_bdd.plugin",
        "-p",
        "hopcheck.plugin",
        "-p",
        "no:cacheprovider",
        "-c",
        str(PYTEST_INI),
        "--rootdir",
        str(KIT),
        "--no-header",
        # What did not hold is told by its sentence; the Python behind it is for who asks.
        "--tb=short" if options.verbose else "--tb=no",
        "--capture=sys",
        "-v" if options.verbose else "-q",
        *given(options, "--hopcheck-"),
        # The plugin's own defaults are others.
        f"--hopcheck-report={options.report}",
        f"--hopcheck-runtime={options.runtime}",
    ]
    tags = options.m
    if not options.paths and not options.all and not tags and not options.k:
        tags = "main"
    if tags:
        arguments += ["-m", tags]
    if options.k:
        arguments += ["-k", by_name(options.k)]
    status = int(pytest.main([*arguments, *paths]))
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        print(f"hopcheck: {unmatched(paths, options.k)}", file=sys.stderr)
    wrong_usage = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
    return WRONG_USAGE if status in wrong_usage else status


def _judge(options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.report import write_report
    from hopcheck.report.diagnosis import Screen
    from hopcheck.report.terminal import ending, render
    from hopcheck.trace import load

    if options.trace.is_dir():
        from hopcheck.conform.again import main as judge_again

        return judge_again(options.trace, options.report)
    try:
        trace = load(options.trace)
    except (OSError, ValueError) as error:
        print(f"hopcheck: {unreadable(error)}", file=sys.stderr)
        return WRONG_USAGE
    if trace.lost is not None:
        print(f"hopcheck: {trace.lost}", file=sys.stderr)
    judge = Judge(CONTRACTS)
    verdict = judge.judge(trace)
    if options.report:
        write_report(verdict, trace, options.report, CONTRACTS, options.trace.parent / "logs")
    last = ending(verdict, trace, judge.of(verdict.generation).catalogue, options.trace.parent, Screen.of(sys.stdout))
    print(*render(verdict, options.report), *last, sep="\n")
    return OF_VERDICT.get(verdict.verdict, HARNESS_ERROR)


def _faults(options: argparse.Namespace) -> int:
    if options.diagnosis:
        from hopcheck.faults.trial import main as trial

        return trial(options.report, options.jobs)
    from hopcheck.faults import main as play

    status, shown = 0, frozenset[str]()
    if options.derived:
        from hopcheck.faults.derived import main as derive

        derived = derive(options.derived)
        status, shown = derived.status, derived.clauses
        if status == WRONG_USAGE or not options.one_each:
            return status
    if options.markdown:
        from hopcheck.catalogue.book import Book
        from hopcheck.catalogue.table import faults_document

        sys.stdout.write(faults_document(Book.load(CONTRACTS)))
        return 0
    from hopcheck.faults.cases import main as play_cases

    if options.cases:
        return play_cases(options.report, options.names)
    status = max(status, play(options.names, options.report, options.jobs, each_once=options.one_each, shown=shown))
    return status if options.names or options.one_each else max(status, play_cases(options.report, ()))


def _soak(options: argparse.Namespace) -> int:
    from hopcheck.soak import main as soak

    return soak(options.flows, options.seed or secrets.token_hex(4), options.report, quick=options.quick)


def _bench(options: argparse.Namespace) -> int:
    from hopcheck.bench import checks, conformance, containers, flow

    for name, of in _BENCH_OPTIONS.items():
        if getattr(options, name) and options.what not in of:
            print(f"hopcheck: bench {options.what} has no --{name}", file=sys.stderr)
            return WRONG_USAGE
    if options.what == "conform":
        return conformance(options.runs)
    if options.what == "containers":
        return containers(options.runs, cold=options.cold)
    if options.what == "checks":
        return checks(options.runs, options.prism, options.mitmproxy, options.trace)
    return flow(options.runs, options.prism)


_BENCH_OPTIONS = {
    "prism": ("flow", "checks"),
    "mitmproxy": ("checks",),
    "trace": ("checks",),
    "cold": ("containers",),
}


if __name__ == "__main__":
    raise SystemExit(main())
