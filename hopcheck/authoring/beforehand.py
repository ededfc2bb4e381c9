"""Features are read before they are played."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

from hopcheck.exit_status import PASS, WRONG_USAGE


def cannot_be_meant(paths: Sequence[str]) -> bool:
    """Say what `lint` finds in features, and whether any of it keeps them from playing what was meant."""
    # In a process of its own: pytest must be the first to read what it asserts by.
    child = multiprocessing.get_context("fork").Process(target=_lint_first, args=(paths,))
    child.start()
    child.join()
    if child.exitcode not in (PASS, WRONG_USAGE):
        raise RuntimeError(f"lint ended with status {child.exitcode}, see above")
    return child.exitcode == WRONG_USAGE


def _lint_first(paths: Sequence[str]) -> None:
    from hopcheck.authoring.lint import features, lint

    places = [Path(each.partition("::")[0]) for each in paths]
    found = [problem for file in features(places) for problem in lint(file)]
    for each in found:
        print(each, file=sys.stderr)
    if wrong := any(not each.plays for each in found):
        print("hopcheck: nothing was started: mend these first", file=sys.stderr)
    sys.exit(WRONG_USAGE if wrong else PASS)
