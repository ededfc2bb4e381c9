"""``hopcheck contracts diff OLD NEW``."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import orjson


def add_parser(actions: argparse._SubParsersAction[Any]) -> None:
    """Adds ``diff`` to the actions of ``contracts``."""
    diff = actions.add_parser(
        "diff",
        help="what is different between two versions, whom it breaks, and a message or run that shows it",
        description="""\
Compares OpenAPI, AsyncAPI, D-Bus XML, JSON Schema, clauses and the diagram. A change breaks a role that goes by one
version beside partners that go by the other: one that sends goes on as before and the new version forbids it; one that
reads is sent what the old version does not know, or waits for what no longer comes. Who offers an interface (an HTTP
server, who serves a D-Bus name) goes to the new version first, so what concerns it alone is compatible. Each change is
looked at on its own, and its witness was judged by both versions.""",
    )
    diff.add_argument("old", metavar="OLD", help="a directory of contracts, a single file, or a git revision (HEAD~3)")
    diff.add_argument("new", metavar="NEW", help="the same")
    diff.add_argument("--trace", type=Path, metavar="trace.jsonl", help="also judge a stored run by both versions")
    diff.add_argument("--whole", action="store_true", help="do not cut long messages and runs")
    diff.add_argument("--json", action="store_true", help="for programs")
    diff.set_defaults(verb=_diff)


def _diff(options: argparse.Namespace) -> int:
    from hopcheck.evolution.again import disagreements, judged_twice
    from hopcheck.evolution.compare import compare
    from hopcheck.evolution.terminal import as_dict, lines
    from hopcheck.evolution.version import Version
    from hopcheck.trace import load

    try:
        old, new = Version.read(options.old), Version.read(options.new)
        comparison = compare(old, new)
        apart = []
        if options.trace is not None:
            apart = list(disagreements(*judged_twice(load(options.trace), old, new)))
    except (OSError, ValueError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 2
    if options.json:
        told = as_dict(comparison)
        if options.trace is not None:
            told["trace"] = [{"what": each.what, "old": each.old, "new": each.new} for each in apart]
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        width = max(60, shutil.get_terminal_size().columns - 2)
        print(*lines(comparison, width, whole=options.whole), sep="\n")
        for each in apart:
            print(f"{each.what}: {each.old} -> {each.new}")
        if options.trace is not None and not apart:
            print(f"{options.trace}: judged alike by both")
    return 1 if comparison.breaks or apart else 0
