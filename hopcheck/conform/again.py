"""Judges a stored conformance run again, and refuses one that is not what was certified."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from hopcheck.checks.judge import Judge
from hopcheck.conform.certificate import NAME, NoCertificate, load, verify
from hopcheck.conform.judge import NoReport, report
from hopcheck.conform.plan import Rules
from hopcheck.conform.stored import digest
from hopcheck.conform.terminal import render
from hopcheck.conform.write import write
from hopcheck.exit_status import OF_VERDICT, WRONG_USAGE
from hopcheck.home import CONTRACTS


def main(directory: Path, target: Path | None) -> int:
    """Print the verdict that the traces give now, and write it to ``target`` where that is given.

    2 where the traces are not those that the certificate vouches for, or give another result by the same contracts.
    """
    try:
        wrong = verify(directory, None)
        certified = load(directory)["certified"]
        made = None if wrong else report(directory, Judge(CONTRACTS), Rules.load(CONTRACTS / "conformance.yaml"))
    except (NoCertificate, NoReport, ValueError, OSError) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        if not (directory / NAME).exists() and any(directory.glob("part-*")):
            print("hopcheck: it has traces and no verdict: was the run interrupted?", file=sys.stderr)
        return WRONG_USAGE
    if made is None:
        print("\n".join(f"hopcheck: {each}" for each in wrong), file=sys.stderr)
        return WRONG_USAGE
    if target is not None:
        for part in made.parts:
            shutil.copytree(directory / part.directory, target / part.directory, dirs_exist_ok=True)
        write(made, target)
    print("\n".join(render(made, target)))
    if certified["contracts"] != made.contracts or certified["kit"] != made.kit:
        print("hopcheck: judged by other contracts than those that it was certified by", file=sys.stderr)
    elif certified["result"]["sha256"] != digest(made):
        print("hopcheck: the certified result is another one", file=sys.stderr)
        return WRONG_USAGE
    return OF_VERDICT[made.verdict]
