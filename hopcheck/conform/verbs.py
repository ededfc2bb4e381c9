"""The verbs ``compare`` and ``verify``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from hopcheck.exit_status import FAILED, PASS, WRONG_USAGE
from hopcheck.printable import one_line


def add_parsers(verbs: argparse._SubParsersAction[Any]) -> None:
    """``hopcheck compare`` and ``hopcheck verify``."""
    both = verbs.add_parser(
        "compare",
        help="two conformance reports side by side: can B replace A?",
        description="Shows where two reports of `hopcheck conform` differ and answers whether B can replace A among "
        "the same neighbours: it can where both are reports of one role and of the same contracts, B breaks no MUST "
        "that A keeps, and all that put A to the test did so to B.",
    )
    both.add_argument("a", type=Path, metavar="A", help="the directory of a report, or its report.json")
    both.add_argument("b", type=Path, metavar="B", help="the same of the component that is to replace A's")
    both.add_argument("--markdown", action="store_true", help="for an issue or a pull request")
    both.set_defaults(verb=_compare)

    one = verbs.add_parser(
        "verify",
        help="check a conformance report against its certificate",
        description="Checks that traces, result and files of a report are those of its certificate.json, and that "
        "its signature is valid.",
    )
    one.add_argument("directory", type=Path, metavar="DIR", help="the directory of a report")
    one.add_argument("--key", type=Path, metavar="PUB", help="the public key, in PEM, that it must be signed with")
    one.set_defaults(verb=_verify)


def _compare(options: argparse.Namespace) -> int:
    from hopcheck.conform.certificate import NoCertificate, verify
    from hopcheck.conform.compare import compare
    from hopcheck.conform.side_by_side import markdown, text
    from hopcheck.conform.stored import NotAReport
    from hopcheck.conform.write import read

    try:
        for each in (options.a, options.b):
            if each.is_dir() and (wrong := verify(each, None)):
                raise NotAReport(f"{each}: {wrong[0]}")
        comparison = compare(read(options.a), read(options.b))
    except (NoCertificate, NotAReport) as error:
        print(f"hopcheck: {one_line(str(error))}", file=sys.stderr)
        return WRONG_USAGE
    print("\n".join((markdown if options.markdown else text)(comparison)))
    return PASS if comparison.replaceable else FAILED


def _verify(options: argparse.Namespace) -> int:
    from hopcheck.conform.certificate import NoCertificate, load, verify
    from hopcheck.conform.signature import UnusableKey

    try:
        tree = load(options.directory)
        problems = verify(options.directory, options.key)
    except (NoCertificate, UnusableKey) as error:
        print(f"hopcheck: {one_line(str(error))}", file=sys.stderr)
        return WRONG_USAGE
    for problem in problems:
        print(one_line(problem))
    if problems:
        print(f"VERIFY: {len(problems)} difference{'' if len(problems) == 1 else 's'}")
        return FAILED
    print(_told(tree, options.key is not None))
    print("VERIFY: all is as it was certified")
    return 0


def _told(tree: dict[str, Any], trusted: bool) -> str:
    certified, signature = tree["certified"], tree["signature"]
    count = len(certified["parts"])
    counts = certified["result"]["counts"]
    put = f"{counts['pass'] + counts['fail'] + counts['skip']} of {sum(counts.values())} clauses put to the test"
    only = f", ONLY A PART: {', '.join(certified['only'])}" if certified["only"] else ""
    what = (
        f"{certified['role']}: {certified['result']['verdict']}{only}, {put}, {count} trace{'' if count == 1 else 's'}"
    )
    if signature is None:
        return one_line(f"{what}; signed by nobody: it shows that nothing was changed, not who made it")
    by = f"signed by the key {signature['fingerprint']}"
    return one_line(f"{what}; {by}" if trusted else f"{what}; {by}, which nobody vouched for: give it with --key")
