"""``hopcheck fuzz``: requests made from the REST contracts, put to whoever answers for them."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopcheck.config import TOPOLOGY, add_options
from hopcheck.exit_status import HARNESS_ERROR
from hopcheck.generated.book import MESSAGED, SEED
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import ROLES, WITHOUT_ANSIBLE

if TYPE_CHECKING:
    from hopcheck.checks.verdict import Finding
    from hopcheck.generated.play import Tally
    from hopcheck.topology.settings import Settings

QUIRK = "QUIRK"
ALL, REPORT, CASES = "all", "report-fuzz", 5
SERVERS = ROLES[:6]


def add_parser(verbs: argparse._SubParsersAction[Any]) -> None:
    """Adds ``fuzz``."""
    fuzz = verbs.add_parser(
        "fuzz",
        help="put requests made from the REST contracts to a component; each answer must be one that they allow",
        description="Has schemathesis make requests from the OpenAPI contracts: their examples, every limit that they "
        "state, random ones and chains of them, right and wrong. They go through a tap, so every exchange is in the "
        "trace and judged as ever, too. The same seed makes the same requests. Roles that hear MQTT, Kafka or D-Bus "
        f"({', '.join(MESSAGED)}) get messages made from AsyncAPI, introspection XML and JSON Schema, right and wrong "
        "ones, twice, late and out of order, and must go on serving; what one does not survive is cut down and written "
        "as a feature.",
    )
    fuzz.add_argument(
        "roles",
        nargs="+",
        metavar="ROLE",
        help=f"roles with a REST contract, platform, those that hear messages or {ALL}",
    )
    fuzz.add_argument(
        "--cases",
        type=int,
        default=CASES,
        metavar="N",
        help=f"random requests an operation, and some sequences of messages for each of them (default: {CASES})",
    )
    fuzz.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"of the random ones (default: {SEED})")
    fuzz.add_argument(
        "-n", "--jobs", type=int, default=1, metavar="N", help="how many topologies are up at a time (default: 1)"
    )
    add_options(fuzz, report=REPORT, groups=(TOPOLOGY,))
    fuzz.set_defaults(verb=_fuzz)


def _fuzz(options: argparse.Namespace) -> int:
    from hopcheck.generated.book import Book
    from hopcheck.generated.engine import Missing, check_installed
    from hopcheck.options import settings

    known = tuple(dict.fromkeys((*Book.load(CONTRACTS).roles, *MESSAGED)))
    roles = list(known) if ALL in options.roles else options.roles
    if strange := [role for role in roles if role not in known]:
        print(
            f"hopcheck: {strange[0]} has no contract that anything is made from; those that have: {', '.join(known)}",
            file=sys.stderr,
        )
        return 2
    try:
        if any(role not in MESSAGED for role in roles):
            check_installed()
    except Missing as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return HARNESS_ERROR
    try:
        asked = settings(lambda name: getattr(options, name.replace("-", "_")))
    except ValueError as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 2
    rest = [partial(_requests, role) for role in roles if role in Book.load(CONTRACTS).roles]
    parts = [*rest, *(partial(_messages, role) for role in roles if role in MESSAGED)]
    if options.jobs == 1 or len(parts) == 1:
        return max(part(asked, options) for part in parts)
    # Forked: nothing runs in this process yet, and all that is loaded need not be loaded again.
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
        return max([each.result() for each in [pool.submit(part, asked, options) for part in parts]])


def _messages(role: str, asked: Settings, options: argparse.Namespace) -> int:
    from hopcheck.generated import messages_command

    return messages_command.play(asked, role, options.cases, options.seed)


def _requests(role: str, asked: Settings, options: argparse.Namespace) -> int:
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.engine import Missing
    from hopcheck.generated.play import play
    from hopcheck.topology.process import StartError
    from hopcheck.topology.stage import Stage
    from hopcheck.trace import TraceTimeout, load

    report, judge = asked.report / role, Judge(CONTRACTS)
    commands = {**WITHOUT_ANSIBLE, **asked.commands}
    try:
        with Stage(replace(asked, report=report, hosts=0, roles=SERVERS, commands=commands)) as stage:
            tallies = play(stage.scene, role, options.cases, _say, options.seed)
    except (StartError, TraceTimeout, Missing) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    found = [each for each in judge.judge(load(report / "trace.jsonl")).findings if each.level != QUIRK]
    _tell(report, tallies, found)
    if any(each.kind == "harness" for each in found):
        return 3
    return 1 if found else 0


def _tell(report: Path, tallies: Sequence[Tally], found: Sequence[Finding]) -> None:
    from hopcheck.generated.terminal import findings, table

    end = [f"trace: {report / 'trace.jsonl'}", f"VERDICT: {'fail' if found else 'pass'}"]
    # At once: another role's may come at the same time.
    sys.stdout.write("\n".join([*table(tallies), *findings(found), *end, ""]))
    sys.stdout.flush()


def _say(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
